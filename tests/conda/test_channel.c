/* SPDX-License-Identifier: BSD-3-Clause */
/* Repodata and channels: what is read, what is refused, and what that costs. */
#include "unit.h"

#include <unistd.h>

#include "base/mem.h"
#include "conda/channel.h"
#include "conda/repodata.h"
#include "io/file.h"

static const struct advi_repodata_source source = {"r.json", "https://example.org/c/linux-64",
						   "linux-64"};

static void note(void *context, const char *text)
{
	advi_buf_printf(context, "%s\n", text);
}

/* "name-version-build" of every record, blank-separated, and the notes after a bar. */
static int digest(const char *text, struct advi_buf *out, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf notes = ADVI_BUF_INIT(10000);
	struct adv_watch watch = {&notes, NULL, note};
	struct advi_repodata repodata = {.channel = "c"};
	int r;

	r = advi_repodata_read(&repodata, advi_str(text), &source, &watch, err);
	for (size_t i = 0; i < repodata.records.count; i++)
		advi_buf_printf(out, "%s ", repodata.records.at[i].fn);
	advi_buf_printf(out, "| %zu", repodata.rejected);
	advi_repodata_clear(&repodata);
	return r;
}

#define GOOD "\"name\":\"a\",\"version\":\"1\",\"build\":\"0\""

static void records_and_what_they_cost(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"{\"packages\":{}}", "| 0"},
		{"{\"packages\":{\"a-1-0.tar.bz2\":{" GOOD "}}}", "a-1-0.tar.bz2 | 0"},
		/* the .conda of the same build is kept */
		{"{\"packages\":{\"a-1-0.tar.bz2\":{" GOOD
		 "}},\"packages.conda\":{\"a-1-0.conda\":{" GOOD "}}}",
		 "a-1-0.conda | 0"},
		{"{\"packages\":{\"a-1-0.tar.bz2\":{" GOOD "},\"b-1-0.conda\":{" GOOD
		 "}},\"removed\":[\"b-1-0.conda\",7]}",
		 "a-1-0.tar.bz2 | 0"},
		/* nested and unknown members of info are passed over (CEP 48) */
		{"{\"info\":{\"subdir\":\"noarch\",\"repodata_revisions\":{\"v3\":[1,{}]}},\"v3\":{"
		 "\"x\":{}},"
		 "\"packages\":{\"a-1-0.conda\":{" GOOD "}}}",
		 "a-1-0.conda | 0"},
		/* wrong types cost their record only */
		{"{\"packages\":{\"x-1-0.conda\":7,\"a-1-0.conda\":{" GOOD "}}}",
		 "a-1-0.conda | 1"},
		{"{\"packages\":{\"x-1-0.conda\":{" GOOD
		 ",\"depends\":\"b\"},\"a-1-0.conda\":{" GOOD "}}}",
		 "a-1-0.conda | 1"},
		{"{\"packages\":{\"x-1-0.conda\":{" GOOD ",\"depends\":[1]},\"a-1-0.conda\":{" GOOD
		 "}}}",
		 "a-1-0.conda | 1"},
		{"{\"packages\":{\"x-1-0.conda\":{" GOOD ",\"size\":\"7\"},\"a-1-0.conda\":{" GOOD
		 "}}}",
		 "a-1-0.conda | 1"},
		{"{\"packages\":{\"x-1-0.conda\":{" GOOD ",\"size\":-7},\"a-1-0.conda\":{" GOOD
		 "}}}",
		 "a-1-0.conda | 1"},
		{"{\"packages\":{\"x-1-0.conda\":{" GOOD ",\"sha256\":\"abc\"}}}", "| 1"},
		{"{\"packages\":{\"x-1-0.conda\":{\"name\":\"x\",\"version\":\"1\"}}}", "| 1"},
		{"{\"packages\":{\"x-1-0.conda\":{\"name\":[],\"version\":\"1\",\"build\":\"0\"}}}",
		 "| 1"},
		{"{\"packages\":{\"../x-1-0.conda\":{" GOOD "}}}", "| 1"},
		{"{\"packages\":{\"x-1-0.exe\":{" GOOD "}}}", "| 1"},
		{"{\"packages\":{\"x-1-0.conda\":{\"name\":\"a "
		 "b\",\"version\":\"1\",\"build\":\"0\"}}}",
		 "| 1"},
		/* old and other forms of members that say the same */
		{"{\"packages\":{\"a-1-0.conda\":{" GOOD
		 ",\"noarch\":true,\"track_features\":[\"f\"],\"timestamp\":1.5e12,"
		 "\"license\":null}}}",
		 "a-1-0.conda | 0"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(10000);
		struct adv_err err = ADV_ERR_INIT;

		assert_ok(digest(cases[i].text, &got, &err));
		assert_str(advi_buf_str(&got), cases[i].want);
	}
}

static void what_is_no_repodata_is_refused_by_name(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{",
		"{}",
		"{\"packages\":[]}",
		"{\"packages\":{\"a-1-0.conda\":{" GOOD "}",
		"{\"packages\":{}} x",
		"<html>",
		"{\"packages\":{\"a-1-0.conda\":{\"name\":\"\xA1\"}}}",
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(bad); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(10000);
		struct adv_err err = ADV_ERR_INIT;

		if (digest(bad[i], &got, &err) != ADV_EINPUT)
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(strstr(err.text, "'r.json'"));
		assert_int_equal(got.ptr[0], '|');
	}
}

static void every_field_arrives(void **state)
{
	static const char text[] =
		"{\"info\":{\"base_url\":\"../files/"
		"\"},\"packages.conda\":{\"n-1.2-py_3.conda\":{\"name\":\"n\","
		"\"version\":\"1.2\",\"build\":\"py_3\",\"build_number\":3,\"depends\":[\"python "
		">=3.9\",\"a\"],"
		"\"constrains\":[\"b "
		"<2\"],\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\",\"size\":9007199254,"
		"\"timestamp\":1742433379869,\"noarch\":\"python\",\"track_features\":\"x "
		"y\",\"license\":\"MIT\","
		"\"subdir\":\"osx-64\",\"python_site_packages_path\":\"lib/p\",\"sha256\":"
		"\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}}";
	struct advi_repodata repodata = {.channel = "c"};
	struct adv_err err = ADV_ERR_INIT;
	const struct advi_record *record;

	(void)state;
	assert_ok(advi_repodata_read(&repodata, advi_str(text), &source, NULL, &err));
	assert_int_equal(repodata.records.count, 1);
	record = &repodata.records.at[0];
	assert_string_equal(record->url,
			    "https://example.org/c/linux-64/../files/n-1.2-py_3.conda");
	assert_string_equal(record->subdir, "linux-64");
	assert_string_equal(record->track_features, "x,y");
	assert_string_equal(record->noarch, "python");
	assert_string_equal(record->python_site_packages_path, "lib/p");
	assert_int_equal(record->build_number, 3);
	assert_true(record->size == 9007199254u && record->timestamp == 1742433379869u);
	assert_int_equal(record->depends.count, 2);
	assert_string_equal(record->depends.at[1], "a");
	assert_string_equal(record->constrains.at[0], "b <2");
	advi_repodata_clear(&repodata);
}

static void a_folder_without_repodata_is_no_channel(void **state)
{
	char folder[4096];
	struct adv_err err = ADV_ERR_INIT;
	struct advi_channel channel;

	(void)state;
	unit_folder(folder);
	assert_int_equal(advi_channel_open(&channel, folder, "linux-64", NULL, NULL, &err),
			 ADV_EINPUT);
	assert_non_null(strstr(err.text, folder));
	assert_int_equal(rmdir(folder), 0);
}

static void names_become_urls(void **state)
{
	static const struct adv_mirror mirrors[] = {
		{"bioconda", "https://mirror.example.org/bio/"},
		{"https://example.org/held", "/srv/held"},
	};
	static const struct adv_net net = {.mirrors = mirrors, .mirror_count = 2};
	static const struct {
		const char *name, *url, *called;
	} cases[] = {
		{"no-such-channel", "https://conda.anaconda.org/no-such-channel",
		 "no-such-channel"},
		{"conda-forge/label/dev", "https://conda.anaconda.org/conda-forge/label/dev",
		 "conda-forge/label/dev"},
		{"https://conda.anaconda.org/conda-forge/",
		 "https://conda.anaconda.org/conda-forge", "conda-forge"},
		{"https://conda.anaconda.org/t/tok/mine", "https://conda.anaconda.org/mine",
		 "mine"},
		{"pkgs/main", "https://repo.anaconda.com/pkgs/main", "pkgs/main"},
		{"https://repo.anaconda.com/pkgs/r", "https://repo.anaconda.com/pkgs/r", "pkgs/r"},
		{"https://example.org/c/", "https://example.org/c", "https://example.org/c"},
		{"https://me:pw@example.org/c", "https://example.org/c", "https://example.org/c"},
		{"https://$ADVISOR_TEST_USER:${ADVISOR_TEST_PW}@example.org/$c",
		 "https://example.org/c", "https://example.org/c"},
		{"/no/such/folder/", "file:///no/such/folder", "file:///no/such/folder"},
		{"/", "file:///", "file:///"},
		/* a mirror is the channel that it mirrors */
		{"https://mirror.example.org/bio", "https://conda.anaconda.org/bioconda",
		 "bioconda"},
		{"/srv/held", "https://example.org/held", "https://example.org/held"},
	};

	(void)state;
	setenv("ADVISOR_TEST_USER", "me", 1);
	setenv("ADVISOR_TEST_PW", "secret", 1);
	setenv("c", "c", 1);
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO_PTR char *url = NULL;
		struct adv_err err = ADV_ERR_INIT;

		assert_ok(advi_channel_url(&url, cases[i].name, &net, &err));
		assert_string_equal(url, cases[i].url);
		assert_string_equal(advi_channel_name(url), cases[i].called);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_and_what_they_cost),
		cmocka_unit_test(what_is_no_repodata_is_refused_by_name),
		cmocka_unit_test(every_field_arrives),
		cmocka_unit_test(a_folder_without_repodata_is_no_channel),
		cmocka_unit_test(names_become_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
