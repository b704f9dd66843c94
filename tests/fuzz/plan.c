/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a plan that is read is written as one that reads back as the same. */
#include <stdlib.h>

#include "advise/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct advi_str written(const struct adv_plan *plan)
{
	struct advi_str text;
	FILE *file = open_memstream((char **)(uintptr_t)&text.ptr, &text.len);

	if (!file)
		abort();
	advi_plan_json(plan, file);
	fclose(file);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADV_AUTO(plan) struct adv_plan *plan = NULL;
	ADV_AUTO(plan) struct adv_plan *again = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_str once, twice;

	if (advi_plan_parse(&plan, (struct advi_str){(const char *)data, size}, "input", &err) < 0)
		return 0;
	once = written(plan);
	if (advi_plan_parse(&again, once, "written", &err) < 0)
		abort();
	twice = written(again);
	if (!advi_str_eq(once, twice))
		abort();
	free((void *)(uintptr_t)once.ptr);
	free((void *)(uintptr_t)twice.ptr);
	return 0;
}
