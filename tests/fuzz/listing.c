/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: an environment in any form. What is read is in order, has what it must have, shows
 * no login, and, when it is exact, is read back from a lockfile as the same.
 */
#include <stdlib.h>

#include "conda/envfile.h"
#include "conda/listing.h"
#include "conda/lockfile.h"
#include "conda/package_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Between "://" and the next slash stands no '@'. */
static bool shows_login(const char *url)
{
	const char *host = strstr(url, "://");

	return host && strcspn(host + 3, "@") < strcspn(host + 3, "/");
}

static void check(const struct advi_listing *listing)
{
	for (size_t i = 0; i < listing->packages.count; i++) {
		const struct advi_record *record = &listing->packages.at[i].record;

		must(advi_package_name_ok(advi_str(record->name)));
		must(record->version && *record->version && record->build);
		must(!record->url || !shows_login(record->url));
		must(i == 0 || strcmp(listing->packages.at[i - 1].record.name, record->name) < 0);
	}
	for (size_t i = 0; i < listing->pip.count; i++)
		must(listing->pip.at[i].name && listing->pip.at[i].text);
	must(listing->form != NULL);
	must(listing->packages.count + listing->specs.count + listing->pip.count > 0);
}

/* Whether its file's name says what the record says, as it does but for odd locks. */
static bool is_named(const struct advi_record *record)
{
	struct advi_arena arena = {0};
	struct advi_record named = {0};
	bool same = record->url && record->fn && advi_package_file(&named, &arena, record->fn) &&
		    strcmp(named.name, record->name) == 0 &&
		    strcmp(named.version, record->version) == 0 &&
		    strcmp(named.build, record->build) == 0;

	advi_arena_clear(&arena);
	return same;
}

static void write_and_read(const struct advi_listing *listing)
{
	ADVI_VEC(struct advi_record) records = {0};
	struct advi_listing again;
	struct adv_err err = ADV_ERR_INIT;
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	must(file != NULL);
	for (size_t i = 0; i < listing->packages.count; i++)
		if (is_named(&listing->packages.at[i].record))
			advi_vec_push(&records, listing->packages.at[i].record);
	advi_lockfile_write(file, "linux-64", records.at, records.count);
	fclose(file);
	if (records.count) {
		must(advi_listing_parse(&again, (struct advi_str){text, length}, "written", NULL,
					&err) == 0);
		must(again.packages.count == records.count);
		for (size_t i = 0; i < records.count; i++)
			must(strcmp(again.packages.at[i].record.name, records.at[i].name) == 0 &&
			     strcmp(again.packages.at[i].record.url, records.at[i].url) == 0);
		advi_listing_clear(&again);
	}
	advi_vec_clear(&records);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct advi_listing_wish wishes[] = {{NULL, NULL}, {"linux-64", "gpu"}};
	const struct advi_str text = {(const char *)data, size};

	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		struct adv_err err = ADV_ERR_INIT;
		struct advi_listing listing;

		if (advi_listing_parse(&listing, text, "input", &wishes[i], &err) < 0) {
			must(err.text[0] != '\0');
			continue;
		}
		check(&listing);
		write_and_read(&listing);
		advi_listing_clear(&listing);
	}
	return 0;
}
