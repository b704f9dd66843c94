/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks: messages of XALT's in a syslog, each a slice of a record. */
#ifndef ADVI_USAGE_BLOCK_H
#define ADVI_USAGE_BLOCK_H

#include "base/buf.h"
#include "base/vec.h"

enum {
	ADVI_BLOCKS = 1 << 15,      /* of one record, at most */
	ADVI_BLOCK_BYTES = 512,     /* of a slice, unless a site has chosen otherwise */
	ADVI_SLICE_BYTES = 64 << 10 /* of a slice, at most, when there are several */
};

/*
 * One message: "XALT_LOGGING_<host> V:4 kind:run syshost:<host> key:run_fini_<uuid> crcStr:0x5999
 * nb:08 idx:00 value:<slice>". Fields stand in any order, value is the last. Version 4 began with
 * crc: instead of crcStr:, version 3 has none. Version 1 has one message a record, "run:<record>".
 */
struct advi_block {
	unsigned version;                     /* 1 to 4 */
	unsigned count, at;                   /* slices of the record, and which this one is */
	struct advi_str kind, host, key, crc; /* crc may be empty */
	struct advi_str value;
};

/* Whether a line has a message of XALT's, whatever daemon's prefix is before it. */
bool advi_block_find(struct advi_str line, struct advi_str *message);
/* Reads a message. NULL, or why it can't be one: a literal. */
const char *advi_block_read(struct advi_str message, struct advi_block *out);

/* One slice of a record. */
struct advi_slice {
	unsigned at;
	bool used; /* a record was put together with it */
	struct advi_str value;
	uint64_t offset; /* of its message, in its source */
};
typedef ADVI_VEC(struct advi_slice) advi_slices;

/*
 * Puts a record together from all of its slices, sorted here. Blanks that a daemon has stripped
 * from the end of an inner slice are put back; version 1 is base64 (or bare), version 2 base64 of a
 * zlib stream. NULL, or why that can't be done. 'out' has its cap from the caller.
 */
const char *advi_block_join(advi_slices *slices, unsigned version, struct advi_buf *out);

#endif
