/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: index files, which are believed where they are not out of bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conda/index_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t weigh(const char *text)
{
	return text ? strlen(text) : 0;
}

/* Everything that can be reached. */
static size_t read_all(const struct advi_index_image *image)
{
	size_t first, end, count, sum = 0;

	for (size_t i = 0; i < image->name_count; i++) {
		advi_index_rows(image, i, &first, &end);
		if (end > image->row_count)
			abort();
		sum += weigh(advi_index_text(image, image->names[i].text));
		for (size_t n = first; n < end && n < first + 100; n++)
			sum += weigh(advi_index_text(image, image->rows[n].version)) +
			       image->rows[n].size;
	}
	for (uint32_t i = 0; i < image->list_count + 1; i++) {
		const uint32_t *items = advi_index_list(image, i, &count);

		for (size_t n = 0; n < count && n < 100; n++)
			sum += weigh(advi_index_text(image, items[n]));
	}
	return sum + advi_index_find(image, ADVI_STR("n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Memory of its own, aligned; the check is made right, or nothing would ever be reached. */
	ADVI_AUTO_PTR char *memory = advi_malloc(size);
	struct advi_index_image image = {0};
	struct advi_index_header *header = (void *)memory;

	if (size < sizeof(*header))
		return 0;
	memcpy(memory, data, size);
	header->file_bytes = size;
	advi_index_seal(header);
	if (advi_index_attach(&image, memory, size) && read_all(&image) == 0)
		return 0;
	return 0;
}
