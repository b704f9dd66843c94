/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a bundle recipe that lists its packages. Passwords don't reach what is shown. */
#include <stdlib.h>
#include <string.h>

#include "bundle/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether something stands before a host, which may be behind any two slashes. */
static bool shows_a_user(const char *url)
{
	for (url = strstr(url, "//"); url; url = strstr(url, "//")) {
		url += strspn(url, "/");
		if (memchr(url, '@', strcspn(url, "/")))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_str text = {(const char *)data, size};
	struct advi_source source = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r;

	/* No file that the input names is read. */
	if (advi_str_search(text, ADVI_STR("plan")) < size ||
	    advi_str_search(text, ADVI_STR("lockfile")) < size ||
	    advi_str_search(text, ADVI_STR("base")) < size)
		return 0;
	r = advi_recipe_read(&source, "recipe.yml", text, &err);
	if (r < 0 && !err.text[0])
		abort();
	for (size_t i = 0; r == 0 && i < source.wanted.count; i++) {
		const struct advi_wanted *wanted = &source.wanted.at[i];

		if (!wanted->from || !wanted->record.fn)
			abort();
		if (wanted->record.url && strncmp(wanted->record.url, "http", 4) == 0 &&
		    shows_a_user(wanted->record.url))
			abort();
	}
	advi_source_clear(&source);
	return 0;
}
