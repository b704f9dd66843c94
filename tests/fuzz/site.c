/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a recipe that is read is written as one that reads back as the same. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "site/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct advi_str written(const struct adv_site *site)
{
	struct advi_str text;
	FILE *file = open_memstream((char **)(uintptr_t)&text.ptr, &text.len);
	struct advi_jout out;

	if (!file)
		abort();
	advi_jout_init(&out, file);
	advi_site_write(site, &out);
	advi_jout_end(&out);
	fclose(file);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_str text = {(const char *)data, size}, once, twice;
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(site) struct adv_site *again = NULL;
	struct adv_err err = ADV_ERR_INIT;

	/* No file that the input names is read. */
	if (advi_str_search(text, ADVI_STR("file")) < size ||
	    advi_str_search(text, ADVI_STR("env")) < size ||
	    advi_site_parse(&site, text, "input", &err) < 0)
		return 0;
	advi_site_place(site, ADVI_STR("/home/u/.local/lib/x"));
	once = written(site);
	if (advi_site_parse(&again, once, "written", &err) < 0)
		abort();
	twice = written(again);
	if (!advi_str_eq(once, twice))
		abort();
	free((void *)(uintptr_t)once.ptr);
	free((void *)(uintptr_t)twice.ptr);
	return 0;
}
