/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: two versions in two lines; their order holds both ways and with themselves. */
#include <stdlib.h>

#include "conda/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_str rest = {(const char *)data, size}, first = {"", 0};
	struct advi_arena arena = {0};
	struct advi_version a, b;

	advi_str_split(&rest, '\n', &first);
	if (advi_version_parse(&a, &arena, first, NULL) == 0 &&
	    advi_version_parse(&b, &arena, rest, NULL) == 0) {
		int order = advi_version_cmp(&a, &b);

		if ((order > 0) != (advi_version_cmp(&b, &a) < 0) || advi_version_cmp(&a, &a))
			abort();
		if (!advi_version_starts(&a, &a))
			abort();
		advi_version_starts(&a, &b);
	}
	advi_arena_clear(&arena);
	return 0;
}
