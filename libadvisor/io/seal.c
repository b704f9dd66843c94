/* SPDX-License-Identifier: BSD-3-Clause */
/* Sealing (libcrypto). */
#include "io/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

enum { TAG_BYTES = 16, HASH_BYTES = 32 };

static void hmac(const void *key, struct advi_str data, unsigned char out[HASH_BYTES])
{
	unsigned size = HASH_BYTES;

	if (!HMAC(EVP_sha256(), key, ADVI_SEAL_KEY_BYTES, (const unsigned char *)data.ptr, data.len,
		  out, &size))
		abort();
}

/* What identifies a text: of the lengths, so that nothing moves from one part to the other. */
static void tag_of(const char *key, struct advi_str about, struct advi_str text,
		   unsigned char tag[HASH_BYTES])
{
	unsigned char own[HASH_BYTES], parts[2 * HASH_BYTES];

	hmac(key, ADVI_STR("seal: authentication"), own);
	hmac(own, about, parts);
	hmac(own, text, parts + HASH_BYTES);
	hmac(own, (struct advi_str){(const char *)parts, sizeof(parts)}, tag);
	OPENSSL_cleanse(own, sizeof(own));
}

static void crypt(const char *key, const unsigned char *counter, struct advi_str in, char *out)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	unsigned char own[HASH_BYTES];
	int size = 0;

	hmac(key, ADVI_STR("seal: encryption"), own);
	if (!context || in.len > INT32_MAX ||
	    !EVP_EncryptInit_ex(context, EVP_aes_256_ctr(), NULL, own, counter) ||
	    !EVP_EncryptUpdate(context, (unsigned char *)out, &size, (const unsigned char *)in.ptr,
			       (int)in.len))
		abort();
	EVP_CIPHER_CTX_free(context);
	OPENSSL_cleanse(own, sizeof(own));
}

void advi_seal(struct advi_buf *out, const char key[ADVI_SEAL_KEY_BYTES], struct advi_str about,
	       struct advi_str text)
{
	unsigned char tag[HASH_BYTES];
	char *room = advi_buf_room(out, TAG_BYTES + text.len);

	if (!room)
		return;
	tag_of(key, about, text, tag);
	memcpy(room, tag, TAG_BYTES);
	crypt(key, tag, text, room + TAG_BYTES);
	out->len += TAG_BYTES + text.len;
}

bool advi_unseal(struct advi_buf *out, const char key[ADVI_SEAL_KEY_BYTES], struct advi_str about,
		 struct advi_str sealed)
{
	struct advi_str text = advi_str_from(sealed, TAG_BYTES);
	unsigned char tag[HASH_BYTES];
	char *room = sealed.len < TAG_BYTES ? NULL : advi_buf_room(out, text.len);

	if (!room)
		return false;
	crypt(key, (const unsigned char *)sealed.ptr, text, room);
	tag_of(key, about, (struct advi_str){room, text.len}, tag);
	if (CRYPTO_memcmp(tag, sealed.ptr, TAG_BYTES) != 0)
		return false;
	out->len += text.len;
	return true;
}
