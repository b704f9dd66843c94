/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a licence expression; brackets around it change nothing, and who takes all does. */
#include <stdlib.h>

#include "base/arena.h"
#include "conda/spdx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* By the text, so that the same licence is always judged alike; and only what lies within. */
static bool by_hash(void *context, struct advi_str license)
{
	const struct advi_str *whole = context;

	if (license.ptr < whole->ptr || license.ptr + license.len > whole->ptr + whole->len)
		abort();
	return advi_str_hash(license) & 1;
}

static bool all(void *context, struct advi_str license)
{
	(void)context, (void)license;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_arena arena = {0};
	struct advi_str text =
		advi_arena_slice(&arena, (struct advi_str){(const char *)data, size});
	struct advi_str twice =
		advi_str(advi_arena_printf(&arena, "(%s) AND (%s)", text.ptr, text.ptr));
	bool good = advi_spdx_accepts(text, by_hash, &text);

	if (!advi_spdx_accepts(text, all, NULL))
		abort();
	/* What is no expression stays none; of one, both halves say the same. */
	if (strlen(text.ptr) == text.len && advi_spdx_accepts(twice, by_hash, &twice) != good &&
	    advi_spdx_accepts(text, by_hash, &text) !=
		    (bool)(advi_str_hash(advi_str_trim(text)) & 1))
		abort();
	advi_arena_clear(&arena);
	return 0;
}
