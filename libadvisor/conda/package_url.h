/* SPDX-License-Identifier: BSD-3-Clause */
/* URLs of package files, taken apart. */
#ifndef ADVI_CONDA_PACKAGE_URL_H
#define ADVI_CONDA_PACKAGE_URL_H

#include "conda/listing.h"

/*
 * Takes "CHANNEL/SUBDIR/FILE#DIGEST" apart, the digest being optional: an MD5 or a SHA-256 in
 * hexadecimal, with or without "md5:", "sha256:" in front. Sets fn, subdir, channel, url, md5 or
 * sha256 of the record, nothing of which holds credentials, and 'from', which does. A path in
 * place of a URL sets fn and 'from' only.
 * Returns NULL, or what is wrong with it, a literal.
 */
const char *advi_package_url(struct advi_listed *out, struct advi_arena *arena,
			     struct advi_str url);

/*
 * Sets name, version and build of a record by the name of its file, "NAME-VERSION-BUILD.conda" or
 * ".tar.bz2". False when it is none.
 */
bool advi_package_file(struct advi_record *out, struct advi_arena *arena, const char *file);

/* A URL, or a channel's name, without what must not be seen, in the arena. */
const char *advi_url_shown(struct advi_arena *arena, struct advi_str url);

/* Whether the text, a URL or a path, ends as a package file does. */
bool advi_is_package_file(struct advi_str text);

/*
 * Sets a digest: 64 digits are a SHA-256, 32 an MD5. Returns whether it is one of them.
 */
bool advi_package_digest(struct advi_record *out, struct advi_arena *arena, struct advi_str hex);

#endif
