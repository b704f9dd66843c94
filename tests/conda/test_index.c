/* SPDX-License-Identifier: BSD-3-Clause */
/* Repodata and its index: what is read, what is refused, what that costs, and what is believed. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "conda/index.h"
#include "conda/index_file.h"
#include "index_place.h"
#include "io/file.h"
#include "repodata_twin.h"

#define GOOD "\"name\":\"a\",\"version\":\"1\",\"build\":\"0\""

static void records_and_what_they_cost(void **state)
{
	struct place *place = *state;
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
		/* but not one that was removed */
		{"{\"packages\":{\"a-1-0.tar.bz2\":{" GOOD
		 "}},\"packages.conda\":{\"a-1-0.conda\":{" GOOD
		 "}},\"removed\":[\"a-1-0.conda\"]}",
		 "a-1-0.tar.bz2 | 0"},
		/* of one file the last record counts, as for every reader of JSON */
		{"{\"packages\":{\"a-1-0.conda\":{" GOOD ",\"size\":1},\"a-1-0.conda\":{" GOOD
		 ",\"size\":2}}}",
		 "a-1-0.conda | 0"},
		/* what is revoked says so, or depends on what nobody has */
		{"{\"packages\":{\"a-1-0.conda\":{" GOOD ",\"revoked\":true},\"a-1-1.conda\":{" GOOD
		 ",\"depends\":[\"b\",\"package_has_been_revoked\"]},\"a-1-2.conda\":{" GOOD
		 ",\"revoked\":false}}}",
		 "a-1-2.conda | 2"},
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

	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(10000);
		ADVI_AUTO(buf) struct advi_buf notes = ADVI_BUF_INIT(10000);
		struct adv_err err = ADV_ERR_INIT;

		place_put(place->path, advi_str(cases[i].text));
		assert_ok(place_digest(place, &got, &notes, &err));
		assert_str(advi_buf_str(&got), cases[i].want);
	}
}

static void what_is_no_repodata_is_refused_by_name(void **state)
{
	struct place *place = *state;
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

	for (size_t i = 0; i < ADVI_COUNT(bad); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(10000);
		struct adv_err err = ADV_ERR_INIT;

		place_put(place->path, advi_str(bad[i]));
		if (place_digest(place, &got, &got, &err) != ADV_EINPUT)
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(strstr(err.text, "'r.json'"));
		assert_int_equal(twin_compare(advi_str(bad[i]), place->path, place->cache),
				 ADV_EINPUT);
	}
}

/* Every field, the fast way and, for an escape in it, the slow one. */
static void every_field_arrives(void **state)
{
	static const char *const license[] = {"MIT", "M\\u0049T"};
	static const char want[] =
		"n\t1.2\tpy_3\tn-1.2-py_3.conda\tlinux-64\tc\t"
		"https://example.org/c/linux-64/../files/n-1.2-py_3.conda\tMIT\tM\tpython\tlib/p\t"
		"%s\td41d8cd98f00b204e9800998ecf8427e\t"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\t"
		"python >=3.9|a\tb <2\t3 9007199254 1742433379869\n";
	struct place *place = *state;

	for (size_t i = 0; i < ADVI_COUNT(license); i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(10000);
		ADVI_AUTO(buf)
		struct advi_buf got = ADVI_BUF_INIT(10000), told = ADVI_BUF_INIT(10000);
		struct advi_subdir *subdir = NULL;
		struct adv_err err = ADV_ERR_INIT;

		advi_buf_printf(
			&text,
			"{\"info\":{\"base_url\":\"../files/\"},\"packages.conda\":{"
			"\"n-1.2-py_3.conda\":{\"name\":\"n\",\"version\":\"1.2\",\"build\":"
			"\"py_3\",\"build_number\":3,\"depends\":[\"python >=3.9\",\"a\"],"
			"\"constrains\":[\"b <2\"],\"license\":\"%s\",\"license_family\":\"M\","
			"\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\",\"size\":9007199254,"
			"\"timestamp\":1742433379869,\"noarch\":\"python\",\"track_features\":\"%s\","
			"\"subdir\":\"osx-64\",\"python_site_packages_path\":\"lib/p\",\"sha256\":"
			"\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}}",
			license[i], i ? "x y" : "");
		place_put(place->path, advi_buf_str(&text));
		assert_ok(advi_index_open(&subdir, &place->source, &place->net, NULL, &err));
		assert_ok(twin_tell_subdir(subdir, &got, &err));
		advi_buf_printf(&told, want, i ? "x,y" : "(none)");
		assert_string_equal(got.ptr, told.ptr);
		advi_subdir_close(subdir);
	}
}

/* The index file of a place, and its bytes. */
static void index_bytes(struct place *place, char **path, struct advi_buf *bytes)
{
	struct adv_err err = ADV_ERR_INIT;

	assert_ok(advi_index_path(path, &place->source, &place->net, &err));
	advi_buf_reset(bytes);
	if (advi_path_exists(*path))
		assert_ok(advi_file_read(bytes, *path, &err));
}

static const char two[] = "{\"packages\":{\"a-1-0.tar.bz2\":{" GOOD "},\"b-2-0.tar.bz2\":{"
			  "\"name\":\"b\",\"version\":\"2\",\"build\":\"0\"},\"x\":{}}}";
#define TWO "a-1-0.tar.bz2 b-2-0.tar.bz2 | 1"

/* What is refused is told in a run that reads no more than the index, too. */
static void a_second_run_says_the_same(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf first = ADVI_BUF_INIT(1000), second = ADVI_BUF_INIT(1000);
	ADVI_AUTO(buf) struct advi_buf notes = ADVI_BUF_INIT(1000), again = ADVI_BUF_INIT(1000);
	ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	ADVI_AUTO_PTR char *path = NULL;
	struct stat before, after;

	place_put(place->path, advi_str(two));
	assert_ok(place_digest(place, &first, &notes, &err));
	assert_str(advi_buf_str(&first), TWO);
	index_bytes(place, &path, &bytes);
	assert_true(bytes.len > sizeof(struct advi_index_header));
	assert_int_equal(stat(path, &before), 0);
	assert_ok(place_digest(place, &second, &again, &err));
	assert_string_equal(first.ptr, second.ptr);
	assert_non_null(strstr(notes.ptr, "passed over 'x'"));
	assert_string_equal(notes.ptr, again.ptr);
	assert_int_equal(stat(path, &after), 0);
	assert_true(before.st_ino == after.st_ino);
}

/* Another file under the same name, of the same size: its bytes tell. */
static void a_stale_index_is_made_anew(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000), notes = ADVI_BUF_INIT(1000);
	struct adv_err err = ADV_ERR_INIT;
	char other[sizeof(two)];

	place_put(place->path, advi_str(two));
	assert_ok(place_digest(place, &got, &notes, &err));
	memcpy(other, two, sizeof(two));
	*strstr(other, "a-1-0") = 'c';
	strstr(other, "\"name\":\"a\"")[8] = 'c';
	place_put(place->path, advi_str(other));
	assert_ok(place_digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), "b-2-0.tar.bz2 c-1-0.tar.bz2 | 1");
}

/* Copied or touched, it is the same; the next run need not look at its bytes again. */
static void other_stamps_are_learnt(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000), notes = ADVI_BUF_INIT(1000);
	ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(1 << 20);
	struct timespec old[2] = {{1000000000, 0}, {1000000000, 0}};
	const struct advi_index_header *header;
	struct adv_err err = ADV_ERR_INIT;
	ADVI_AUTO_PTR char *path = NULL;

	place_put(place->path, advi_str(two));
	assert_ok(place_digest(place, &got, &notes, &err));
	assert_int_equal(utimensat(AT_FDCWD, place->path, old, 0), 0);
	usleep(150 * 1000); /* what was written just now is not trusted by its stamps */
	assert_ok(place_digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), TWO);
	index_bytes(place, &path, &bytes);
	header = (const void *)bytes.ptr;
	assert_true(header->origin.mtime_ns == UINT64_C(1000000000000000000));
}

/* Cut at any byte, or with any byte of its header changed, an index is made anew. */
static void a_torn_index_is_made_anew(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000), notes = ADVI_BUF_INIT(1 << 20);
	ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	ADVI_AUTO_PTR char *path = NULL;

	place_put(place->path, advi_str(two));
	assert_ok(place_digest(place, &got, &notes, &err));
	index_bytes(place, &path, &bytes);
	for (size_t cut = 0; cut < bytes.len; cut += 41) {
		place_put(path, (struct advi_str){bytes.ptr, cut});
		assert_ok(place_digest(place, &got, &notes, &err));
		assert_str(advi_buf_str(&got), TWO);
	}
	for (size_t at = 0; at < sizeof(struct advi_index_header); at += 19) {
		bytes.ptr[at] ^= 0x55;
		place_put(path, advi_buf_str(&bytes));
		bytes.ptr[at] ^= 0x55;
		assert_ok(place_digest(place, &got, &notes, &err));
		assert_str(advi_buf_str(&got), TWO);
	}
}

/* With a header that is right and anything else wrong, nothing worse happens than an error. */
static void a_hostile_index_harms_nothing(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(1 << 20), got = ADVI_BUF_INIT(1 << 20);
	ADVI_AUTO(buf) struct advi_buf notes = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	ADVI_AUTO_PTR char *path = NULL;
	size_t refused = 0;

	place_put(place->path, advi_str(two));
	assert_ok(place_digest(place, &got, &notes, &err));
	index_bytes(place, &path, &bytes);
	for (size_t at = sizeof(struct advi_index_header); at < bytes.len; at++) {
		struct advi_subdir *subdir = NULL;
		char kept = bytes.ptr[at];

		for (int bit = 0; bit < 8; bit += 7) {
			bytes.ptr[at] = (char)(kept ^ 1 << bit);
			place_put(path, advi_buf_str(&bytes));
			assert_ok(
				advi_index_open(&subdir, &place->source, &place->net, NULL, &err));
			for (const char *name = "ab"; *name; name++) {
				advi_record_refs refs = {0};
				struct advi_str text = {name, 1};
				int r = subdir->kind->read(subdir, &text, 1, &refs, NULL, &err);

				refused += r < 0;
				for (size_t i = 0; i < refs.count; i++)
					assert_null(advi_record_problem(refs.at[i]));
				advi_vec_clear(&refs);
			}
			advi_subdir_close(subdir);
		}
		bytes.ptr[at] = kept;
	}
	assert_true(refused > 10);
	/* It was removed, so this one is made anew. */
	unlink(path);
	assert_ok(place_digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), TWO);
}

static void without_a_cache_it_stays_in_memory(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000), notes = ADVI_BUF_INIT(1000);
	struct adv_err err = ADV_ERR_INIT;

	place_put(place->path, advi_str(two));
	place->net.cache = no_cache;
	assert_ok(place_digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), TWO);
	assert_false(advi_path_exists(place->cache));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(records_and_what_they_cost),
		PLACE_TEST(what_is_no_repodata_is_refused_by_name),
		PLACE_TEST(every_field_arrives),
		PLACE_TEST(a_second_run_says_the_same),
		PLACE_TEST(a_stale_index_is_made_anew),
		PLACE_TEST(other_stamps_are_learnt),
		PLACE_TEST(a_torn_index_is_made_anew),
		PLACE_TEST(a_hostile_index_harms_nothing),
		PLACE_TEST(without_a_cache_it_stays_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
