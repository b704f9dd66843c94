/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an index of shards (CEP 16), decompressed. No address leads into this machine. */
#include <stdlib.h>

#include "conda/shards.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_shard_index index = {0};
	int r = advi_shard_index_read(&index, (struct advi_str){(const char *)data, size},
				      "https://e.org/c/linux-64", "fuzz", NULL);

	if (r == 0 &&
	    (strncmp(index.base_url, "http", 4) != 0 || strncmp(index.shards_url, "http", 4) != 0))
		abort();
	for (size_t i = 0; i < index.names.entries.count; i++)
		if (strlen(index.shards.at[index.names.entries.at[i].number].sha256) != 64)
			abort();
	advi_shard_index_clear(&index);
	return 0;
}
