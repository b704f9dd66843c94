/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: what a collector has wrapped. What is given is within the text or was a string of
 * it, is no longer than the text, and comes to an end.
 */
#include <stdlib.h>

#include "usage/record.h"
#include "usage/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	size_t size, values;
};

/* What an XALT record looks like is one; what is no JSON is broken. */
static int take_value(void *context, struct advi_str text, struct adv_err *err)
{
	struct heard *heard = context;
	struct advi_json json;
	struct advi_str key;
	bool known = false, valid;

	(void)err;
	if (text.len > heard->size || ++heard->values > heard->size)
		abort();
	advi_json_init(&json, text);
	if (advi_json_peek(&json) == ADVI_JSON_OBJECT)
		for (advi_json_object(&json); advi_json_key(&json, &key);) {
			known |= advi_xalt_is_key(key);
			advi_json_skip(&json);
		}
	else
		advi_json_skip(&json);
	valid = advi_json_end(&json);
	advi_json_clear(&json);
	return !valid ? ADVI_BROKEN : known ? ADVI_TAKEN : ADVI_FOREIGN;
}

static int take_text(void *context, struct advi_str text, struct adv_err *err)
{
	const struct heard *heard = context;

	(void)err;
	if (!text.len || text.len > heard->size)
		abort();
	return text.ptr[0] == 'x' ? ADVI_FOREIGN : ADVI_TAKEN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard heard = {.size = size};
	const struct advi_unwrapped hear = {take_value, take_text, &heard};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_unwrap((struct advi_str){(const char *)data, size}, &hear, &err);

	if (r < ADVI_TAKEN || r > ADVI_BROKEN)
		abort();
	return 0;
}
