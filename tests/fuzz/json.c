/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: the JSON scanner agrees with itself, whether it skips or reads. */
#include <stdlib.h>

#include "io/json_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_value(struct advi_json *json)
{
	struct advi_str text;
	double number;
	bool boolean;

	switch (advi_json_peek(json)) {
	case ADVI_JSON_OBJECT:
		for (advi_json_object(json); advi_json_key(json, &text);)
			read_value(json);
		break;
	case ADVI_JSON_ARRAY:
		for (advi_json_array(json); advi_json_item(json);)
			read_value(json);
		break;
	case ADVI_JSON_STRING:
		advi_json_string(json, &text);
		break;
	case ADVI_JSON_NUMBER:
		advi_json_number(json, &number);
		break;
	case ADVI_JSON_BOOL:
		advi_json_bool(json, &boolean);
		break;
	default:
		advi_json_skip(json);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_json skipped, read;
	bool whole;

	advi_json_init(&skipped, (struct advi_str){(const char *)data, size});
	advi_json_init(&read, (struct advi_str){(const char *)data, size});
	advi_json_skip(&skipped);
	whole = advi_json_end(&skipped);
	read_value(&read);
	/* Reading may refuse a number that skipping lets pass (too long, out of range), not more.
	 */
	if (advi_json_end(&read) && !whole)
		abort();
	if (whole && read.problem && !strstr(read.problem, "number"))
		abort();
	advi_json_clear(&skipped);
	advi_json_clear(&read);
	return 0;
}
