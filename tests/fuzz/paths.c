/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: info/paths.json. What is taken stays within the prefix. */
#include <stdlib.h>

#include "bundle/paths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_arena arena = {0};
	struct advi_paths paths = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_paths_read_json(&paths, &arena, (struct advi_str){(const char *)data, size},
				     &err);

	for (size_t i = 0; r == 0 && i < paths.count; i++)
		if (paths.at[i].source[0] == '/' || strncmp(paths.at[i].source, "../", 3) == 0 ||
		    strstr(paths.at[i].source, "/../") || !paths.at[i].source[0])
			abort();
	advi_vec_clear(&paths);
	advi_arena_clear(&arena);
	return 0;
}
