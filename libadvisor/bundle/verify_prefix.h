/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the mount path stands in a file where the manifest says so. */
#ifndef ADVI_BUNDLE_VERIFY_PREFIX_H
#define ADVI_BUNDLE_VERIFY_PREFIX_H

#include "bundle/manifest.h"

enum { ADVI_FIRST_LINE = 512 };

/* A file that passes by. */
struct advi_prefix_stream {
	const struct advi_prefix_at *prefix;
	struct advi_str mount;
	uint64_t at; /* of what comes next */
	size_t next; /* of the places, the first that is not seen to its end */
	bool wrong;
	char first[ADVI_FIRST_LINE]; /* how it begins */
};

void advi_prefix_stream_begin(struct advi_prefix_stream *stream,
			      const struct advi_prefix_at *prefix, const char *mount);
void advi_prefix_stream_add(struct advi_prefix_stream *stream, struct advi_str block);
/*
 * At its end: what is wrong with it, or NULL.
 *   relocatable  whether the image may be anywhere
 */
const char *advi_prefix_stream_end(const struct advi_prefix_stream *stream, bool relocatable);

/* What the manifest says of the whole image and its entries don't bear out, or NULL. */
const char *advi_prefix_verify_all(const struct advi_manifest *manifest);

#endif
