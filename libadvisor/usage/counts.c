/* SPDX-License-Identifier: BSD-3-Clause */
/* Ready-made counts, as rows. */
#include "usage/counts.h"

#include <advisor/usage.h>

const char *const advi_count_columns[ADVI_COUNT_COLUMNS] = {"month",  "user",  "project",
							    "module", "place", "runs"};

static int place_of(struct advi_str name)
{
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		if (advi_str_is(name, adv_place_name((enum adv_place)i)))
			return i;
	return -1;
}

static bool is_name(struct advi_str text)
{
	return text.len <= ADVI_NAME_BYTES && !memchr(text.ptr, '\0', text.len) &&
	       advi_str_utf8(text);
}

const char *advi_counts_parse(const struct advi_str cell[ADVI_COUNT_COLUMNS],
			      struct advi_count_seen *out)
{
	*out = (struct advi_count_seen){
		.month = advi_month_read(cell[ADVI_COUNT_MONTH]),
		.user = cell[ADVI_COUNT_USER],
		.project = advi_str_is(cell[ADVI_COUNT_PROJECT], "unknown")
				   ? ADVI_STR("")
				   : cell[ADVI_COUNT_PROJECT],
		.module = {cell[ADVI_COUNT_MODULE].ptr,
			   advi_str_find(cell[ADVI_COUNT_MODULE], '.')},
		.place = place_of(cell[ADVI_COUNT_PLACE]),
	};
	if (!out->month)
		return "has no month such as 2025-03";
	if (!out->module.len || !is_name(out->module))
		return "has no usable module";
	if (!is_name(out->user) || !is_name(out->project))
		return "has an unusable user or project";
	if (out->place < 0)
		return "has an unknown place";
	if (!advi_str_u64(cell[ADVI_COUNT_RUNS], &out->runs) || !out->runs ||
	    out->runs > UINT32_MAX)
		return "has no usable number of runs";
	return NULL;
}
