/* SPDX-License-Identifier: BSD-3-Clause */
/* Repodata and its index: what is read, what is refused, what that costs, and what is believed. */
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "conda/index.h"
#include "conda/index_file.h"
#include "io/file.h"
#include "io/stream.h"
#include "repodata_twin.h"

/* Where nothing can be written. */
static const char no_cache[] = "/proc/no/such/folder";

/* A folder with a repodata.json and a cache. */
struct place {
	char folder[4096];
	char *path, *cache;
	struct advi_index_source source;
	struct adv_net net;
};

static int setup(void **state)
{
	struct place *place = advi_calloc(1, sizeof(*place));

	unit_folder(place->folder);
	place->path = advi_path_join(place->folder, "r.json");
	place->cache = advi_path_join(place->folder, "cache");
	place->source = (struct advi_index_source){place->path, "r.json", "c",
						   "https://example.org/c/linux-64", "linux-64"};
	place->net.cache = place->cache;
	*state = place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;
	int r = advi_remove_tree(place->folder, NULL);

	free(place->path);
	free(place->cache);
	free(place);
	return r;
}

static void put(const char *path, struct advi_str text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void note(void *context, const char *text)
{
	advi_buf_printf(context, "%s\n", text);
}

/* Opens it and says "fn fn | rejected", the names sorted; the notes go to 'notes'. */
static int digest(struct place *place, struct advi_buf *out, struct advi_buf *notes,
		  struct adv_err *err)
{
	struct adv_watch watch = {notes, NULL, note};
	ADVI_AUTO(buf) struct advi_buf told = ADVI_BUF_INIT(1 << 20);
	struct advi_subdir *subdir = NULL;
	struct advi_str rest, line, field;
	int r = advi_index_open(&subdir, &place->source, &place->net, &watch, err);

	advi_buf_reset(out);
	if (r < 0)
		return r;
	if (twin_tell_subdir(subdir, &told, err) < 0)
		fail_msg("%s", err->text);
	rest = advi_buf_str(&told);
	while (advi_str_split(&rest, '\n', &line) && line.len) {
		for (int i = 0; i < 4; i++)
			advi_str_split(&line, '\t', &field);
		advi_buf_printf(out, "%.*s ", ADVI_ARGS(field));
	}
	advi_buf_printf(out, "| %llu", (unsigned long long)subdir->rejected);
	advi_subdir_close(subdir);
	return 0;
}

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

		put(place->path, advi_str(cases[i].text));
		assert_ok(digest(place, &got, &notes, &err));
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

		put(place->path, advi_str(bad[i]));
		if (digest(place, &got, &got, &err) != ADV_EINPUT)
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
		put(place->path, advi_buf_str(&text));
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

	put(place->path, advi_str(two));
	assert_ok(digest(place, &first, &notes, &err));
	assert_str(advi_buf_str(&first), TWO);
	index_bytes(place, &path, &bytes);
	assert_true(bytes.len > sizeof(struct advi_index_header));
	assert_int_equal(stat(path, &before), 0);
	assert_ok(digest(place, &second, &again, &err));
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

	put(place->path, advi_str(two));
	assert_ok(digest(place, &got, &notes, &err));
	memcpy(other, two, sizeof(two));
	*strstr(other, "a-1-0") = 'c';
	strstr(other, "\"name\":\"a\"")[8] = 'c';
	put(place->path, advi_str(other));
	assert_ok(digest(place, &got, &notes, &err));
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

	put(place->path, advi_str(two));
	assert_ok(digest(place, &got, &notes, &err));
	assert_int_equal(utimensat(AT_FDCWD, place->path, old, 0), 0);
	usleep(150 * 1000); /* what was written just now is not trusted by its stamps */
	assert_ok(digest(place, &got, &notes, &err));
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

	put(place->path, advi_str(two));
	assert_ok(digest(place, &got, &notes, &err));
	index_bytes(place, &path, &bytes);
	for (size_t cut = 0; cut < bytes.len; cut += 41) {
		put(path, (struct advi_str){bytes.ptr, cut});
		assert_ok(digest(place, &got, &notes, &err));
		assert_str(advi_buf_str(&got), TWO);
	}
	for (size_t at = 0; at < sizeof(struct advi_index_header); at += 19) {
		bytes.ptr[at] ^= 0x55;
		put(path, advi_buf_str(&bytes));
		bytes.ptr[at] ^= 0x55;
		assert_ok(digest(place, &got, &notes, &err));
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

	put(place->path, advi_str(two));
	assert_ok(digest(place, &got, &notes, &err));
	index_bytes(place, &path, &bytes);
	for (size_t at = sizeof(struct advi_index_header); at < bytes.len; at++) {
		struct advi_subdir *subdir = NULL;
		char kept = bytes.ptr[at];

		for (int bit = 0; bit < 8; bit += 7) {
			bytes.ptr[at] = (char)(kept ^ 1 << bit);
			put(path, advi_buf_str(&bytes));
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
	assert_ok(digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), TWO);
}

static void without_a_cache_it_stays_in_memory(void **state)
{
	struct place *place = *state;
	ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000), notes = ADVI_BUF_INIT(1000);
	struct adv_err err = ADV_ERR_INIT;

	put(place->path, advi_str(two));
	place->net.cache = no_cache;
	assert_ok(digest(place, &got, &notes, &err));
	assert_str(advi_buf_str(&got), TWO);
	assert_false(advi_path_exists(place->cache));
}

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
	put(place->path, advi_buf_str(&plain));
	assert_ok(digest(place, &want, &want, &err));
	advi_sha256(advi_buf_str(&plain), sha256);
	for (size_t i = 0; i < ADVI_COUNT(filters); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(64 << 20);
		ADVI_AUTO(buf) struct advi_buf bytes = ADVI_BUF_INIT(64 << 20);
		struct advi_subdir *subdir;

		compress(place->path, advi_buf_str(&plain), filters[i]);
		assert_ok(digest(place, &got, &got, &err));
		assert_string_equal(got.ptr, want.ptr);
		assert_ok(advi_index_open(&subdir, &place->source, &place->net, NULL, &err));
		assert_string_equal(subdir->sha256, sha256);
		advi_subdir_close(subdir);
		assert_ok(advi_file_read(&bytes, place->path, &err));
		put(place->path, (struct advi_str){bytes.ptr, bytes.len / 2});
		assert_int_equal(digest(place, &got, &got, &err), ADV_EINPUT);
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
		assert_int_equal(digest(place, &got, &got, &err), ADV_EINPUT);
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

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_and_what_they_cost),
		TEST(what_is_no_repodata_is_refused_by_name),
		TEST(every_field_arrives),
		TEST(a_second_run_says_the_same),
		TEST(a_stale_index_is_made_anew),
		TEST(other_stamps_are_learnt),
		TEST(a_torn_index_is_made_anew),
		TEST(a_hostile_index_harms_nothing),
		TEST(without_a_cache_it_stays_in_memory),
		TEST(many_blocks_are_read_as_one),
		TEST(long_things_cost_themselves),
		TEST(deep_things_are_no_repodata),
		TEST(compressed_files_are_read_as_they_come),
		TEST(bombs_are_given_up),
		TEST(random_texts_are_read_alike),
		TEST(the_real_channel_is_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
