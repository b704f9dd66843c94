/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: the manifest of an image. What is taken can be looked up and compared. */
#include <stdlib.h>
#include <string.h>

#include "bundle/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_str text = {(const char *)data, size};
	struct advi_manifest manifest = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_manifest_read(&manifest, text, "input", &err);

	if (r < 0 && !err.text[0])
		abort();
	for (size_t i = 0; r == 0 && i < manifest.index.entries.count; i++) {
		const struct advi_map_entry *slot = &manifest.index.entries.at[i];
		const struct advi_manifest_entry *entry;

		if (slot->number >= manifest.entries.count)
			abort();
		entry = &manifest.entries.at[slot->number];
		if ((entry->kind == ADVI_NODE_FILE && !entry->sha256) ||
		    (entry->kind == ADVI_NODE_LINK && !entry->link))
			abort();
	}
	for (size_t i = 0; r == 0 && i < manifest.packages.count; i++)
		if (!manifest.packages.at[i].name)
			abort();
	advi_manifest_clear(&manifest);
	return 0;
}
