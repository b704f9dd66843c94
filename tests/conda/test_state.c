/* SPDX-License-Identifier: BSD-3-Clause */
/* State files of the cache: how long a file is fresh, and whether it is still the same. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "conda/state.h"
#include "io/file.h"

enum { NOW = 1700000000 };

static void servers_words_say_how_long(void **state)
{
	static const struct {
		const char *words;
		uint64_t age;
		bool fresh;
	} cases[] = {
		{NULL, 0, false},
		{"", 0, false},
		{"public", 0, false},
		{"max-age=60", 0, true},
		{"max-age=60", 59, true},
		{"max-age=60", 60, false},
		{"public, Max-Age=60 ", 30, true},
		{"max-age=0", 0, false},
		{"max-age=-1", 0, false},
		{"max-age=x", 0, false},
		{"max-age=", 0, false},
		{"s-maxage=60", 0, false},
		{"no-cache, max-age=60", 0, false},
		{"max-age=60, no-store", 0, false},
		{"max-age=60, must-revalidate", 30, true},
		/* for a week at the most */
		{"max-age=31536000, immutable", 6 * 24 * 3600, true},
		{"max-age=31536000, immutable", 8 * 24 * 3600, false},
		{"max-age=99999999999999999999999", 1, false},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		struct advi_cachestate is = {.cache_control = cases[i].words,
					     .refreshed = NOW - cases[i].age};

		if (advi_cachestate_fresh(&is, NOW) != cases[i].fresh)
			fail_msg("'%s' after %llu s", cases[i].words ? cases[i].words : "nothing",
				 (unsigned long long)cases[i].age);
	}
}

static void a_time_to_come_is_no_time(void **state)
{
	struct advi_cachestate is = {.cache_control = "max-age=1000", .refreshed = NOW + 1};

	(void)state;
	assert_false(advi_cachestate_fresh(&is, NOW));
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void what_is_written_reads_back(void **state)
{
	char folder[4096];
	ADVI_AUTO_PTR char *path = NULL, *described = NULL;
	struct advi_fetch fetch = {.url = "https://h/c/noarch/repodata.json",
				   .etag = (char[]){"\"x\""},
				   .cache_control = (char[]){"max-age=60"}};
	struct advi_cachestate is = {.asked = {NOW, 0, NOW}, .offers = {true, false, false}};
	struct advi_cachestate back = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct timespec old[2] = {{1, 0}, {1, 0}};

	(void)state;
	unit_folder(folder);
	path = advi_path_join(folder, "repodata.json");
	described = advi_path_join(folder, "repodata.info.json");
	write_text(path, "{}");
	assert_ok(advi_cachestate_take(&is, &fetch, path, NOW, &err));
	assert_ok(advi_cachestate_write(&is, described, &err));
	advi_cachestate_read(&back, described);
	assert_string_equal(back.file, "repodata.json");
	assert_string_equal(back.url, fetch.url);
	assert_string_equal(back.etag, "\"x\"");
	assert_string_equal(back.cache_control, "max-age=60");
	assert_null(back.modified);
	assert_true(back.refreshed == NOW && back.size == 2 && back.mtime_ns == is.mtime_ns);
	assert_true(back.asked[ADVI_OFFER_ZST] == NOW && back.offers[ADVI_OFFER_ZST]);
	assert_true(back.asked[ADVI_OFFER_SHARDS] == NOW && !back.offers[ADVI_OFFER_SHARDS]);
	assert_true(back.asked[ADVI_OFFER_BZ2] == 0);
	assert_true(advi_cachestate_holds(&back, path));
	/* touched, but the same bytes; then others of the same size */
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_true(advi_cachestate_holds(&back, path));
	write_text(path, "[]");
	assert_false(advi_cachestate_holds(&back, path));
	write_text(path, "{} ");
	assert_false(advi_cachestate_holds(&back, path));
	advi_cachestate_clear(&is);
	advi_cachestate_clear(&back);
	assert_ok(advi_remove_tree(folder, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_words_say_how_long),
		cmocka_unit_test(a_time_to_come_is_no_time),
		cmocka_unit_test(what_is_written_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
