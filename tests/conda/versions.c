/* SPDX-License-Identifier: BSD-3-Clause */
/* Orders versions for versions.py: pairs "A<tab>B" from standard input, -1, 0, 1 or "?" out. */
#include <stdio.h>

#include "conda/version.h"

int main(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		struct advi_str rest = advi_str(line), left;
		struct advi_arena arena = {0};
		struct advi_version a, b;

		advi_str_split(&rest, '\t', &left);
		if (advi_version_parse(&a, &arena, left, NULL) < 0 ||
		    advi_version_parse(&b, &arena, rest, NULL) < 0) {
			puts("?");
		} else {
			int order = advi_version_cmp(&a, &b);

			printf("%d\n", (order > 0) - (order < 0));
		}
		advi_arena_clear(&arena);
	}
	return 0;
}
