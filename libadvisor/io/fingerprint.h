/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints (XXH3, 128 bits): they tell contents apart, and hold against nobody who means harm.
 */
#ifndef ADVI_IO_FINGERPRINT_H
#define ADVI_IO_FINGERPRINT_H

#include "base/str.h"

struct advi_fingerprint {
	unsigned char bytes[16];
};

static inline bool advi_fingerprint_eq(const struct advi_fingerprint *a,
				       const struct advi_fingerprint *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

struct advi_fingerprint advi_fingerprint_of(struct advi_str data);

/* One of data that comes in parts. */
struct advi_print;
struct advi_print *advi_print_new(void);
void advi_print_add(struct advi_print *print, struct advi_str data);
/* The fingerprint of all that was added so far; more may be added. */
struct advi_fingerprint advi_print_now(const struct advi_print *print);
/* Another one that goes on from where this one is. */
struct advi_print *advi_print_copy(const struct advi_print *print);
/* NULL is fine. */
void advi_print_free(struct advi_print *print);

#endif
