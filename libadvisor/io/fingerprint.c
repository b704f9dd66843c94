/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints (libxxhash). */
#include "config.h"

#include "io/fingerprint.h"

#include <stdlib.h>
#ifdef HAVE_XXH_DISPATCH
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

static struct advi_fingerprint bytes_of(XXH128_hash_t hash)
{
	struct advi_fingerprint out;
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, hash);
	memcpy(out.bytes, canonical.digest, sizeof(out.bytes));
	return out;
}

struct advi_fingerprint advi_fingerprint_of(struct advi_str data)
{
	return bytes_of(XXH3_128bits(data.ptr, data.len));
}

struct advi_print *advi_print_new(void)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state || XXH3_128bits_reset(state) != XXH_OK)
		abort();
	return (struct advi_print *)state;
}

void advi_print_add(struct advi_print *print, struct advi_str data)
{
	XXH3_128bits_update((XXH3_state_t *)print, data.ptr, data.len);
}

struct advi_fingerprint advi_print_now(const struct advi_print *print)
{
	return bytes_of(XXH3_128bits_digest((const XXH3_state_t *)print));
}

struct advi_print *advi_print_copy(const struct advi_print *print)
{
	struct advi_print *copy = advi_print_new();

	XXH3_copyState((XXH3_state_t *)copy, (const XXH3_state_t *)print);
	return copy;
}

void advi_print_free(struct advi_print *print)
{
	XXH3_freeState((XXH3_state_t *)print);
}
