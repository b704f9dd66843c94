/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a shard of repodata (CEP 16), decompressed. What is taken is complete and is of its
 * name. */
#include <stdlib.h>

#include "conda/shards.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct advi_repodata_source source = {"fuzz", "https://e.org/c/linux-64",
							   "linux-64"};
	struct advi_repodata repodata = {.channel = "c"};

	advi_shard_read(&repodata, (struct advi_str){(const char *)data, size}, "a", &source, NULL,
			NULL);
	for (size_t i = 0; i < repodata.records.count; i++) {
		const struct advi_record *record = &repodata.records.at[i];

		if (strcmp(record->name, "a") != 0 || !record->version || !record->build ||
		    !record->fn || !record->url || strchr(record->fn, '/'))
			abort();
	}
	advi_repodata_clear(&repodata);
	return 0;
}
