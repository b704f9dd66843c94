/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records as JSON, with the keys that repodata and conda-meta use. */
#ifndef ADVI_CONDA_RECORD_JSON_H
#define ADVI_CONDA_RECORD_JSON_H

#include "conda/record.h"
#include "io/json_scan.h"
#include "io/json_write.h"

/*
 * Reads the object that comes next; keys that a record has no field for are passed over. The
 * scanner keeps the first problem.
 */
void advi_record_read(struct advi_json *json, struct advi_arena *arena, struct advi_record *out);
/* Writes an object that reads back as the same record; what is not known is null or left out. */
void advi_record_write(struct advi_jout *out, const struct advi_record *record);

/* A text or null into a const char * in the arena; a list of texts. For readers beside this one. */
bool advi_json_take_text(struct advi_json *json, struct advi_arena *arena, const char **to);
bool advi_json_take_list(struct advi_json *json, struct advi_arena *arena, struct advi_list *to);

#endif
