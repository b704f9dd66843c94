/* SPDX-License-Identifier: BSD-3-Clause */
/* Package specs, their errors, regular expressions, lockfiles. */
#include "unit.h"

#include "conda/listing.h"
#include "conda/lockfile.h"
#include "conda/matchspec.h"
#include "conda/regex.h"

static void errors_name_the_spec_and_the_place(void **state)
{
	static const struct {
		const char *spec, *says;
	} rows[] = {
		{"", "a package name is expected"},
		{"num\npy", "a control character in column 4"},
		{"# nothing", "a package name is expected"},
		{">=1.2", "column 1: the package name is missing"},
		{"conda-forge::", "column 14: the package name is missing"},
		{"num,py", "column 4: a package name is made of"},
		{"numpy@x", "column 6: a package name is made of"},
		{"a--b", "column 3: a package name is made of"},
		{"num(*", "column 4: a package name is made of"},
		{"numpy mkl@", "column 6: a feature beside '@' is a single word"},
		{"numpy=", "a version is expected"},
		{"numpy>=", "column 3: a version is expected behind the operator"},
		{"numpy=>1.2", "a version is expected behind the operator; operators are"},
		{"numpy >=1,<2)", "column 7: a ')' closes nothing"},
		{"numpy (1.2", "column 5: a '(' is not closed"},
		{"numpy 1.2||1.3", "column 5: a version is expected"},
		{"numpy !1.2", "'!' and '~' are operators only before '='"},
		{"numpy ~=1", "two components at least"},
		{"numpy ~=1.2.*", "'~=' takes a version without '.*'"},
		{"numpy (=1.*.2)", "behind '=' a single '*' may stand, at the end"},
		{"numpy 1..2", "column 5: version '1..2': a component is empty"},
		{"numpy a!1", "the epoch before '!'"},
		{"numpy 1.2 ^a", "begins with '^' and ends with '$'"},
		{"numpy[version=1", "column 6: a '[' is not closed"},
		{"numpy[version='1]", "column 6: a '[' is not closed"},
		{"numpy[md5=1][md5=2]", "column 13: only one pair of brackets"},
		{"numpy[colour=red]", "column 7: 'colour' in brackets is not known"},
		{"numpy[md5=1, colour=red]", "column 14: 'colour' in brackets is not known"},
		{"numpy[build=]", "'key=value' is expected in brackets"},
		{"numpy[version>2]", "column 14: 'key=value' is expected in brackets"},
		{"numpy[build_number=1.2]", "column 21: a build number is a whole number"},
		{"numpy[build='^(a$']", "a '(' is not closed"},
		{"./numpy-1.2-py_0.conda", "given by its URL or its absolute path"},
		{"numpy-1.2.conda", "column 1: a package file is named NAME-VERSION-BUILD"},
	};
	struct advi_arena arena = {0};
	struct advi_matchspec spec;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct adv_err err = ADV_ERR_INIT;

		assert_int_equal(advi_matchspec_parse(&spec, &arena, advi_str(rows[i].spec), &err),
				 ADV_EINPUT);
		if (!strstr(err.text, rows[i].says))
			fail_msg("'%s': '%s' does not say '%s'", rows[i].spec, err.text,
				 rows[i].says);
	}
	advi_arena_clear(&arena);
}

static bool matches(const char *regex, const char *text)
{
	struct advi_arena arena = {0};
	struct adv_err err = ADV_ERR_INIT;
	const struct advi_regex *parsed = advi_regex_parse(&arena, advi_str(regex), &err);
	bool match;

	assert_non_null(parsed);
	match = advi_regex_match(parsed, advi_str(text), false);
	advi_arena_clear(&arena);
	return match;
}

static void regular_expressions(void **state)
{
	(void)state;
	assert_true(matches("^py3\\d+_[0-9]$", "py311_0"));
	assert_false(matches("^py3\\d+_[0-9]$", "py27_0"));
	assert_true(matches("^(a|b)*c?$", "abba"));
	assert_true(matches("^a{2,3}$", "aaa"));
	assert_false(matches("^a{2,3}$", "aaaa"));
	assert_true(matches("^(?!cuda).*$", "cpu_1"));
	assert_false(matches("^(?!cuda).*$", "cuda_1"));
	assert_true(matches("^[^_]+_\\w+$", "a-b_c"));
	assert_true(matches("^((a*)*)*$", "aaaa"));
	/* Costs too much, and ends all the same. */
	assert_false(
		matches("^(a|a|a)*(a|a|a)*(a|a|a)*b$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static char *written(const struct advi_record *records, size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	advi_lockfile_write(file, "linux-64", records, count);
	fclose(file);
	return text;
}

static void a_lockfile_is_in_order_and_reads_back(void **state)
{
	static const char *const numpy_needs[] = {"python >=3.11,<3.12.0a0", "libblas"};
	static const char *const python_needs[] = {"zlib", "pip"};
	static const char *const pip_needs[] = {"python"};
	static const struct advi_record records[] = {
		{.name = "numpy",
		 .url = "https://c.example/linux-64/numpy-1.26-py311_0.conda",
		 .md5 = "0123456789abcdef0123456789abcdef",
		 .depends = {numpy_needs, 2}},
		{.name = "zlib", .url = "https://c.example/linux-64/zlib-1-0.tar.bz2"},
		{.name = "python",
		 .url = "https://c.example/linux-64/python-3.11.4-h_0.conda",
		 .depends = {python_needs, 2}},
		{.name = "libblas", .url = "https://c.example/linux-64/libblas-3.9-1_x.conda"},
		{.name = "pip",
		 .url = "https://c.example/noarch/pip-23-0.conda",
		 .depends = {pip_needs, 1}},
	};
	static const char *const order[] = {"zlib", "pip", "python", "libblas", "numpy"};
	struct advi_record backwards[ADVI_COUNT(records)];
	ADVI_AUTO_PTR char *once = written(records, ADVI_COUNT(records)), *again = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_listing listing;
	const struct advi_record *numpy;
	struct advi_str rest = advi_str(once);

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(records); i++)
		backwards[i] = records[ADVI_COUNT(records) - 1 - i];
	again = written(backwards, ADVI_COUNT(records));
	assert_string_equal(once, again);
	for (size_t i = 0; i < ADVI_COUNT(order); i++) {
		char file[64];
		size_t found;

		snprintf(file, sizeof(file), "/%s-", order[i]);
		found = advi_str_search(rest, advi_str(file));
		assert_true(found < rest.len);
		rest = advi_str_from(rest, found);
	}
	assert_ok(advi_listing_parse(&listing, advi_str(once), "x.lock", NULL, &err));
	assert_string_equal(listing.form, "explicit lockfile");
	assert_string_equal(listing.platform, "linux-64");
	assert_int_equal(listing.packages.count, ADVI_COUNT(order));
	numpy = &listing.packages.at[1].record;
	assert_string_equal(numpy->name, "numpy");
	assert_string_equal(numpy->md5, records[0].md5);
	assert_string_equal(numpy->version, "1.26");
	assert_string_equal(numpy->build, "py311_0");
	assert_string_equal(numpy->url, records[0].url);
	advi_listing_clear(&listing);
}

static void a_bad_lockfile_says_where(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "there is nothing in it"},
		{"# x\nhttps://c/a-1-0.conda\n", "line 2: '@EXPLICIT' is expected before"},
		{"@EXPLICIT\nhttps://c/a.conda\n", "line 2: the URL of a package"},
		{"@EXPLICIT\nhttps://c/a-1-0.conda#zz\n", "line 2: an md5 or sha256"},
	};
	struct advi_listing listing;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		struct adv_err err = ADV_ERR_INIT;

		assert_int_equal(
			advi_listing_parse(&listing, advi_str(rows[i].text), "x.lock", NULL, &err),
			ADV_EINPUT);
		if (!strstr(err.text, rows[i].says))
			fail_msg("'%s' does not say '%s'", err.text, rows[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_the_spec_and_the_place),
		cmocka_unit_test(regular_expressions),
		cmocka_unit_test(a_lockfile_is_in_order_and_reads_back),
		cmocka_unit_test(a_bad_lockfile_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
