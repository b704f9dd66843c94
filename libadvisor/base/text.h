/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for people: nothing that steers a terminal, and how wide it is. */
#ifndef ADVI_BASE_TEXT_H
#define ADVI_BASE_TEXT_H

#include "base/buf.h"

/*
 * Replaces, in place, every byte of what no name should hold by '?': control characters (C0, DEL,
 * C1), marks that change the direction of writing, and bytes that are no UTF-8.
 */
void advi_text_mask(char *text);
/* Columns on a terminal, whatever the locale: 2 for East Asian wide ones, 0 for combining ones. */
size_t advi_text_width(struct advi_str text);
/* The longest beginning of 'text' that is at most 'columns' wide. */
struct advi_str advi_text_fit(struct advi_str text, size_t columns);
/* "1,234,567" */
void advi_text_count(struct advi_buf *out, uint64_t number);
/* "812 B", "4.5 MiB" */
void advi_text_bytes(struct advi_buf *out, uint64_t bytes);

#endif
