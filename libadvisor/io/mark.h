/* SPDX-License-Identifier: BSD-3-Clause */
/* Marks: 64 bits that tell whether short texts are what was expected; not to be stored. */
#ifndef ADVI_IO_MARK_H
#define ADVI_IO_MARK_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/str.h"

enum { ADVI_MARK_BYTES = 240 }; /* up to these XXH3 is quickest, and needs no call */

static inline uint64_t advi_mark_of(struct advi_str data)
{
	return XXH3_64bits(data.ptr, data.len);
}

#endif
