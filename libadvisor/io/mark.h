/* SPDX-License-Identifier: BSD-3-Clause */
/* Marks: 128 bits that stand for some bytes in tables in memory; not to be stored. */
#ifndef ADVI_IO_MARK_H
#define ADVI_IO_MARK_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/str.h"

/* As a fingerprint (XXH3), but a value of the processor, and made without a call. */
struct advi_mark {
	uint64_t low, high;
};

static inline struct advi_mark advi_mark_of(struct advi_str data)
{
	XXH128_hash_t hash = XXH3_128bits(data.ptr, data.len);

	return (struct advi_mark){hash.low64, hash.high64};
}

static inline bool advi_mark_eq(struct advi_mark a, struct advi_mark b)
{
	return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
}

#endif
