/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an environment.yml that is read is written as one that reads back as the same. */
#include <stdlib.h>

#include "conda/envfile.h"
#include "conda/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const advi_names *a, const advi_names *b)
{
	if (a->count != b->count)
		abort();
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			abort();
}

static void check(const struct advi_listing *listing)
{
	struct advi_listing again;
	struct adv_err err = ADV_ERR_INIT;
	advi_names pip = {0};
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	if (!file)
		abort();
	for (size_t i = 0; i < listing->pip.count; i++)
		advi_vec_push(&pip, listing->pip.at[i].text);
	advi_envfile_write(file, listing->name, &listing->channels, &listing->specs, &pip);
	fclose(file);
	if (advi_listing_parse(&again, (struct advi_str){text, length}, "written", NULL, &err) < 0)
		abort();
	same(&listing->channels, &again.channels);
	same(&listing->specs, &again.specs);
	if (again.pip.count != pip.count)
		abort();
	for (size_t i = 0; i < pip.count; i++)
		if (strcmp(pip.at[i], again.pip.at[i].text) != 0)
			abort();
	advi_vec_clear(&pip);
	advi_listing_clear(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct advi_str text = {(const char *)data, size};
	struct advi_listing listing;

	if (advi_listing_parse(&listing, text, "input", NULL, NULL) < 0)
		return 0;
	if (strcmp(listing.form, "environment.yml") == 0)
		check(&listing);
	advi_listing_clear(&listing);
	return 0;
}
