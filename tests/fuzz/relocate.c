/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a file of a package that is to be anywhere; its first byte tells which. */
#include <stdlib.h>

#include "bundle/move.h"
#include "bundle/relocate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLD "/opt/placeholder_placeholder"
static const char *const paths[] = {"lib/a.py", "bin/a", "lib/pkgconfig/a.pc", "k/kernel.json",
				    "lib/_sysconfigdata_a.py"};

/* Places tell every prefix, and another path can be put there. */
static void check(struct advi_buf *out, const struct advi_places *places, bool binary)
{
	const struct advi_prefix_at prefix = {
		.use = binary ? ADVI_PREFIX_BINARY : ADVI_PREFIX_TEXT,
		.at = places->at,
		.count = places->count,
		.room = sizeof(HOLD) - 1,
	};
	struct adv_err err = ADV_ERR_INIT;
	size_t length = out->len;

	if (advi_str_search(advi_buf_str(out), ADVI_STR(HOLD)) < out->len ||
	    advi_move_prefix(out, &prefix, ADVI_STR("/m"), ADVI_STR("/longer"), "a", &err) < 0 ||
	    (binary && out->len != length))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(1 << 26);
	struct advi_relocate of = {"lib/a.so", ADVI_STR(HOLD), ADVI_STR("/m"), true};
	struct advi_places places = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_str text;

	if (!size)
		return 0;
	text = (struct advi_str){(const char *)data + 1, size - 1};
	if (data[0] % (ADVI_COUNT(paths) + 1) < ADVI_COUNT(paths)) {
		of.path = paths[data[0] % (ADVI_COUNT(paths) + 1)];
		advi_relocate_text(&out, text, &of, &places);
		check(&out, &places, false);
	} else {
		advi_buf_add(&out, text);
		if (advi_relocate_binary(out.ptr, out.len, &of, &places, &err) == 0)
			check(&out, &places, true);
		else if (!err.text[0])
			abort();
	}
	advi_vec_clear(&places);
	return 0;
}
