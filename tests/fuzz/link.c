/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: info/link.json. A command that is taken is a plain file name. */
#include <stdlib.h>

#include "bundle/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_arena arena = {0};
	struct advi_link_info link = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_link_info_read(&link, &arena, (struct advi_str){(const char *)data, size},
				    &err);

	for (size_t i = 0; r == 0 && i < link.entries.count; i++) {
		struct advi_buf script = ADVI_BUF_INIT(1 << 20);

		if (strpbrk(link.entries.at[i].command, "/\n") || !link.entries.at[i].command[0])
			abort();
		advi_entry_first(&script, ADVI_STR("/m/bin/python3.11"));
		advi_entry_script(&script, &link.entries.at[i]);
		advi_buf_clear(&script);
	}
	advi_vec_clear(&link.entries);
	advi_arena_clear(&arena);
	return 0;
}
