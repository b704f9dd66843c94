/* SPDX-License-Identifier: BSD-3-Clause */
/* Repodata of every size, form and soundness: the index says what its twin says. */
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>

#include "index_place.h"
#include "io/file.h"
#include "io/stream.h"
#include "repodata_twin.h"

#define GOOD "\"name\":\"a\",\"version\":\"1\",\"build\":\"0\""

/* ---- texts beyond the window's first block ---- */

static void fill(struct advi_buf *out, size_t count, size_t depends)
{
	advi_buf_text(out, "{\"info\":{\"subdir\":\"linux-64\"},\"packages.conda\":{");
	for (size_t i = 0; i < count; i++) {
		advi_buf_printf(out,
				"%s\"n%zu-%zu-h_%zu.conda\":{\"build\":\"h_%zu\",\"build_"
				"number\":%zu,\"depends\":[",
				i ? "," : "", i % 97, i, i % 7, i % 7, i % 7);
		for (size_t d = 0; d < depends; d++)
			advi_buf_printf(out, "%s\"n%zu >=%zu\"", d ? "," : "", (i + d) % 97, d);
		advi_buf_printf(out,
				"],\"license\":\"%s\",\"name\":\"n%zu\",\"size\":%zu,\"version\":"
				"\"%zu\"}",
				i % 11 ? "MIT" : "\\u00e4", i % 97, i * 1000, i);
	}
	advi_buf_text(out, "},\"removed\":[\"n1-1-h_1.conda\"]}");
}

static void many_blocks_are_read_as_one(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64 << 20);
	char junk[] = {'"', '}', ',', '[', '\\', (char)0xFF, '\0', '7'};

	fill(&text, 20000, 5);
	assert_true(text.len > 3 << 20);
	assert_int_equal(twin_compare(advi_buf_str(&text), place->path, place->cache), 0);
	for (size_t i = 0; i < 6; i++)
		twin_compare((struct advi_str){text.ptr, text.len / 7 * (i + 1)}, place->path,
			     no_cache);
	for (size_t i = 0; i < sizeof(junk); i++) {
		size_t at = ((size_t)1 << 20) - 4 + i;
		char kept = text.ptr[at];

		text.ptr[at] = junk[i];
		twin_compare(advi_buf_str(&text), place->path, no_cache);
		text.ptr[at] = kept;
	}
}

/* A record that is longer than a block, and strings that are, known or not. */
static void long_things_cost_themselves(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64 << 20);
	ADVI_AUTO_PTR char *megabyte = advi_malloc((1 << 20) + 1);

	memset(megabyte, 'n', 1 << 20);
	megabyte[1 << 20] = '\0';
	advi_buf_printf(
		&text,
		"{\"%s\":[\"%s\"],\"packages\":{\"%s-1-0.tar.bz2\":{\"name\":\"%s\",\"version\":"
		"\"1\",\"build\":\"0\"},\"a-1-0.tar.bz2\":{" GOOD ",\"x\":\"%s\"},"
		"\"b-1-0.tar.bz2\":{\"name\":\"b\",\"version\":\"1\",\"build\":\"0\","
		"\"depends\":[\"%s\"]}}}",
		megabyte, megabyte, megabyte, megabyte, megabyte, megabyte);
	assert_int_equal(twin_compare(advi_buf_str(&text), place->path, place->cache), 0);
}

static void deep_things_are_no_repodata(void **state)
{
	struct place *place = *state;

	for (size_t depth = 55; depth < 70; depth++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);

		advi_buf_text(&text, "{\"x\":");
		for (size_t i = 0; i < depth; i++)
			advi_buf_text(&text, i % 2 ? "[" : "{\"k\":");
		advi_buf_text(&text, "1");
		for (size_t i = depth; i-- > 0;)
			advi_buf_text(&text, i % 2 ? "]" : "}");
		advi_buf_text(&text, ",\"packages\":{}}");
		assert_int_equal(twin_compare(advi_buf_str(&text), place->path, place->cache),
				 depth < 64 ? 0 : ADV_EINPUT);
	}
}

/* ---- compressed files ---- */

static void compress(const char *path, struct advi_str text, int filter)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_int_equal(archive_write_add_filter(archive, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_true(archive_write_data(archive, text.ptr, text.len) == (la_ssize_t)text.len);
	archive_entry_free(entry);
	assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

static const int filters[] = {ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2};

/* Any of the forms is the same, and one that is cut short is none. */
static void compressed_files_are_read_as_they_come(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(64 << 20);
	ADVI_AUTO(buf) struct advi_buf want = ADVI_BUF_INIT(64 << 20);
	struct adv_err err = ADV_ERR_INIT;
	char sha256[ADVI_HEX_SIZE];

	fill(&plain, 8000, 3);
	place_put(place->path, advi_buf_str(&plain));
	assert_ok(place_digest(place, &want, &want, &err));
	advi_sha256(advi_buf_str(&plain), sha256);
	for (size_t i = 0; i < ADVI_COUNT(filters); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(64 << 20);
		ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(64 << 20);
		struct advi_subdir *subdir;

		compress(place->path, advi_buf_str(&plain), filters[i]);
		assert_ok(place_digest(place, &got, &got, &err));
		assert_string_equal(got.ptr, want.ptr);
		assert_ok(advi_index_open(&subdir, &place->source, &place->net, NULL, &err));
		assert_string_equal(subdir->sha256, sha256);
		advi_subdir_close(subdir);
		assert_ok(advi_file_read(&bytes, place->path, &err));
		place_put(place->path, (struct advi_str){bytes.ptr, bytes.len / 2});
		assert_int_equal(place_digest(place, &got, &got, &err), ADV_EINPUT);
	}
}

/* A few kilobytes that grow to gigabytes are given up long before. */
static void bombs_are_given_up(void **state)
{
	struct place *place = *state;
	size_t bytes = (size_t)100 << 20;
	char *blanks = advi_malloc(bytes);

	memset(blanks, ' ', bytes);
	blanks[0] = '{';
	for (size_t i = 0; i < ADVI_COUNT(filters); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000);
		struct adv_err err = ADV_ERR_INIT;

		compress(place->path, (struct advi_str){blanks, bytes}, filters[i]);
		assert_int_equal(place_digest(place, &got, &got, &err), ADV_EINPUT);
		assert_non_null(strstr(err.text, "no honest file"));
	}
	free(blanks);
}

/* ---- random texts ---- */

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *seed >> 33;
}

#define PICK(list) (list)[next(seed) % ADVI_COUNT(list)]

static void random_member(struct advi_buf *out, uint64_t *seed)
{
	static const char *const keys[] = {
		"build",
		"build_number",
		"constrains",
		"depends",
		"features",
		"license",
		"md5",
		"name",
		"noarch",
		"sha256",
		"size",
		"subdir",
		"timestamp",
		"version",
		"track_features",
		"revoked",
		"x",
		"legacy_bz2_size",
		"platform",
		"arch",
		"license_family",
		"date",
		"python_site_packages_path",
	};
	static const char *const values[] = {
		"\"a\"",
		"\"1\"",
		"\"\"",
		"\"a\\u0062\"",
		"\"\\u0000\"",
		"\"a b\"",
		"\"a/b\"",
		"\"\xC3\xA4\"",
		"\"\\\"\"",
		"1",
		"0",
		"-1",
		"12.75",
		"1e3",
		"1e400",
		"123456789012345",
		"1234567890123456",
		"01",
		"null",
		"true",
		"false",
		"[]",
		"{}",
		"[\"a\",\"b >=1\"]",
		"[ \"a\" , \"b\" ]",
		"[\"a\",null]",
		"[1]",
		"{\"a\":[1,{}]}",
		"\"d41d8cd98f00b204e9800998ecf8427e\"",
		"\"D41D8CD98F00B204E9800998ECF8427E\"",
		"\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
		"[\"package_has_been_revoked\"]",
		"\"python\"",
		"tru",
		"\"x",
	};

	/* The last two break all of it, so they are rarer. */
	advi_buf_printf(out, ",\"%s\":%s", PICK(keys),
			values[next(seed) % (ADVI_COUNT(values) - (next(seed) % 50 ? 2 : 0))]);
}

static void random_record(struct advi_buf *out, uint64_t *seed)
{
	static const char *const names[] = {"a", "b", "a-b"};
	const char *name = PICK(names), *end = next(seed) % 2 ? ".conda" : ".tar.bz2";
	unsigned version = next(seed) % 3, build = next(seed) % 2;
	const char *blank = next(seed) % 5 ? "" : " \n\t";

	if (next(seed) % 12 == 0)
		end = ".tar.gz";
	advi_buf_printf(out, "\"%s-%u-%u%s\"%s:%s{%s\"build\":\"%u\",\"name\":\"%s\"%s",
			next(seed) % 8 ? name : "z", version, build, end, blank, blank, blank,
			build, name, blank);
	for (uint64_t i = next(seed) % 4; i > 0; i--)
		random_member(out, seed);
	advi_buf_printf(out, "%s,\"version\":%s\"%u\"%s}", blank, blank, version, blank);
}

static void random_packages(struct advi_buf *out, const char *key, uint64_t *seed)
{
	advi_buf_printf(out, "\"%s\":{", key);
	for (uint64_t i = 0, count = next(seed) % 8; i < count; i++) {
		advi_buf_text(out, i ? "," : "");
		random_record(out, seed);
	}
	advi_buf_text(out, "}");
}

static void random_text(struct advi_buf *out, uint64_t *seed)
{
	static const char *const others[] = {
		"\"info\":{\"subdir\":\"x\",\"base_url\":\"../y/\"}",
		"\"info\":7",
		"\"info\":{\"base_url\":null}",
		"\"removed\":[\"a-1-0.conda\",7,\"a-b-1-1.tar.bz2\"]",
		"\"removed\":{}",
		"\"removed\":[\"z-1-0.conda\",\"z-0-1.tar.bz2\"]",
		"\"v3\":{\"a\":[1,{\"b\":[]}],\"c\":\"\\n\"}",
		"\"repodata_version\":1",
		"\"info\":{\"base_url\":\"https://x.org/y\"}",
	};

	advi_buf_text(out, "{");
	random_packages(out, "packages", seed);
	advi_buf_printf(out, ",%s,", PICK(others));
	random_packages(out, "packages.conda", seed);
	advi_buf_printf(out, " , %s}", PICK(others));
}

/* Sound or not, both ways of reading agree on every text. */
static void random_texts_are_read_alike(void **state)
{
	struct place *place = *state;
	uint64_t seed = 20240511;
	size_t sound = 0, count = 1500;

	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);

		random_text(&text, &seed);
		if (i % 5 == 0) /* and one byte of it is another */
			text.ptr[next(&seed) % text.len] = (char)next(&seed);
		/* Mostly in memory: what is written is brought to the disk, which takes its time.
		 */
		sound += twin_compare(advi_buf_str(&text), place->path,
				      i % 100 ? no_cache : place->cache) == 0;
	}
	print_message("%zu of %zu texts are repodata\n", sound, count);
	assert_true(sound > count / 2 && sound < count);
}

static void the_real_channel_is_read_alike(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64 << 20);
	struct adv_err err = ADV_ERR_INIT;
	char path[4096];
	struct advi_stream *stream;

	unit_shared(path, "data/channels/conda-forge/linux-64/repodata.json.zst");
	assert_ok(advi_stream_open(&stream, path, &err));
	assert_ok(advi_stream_read_all(stream, &text, &err));
	advi_stream_free(stream);
	assert_int_equal(twin_compare(advi_buf_str(&text), place->path, place->cache), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(many_blocks_are_read_as_one),
		PLACE_TEST(long_things_cost_themselves),
		PLACE_TEST(deep_things_are_no_repodata),
		PLACE_TEST(compressed_files_are_read_as_they_come),
		PLACE_TEST(bombs_are_given_up),
		PLACE_TEST(random_texts_are_read_alike),
		PLACE_TEST(the_real_channel_is_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
