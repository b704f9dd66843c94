/* SPDX-License-Identifier: BSD-3-Clause */
/* Digests (libcrypto), as lower-case hexadecimal. */
#include "io/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 256 * 1024 };

static void to_hex(const unsigned char *bytes, unsigned count, char hex[ADVI_HEX_SIZE])
{
	advi_hex_encode(hex, bytes, count < ADVI_SHA256_BYTES ? count : ADVI_SHA256_BYTES);
}

struct advi_digest *advi_digest_new(const char *name)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const EVP_MD *kind = EVP_get_digestbyname(name);

	if (!context || !kind || !EVP_DigestInit_ex(context, kind, NULL)) {
		fprintf(stderr, "libadvisor: libcrypto has no %s\n", name);
		abort();
	}
	return (struct advi_digest *)context;
}

void advi_digest_add(struct advi_digest *digest, struct advi_str data)
{
	EVP_DigestUpdate((EVP_MD_CTX *)digest, data.ptr, data.len);
}

void advi_digest_end(struct advi_digest *digest, char hex[ADVI_HEX_SIZE])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned count = 0;

	EVP_DigestFinal_ex((EVP_MD_CTX *)digest, bytes, &count);
	EVP_MD_CTX_free((EVP_MD_CTX *)digest);
	to_hex(bytes, count, hex);
}

void advi_sha256(struct advi_str data, char hex[ADVI_HEX_SIZE])
{
	struct advi_digest *digest = advi_digest_new("SHA256");

	advi_digest_add(digest, data);
	advi_digest_end(digest, hex);
}

int advi_digest_file(const char *name, const char *path, char hex[ADVI_HEX_SIZE],
		     struct adv_err *err)
{
	FILE *file = fopen(path, "rbe");
	struct advi_digest *digest;
	ADVI_AUTO_PTR char *block = advi_malloc(BLOCK_BYTES);
	size_t got;
	int r = 0;

	if (!file)
		return advi_fail_errno(err, "can't open '%s'", path);
	digest = advi_digest_new(name);
	while ((got = fread(block, 1, BLOCK_BYTES, file)) > 0)
		advi_digest_add(digest, (struct advi_str){block, got});
	if (ferror(file))
		r = advi_fail_errno(err, "can't read '%s'", path);
	advi_digest_end(digest, hex);
	fclose(file);
	return r;
}

void advi_hmac_sha256(struct advi_str key, struct advi_str data, char hex[ADVI_HEX_SIZE])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned count = 0;

	if (!HMAC(EVP_sha256(), key.ptr, (int)key.len, (const unsigned char *)data.ptr, data.len,
		  bytes, &count))
		abort();
	to_hex(bytes, count, hex);
}
