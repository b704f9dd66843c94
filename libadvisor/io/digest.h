/* SPDX-License-Identifier: BSD-3-Clause */
/* Digests (libcrypto), as lower-case hexadecimal. */
#ifndef ADVI_IO_DIGEST_H
#define ADVI_IO_DIGEST_H

#include "base/err.h"
#include "base/str.h"

enum { ADVI_SHA256_BYTES = 32, ADVI_HEX_SIZE = 65 };

/* A running digest; text forms are NUL-terminated. */
struct advi_digest;
struct advi_digest *advi_digest_new(const char *name); /* "SHA256", "MD5" */
void advi_digest_add(struct advi_digest *digest, struct advi_str data);
/* Ends it, frees it and writes its hexadecimal form. */
void advi_digest_end(struct advi_digest *digest, char hex[ADVI_HEX_SIZE]);

void advi_sha256(struct advi_str data, char hex[ADVI_HEX_SIZE]);
/* The digest of a file by the name that advi_digest_new takes; 'hex' holds SHA256 and smaller. */
int advi_digest_file(const char *name, const char *path, char hex[ADVI_HEX_SIZE],
		     struct adv_err *err);
/* HMAC-SHA256 (RFC 2104). */
void advi_hmac_sha256(struct advi_str key, struct advi_str data, char hex[ADVI_HEX_SIZE]);

#endif
