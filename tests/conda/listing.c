/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints what an environment file holds, for the tests that compare it with a twin's reading. */
#include <stdio.h>
#include <string.h>

#include "conda/listing.h"

static void print(const struct advi_listing *listing)
{
	printf("form\t%s\n", listing->form);
	printf("platform\t%s\n", listing->platform ? listing->platform : "-");
	for (size_t i = 0; i < listing->channels.count; i++)
		printf("channel\t%s\n", listing->channels.at[i]);
	for (size_t i = 0; i < listing->specs.count; i++)
		printf("spec\t%s\n", listing->specs.at[i]);
	for (size_t i = 0; i < listing->packages.count; i++) {
		const struct advi_record *record = &listing->packages.at[i].record;

		printf("package\t%s\t%s\t%s\t%s\t%s\t%s\n", record->name, record->version,
		       record->build, record->url ? record->url : "-",
		       record->md5 ? record->md5 : "-", record->sha256 ? record->sha256 : "-");
	}
	for (size_t i = 0; i < listing->pip.count; i++)
		printf("pip\t%s\t%s\t%s\n", listing->pip.at[i].name,
		       listing->pip.at[i].version ? listing->pip.at[i].version : "-",
		       listing->pip.at[i].text);
}

/* listing FILE [PLATFORM] */
int main(int argc, char **argv)
{
	const struct advi_listing_wish wish = {.platform = argc > 2 ? argv[2] : NULL};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_listing listing;

	if (argc < 2 || advi_listing_read(&listing, argv[1], &wish, &err) < 0) {
		printf("error\t%s\n", err.text);
		return 1;
	}
	print(&listing);
	advi_listing_clear(&listing);
	return 0;
}
