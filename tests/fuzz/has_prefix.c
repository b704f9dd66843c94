/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: info/files and info/has_prefix, in one input parted by a line "--". */
#include <stdlib.h>

#include "bundle/paths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_str text = {(const char *)data, size};
	size_t cut = advi_str_search(text, ADVI_STR("\n--\n"));
	struct advi_info_texts texts = {
		.files = {text.ptr, cut},
		.has_prefix = advi_str_from(text, cut + 4),
	};
	struct advi_arena arena = {0};
	struct advi_paths paths = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_paths_read_files(&paths, &arena, &texts, &err);

	for (size_t i = 0; r == 0 && i < paths.count; i++)
		if (paths.at[i].placeholder && !*paths.at[i].placeholder)
			abort();
	advi_vec_clear(&paths);
	advi_arena_clear(&arena);
	return 0;
}
