/* SPDX-License-Identifier: BSD-3-Clause */
/* Files, streams, JSON, digests, URLs. */
#include "unit.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/http.h"
#include "io/json_scan.h"
#include "io/json_write.h"
#include "io/lines.h"

static char folder[4096];

static int make_folder(void **state)
{
	(void)state;
	unit_folder(folder);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	return advi_remove_tree(folder, NULL);
}

static char *in_folder(const char *name)
{
	return advi_path_join(folder, name);
}

static void put(const char *path, const char *text, size_t size)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_out out;

	assert_ok(advi_out_open(&out, path, &err));
	assert_int_equal(fwrite(text, 1, size, out.file), size);
	assert_ok(advi_out_commit(&out, &err));
}

static void a_file_stands_only_when_complete(void **state)
{
	ADVI_AUTO_PTR char *path = in_folder("kept");
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(100);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_out out;

	(void)state;
	put(path, "one", 3);
	assert_ok(advi_out_open(&out, path, &err));
	fputs("two", out.file);
	advi_out_clear(&out);
	assert_ok(advi_file_read(&text, path, &err));
	assert_str(advi_buf_str(&text), "one");
}

static void what_is_no_file_stays_what_it_is(void **state)
{
	ADVI_AUTO_PTR char *path = in_folder("pipe");
	char text[4] = "";
	struct stat info;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	put(path, "one", 3);
	assert_int_equal(read(fd, text, 3), 3);
	assert_string_equal(text, "one");
	close(fd);
	assert_int_equal(stat(path, &info), 0);
	assert_true(S_ISFIFO(info.st_mode));
	put("/dev/null", "one", 3);
	assert_int_equal(stat("/dev/null", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
}

static void a_folder_is_no_output(void **state)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_out out;

	(void)state;
	assert_int_equal(advi_out_open(&out, folder, &err), ADV_EINPUT);
	assert_non_null(strstr(err.text, "is a folder"));
}

static void a_file_larger_than_its_cap_is_refused(void **state)
{
	ADVI_AUTO_PTR char *path = in_folder("large");
	ADVI_AUTO(buf) struct advi_buf exact = ADVI_BUF_INIT(5), small = ADVI_BUF_INIT(4);
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	put(path, "12345", 5);
	assert_ok(advi_file_read(&exact, path, &err));
	assert_str(advi_buf_str(&exact), "12345");
	assert_int_equal(advi_file_read(&small, path, &err), ADV_EINPUT);
	assert_int_equal(advi_file_read(&small, "/nonexistent/x", &err), ADV_EINPUT);
	assert_non_null(strstr(err.text, "/nonexistent/x"));
}

static int remember(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	(void)info;
	(void)err;
	advi_buf_text(context, strrchr(path, '/'));
	return 0;
}

static void a_walk_is_in_byte_order_and_follows_no_link(void **state)
{
	ADVI_AUTO_PTR char *root = in_folder("walk"), *sub = in_folder("walk/m"),
			   *loop = in_folder("walk/m/loop");
	ADVI_AUTO_PTR char *a = in_folder("walk/m/a"), *z = in_folder("walk/Z"),
			   *b = in_folder("walk/b");
	ADVI_AUTO(buf) struct advi_buf seen = ADVI_BUF_INIT(1000);
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_ok(advi_mkdirs(sub, &err));
	put(a, "", 0);
	put(b, "", 0);
	put(z, "", 0);
	assert_int_equal(symlink(root, loop), 0);
	assert_ok(advi_walk(root, remember, &seen, NULL, NULL, &err));
	assert_str(advi_buf_str(&seen), "/Z/b/a");
}

/* Lines through a stream: number and text of each, "!" for one that is too long. */
static void lines_of(const char *path, size_t longest, struct advi_buf *out)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_stream *stream;
	struct advi_lines lines;
	struct advi_line line;
	int r;

	assert_ok(advi_stream_open(&stream, path, &err));
	advi_lines_init(&lines, stream, longest);
	while ((r = advi_lines_next(&lines, &line, &err)) > 0)
		advi_buf_printf(out, "%d@%d=%.*s%s%s ", (int)line.number, (int)line.offset,
				ADVI_ARGS(line.text), line.too_long ? "!" : "",
				line.cut ? "$" : "");
	assert_ok(r);
	advi_lines_clear(&lines);
	advi_stream_free(stream);
}

static void lines_come_one_by_one(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"\n", "1@0= "},
		{"a\nbc\n", "1@0=a 2@2=bc "},
		{"a\nbc", "1@0=a 2@2=bc$ "},
		{"a\n12345\n123456\nb\n", "1@0=a 2@2=12345 3@8=! 4@15=b "},
		{"123456789", "1@0=!$ "},
	};
	ADVI_AUTO_PTR char *path = in_folder("lines");

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO(buf) struct advi_buf got = ADVI_BUF_INIT(1000);

		put(path, cases[i].text, strlen(cases[i].text));
		lines_of(path, 5, &got);
		assert_str(advi_buf_str(&got), cases[i].want);
	}
}

static void long_lines_cross_blocks(void **state)
{
	ADVI_AUTO_PTR char *path = in_folder("blocks"), *text = advi_malloc(5 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_stream *stream;
	struct advi_lines lines;
	struct advi_line line;
	size_t size = 5 << 20, seen = 0;

	(void)state;
	for (size_t i = 0; i < size; i++)
		text[i] = i % 1300021 == 1300020 ? '\n' : (char)('a' + i % 26);
	put(path, text, size);
	assert_ok(advi_stream_open(&stream, path, &err));
	advi_lines_init(&lines, stream, 4 << 20);
	while (advi_lines_next(&lines, &line, &err) > 0) {
		assert_int_equal(line.offset, seen);
		assert_memory_equal(line.text.ptr, text + seen, line.text.len);
		seen += line.text.len + 1;
	}
	assert_int_equal(seen, size + 1);
	advi_lines_clear(&lines);
	advi_stream_free(stream);
}

static void a_cut_gzip_is_bad_input(void **state)
{
	static const char gz[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a";
	ADVI_AUTO_PTR char *path = in_folder("cut.gz");
	ADVI_AUTO(buf) struct advi_buf all = ADVI_BUF_INIT(1000);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_stream *stream = NULL;
	int r;

	(void)state;
	put(path, gz, sizeof(gz) - 1);
	r = advi_stream_open(&stream, path, &err);
	if (r == 0)
		r = advi_stream_read_all(stream, &all, &err);
	assert_int_equal(r, ADV_EINPUT);
	assert_non_null(strstr(err.text, "cut.gz"));
	advi_stream_free(stream);
}

/* The scanner's value as cJSON's, for comparison. */
static cJSON *tree(struct advi_json *json)
{
	struct advi_str text = {0};
	cJSON *node;
	double number;
	bool boolean;

	switch (advi_json_peek(json)) {
	case ADVI_JSON_OBJECT:
		node = cJSON_CreateObject();
		for (advi_json_object(json); advi_json_key(json, &text);) {
			ADVI_AUTO_PTR char *key = advi_str_dup(text);

			cJSON_AddItemToObject(node, key, tree(json));
		}
		return node;
	case ADVI_JSON_ARRAY:
		node = cJSON_CreateArray();
		for (advi_json_array(json); advi_json_item(json);)
			cJSON_AddItemToArray(node, tree(json));
		return node;
	case ADVI_JSON_STRING: {
		ADVI_AUTO_PTR char *copy = NULL;

		advi_json_string(json, &text);
		copy = advi_str_dup(text);
		return cJSON_CreateString(copy);
	}
	case ADVI_JSON_NUMBER:
		return cJSON_CreateNumber(advi_json_number(json, &number) ? number : 0);
	case ADVI_JSON_BOOL:
		return cJSON_CreateBool(advi_json_bool(json, &boolean) && boolean);
	default:
		advi_json_skip(json);
		return cJSON_CreateNull();
	}
}

static void random_value(struct advi_buf *out, unsigned *seed, int depth)
{
	static const char *const scalars[] = {"null",
					      "true",
					      "false",
					      "0",
					      "-1.5e-3",
					      "12345678901",
					      "1E5",
					      "\"\"",
					      "\"a b\"",
					      "\"\\u00e9\\n\\\"\"",
					      "\"\\ud83d\\udc0d\"",
					      "\"\xC3\xA9\""};
	int kind = rand_r(seed) % (depth > 4 ? 1 : 3), count = rand_r(seed) % 4;

	if (kind == 0) {
		advi_buf_text(out, scalars[(size_t)rand_r(seed) % ADVI_COUNT(scalars)]);
		return;
	}
	advi_buf_byte(out, kind == 1 ? '[' : '{');
	for (int i = 0; i < count; i++) {
		if (i)
			advi_buf_text(out, rand_r(seed) % 2 ? "," : " ,\n\t");
		if (kind == 2)
			advi_buf_printf(out, "\"k%d\" :", i);
		random_value(out, seed, depth + 1);
	}
	advi_buf_byte(out, kind == 1 ? ']' : '}');
}

static void the_scanner_reads_what_cjson_reads(void **state)
{
	unsigned seed = 4711;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
		struct advi_json json;
		cJSON *ours, *theirs;

		random_value(&text, &seed, 0);
		advi_json_init(&json, advi_buf_str(&text));
		ours = tree(&json);
		theirs = cJSON_Parse(text.ptr);
		assert_true(advi_json_end(&json));
		assert_true(cJSON_Compare(ours, theirs, true));
		cJSON_Delete(ours);
		cJSON_Delete(theirs);
		advi_json_clear(&json);
	}
}

static void bad_json_is_refused(void **state)
{
	static const char *const bad[] = {
		"",         " ",          "{",         "[",
		"[1",       "[1,",        "[1,]",      "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{a:1}",     "[1 2]",
		"01",       "-",          "1.",        ".5",
		"1e",       "+1",         "tru",       "nul",
		"\"",       "\"\\x\"",    "\"\\u12\"", "\"\\u00/a\"",
		"\"a\nb\"", "\"\x01\"",   "\"\xA1\"",  "\"\xED\xA0\x80\"",
		"[1]]",     "{} {}",      "1 x",       "\"\xC3\"",
		"[\"\\\"]",
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(bad); i++) {
		struct advi_json json;

		advi_json_init(&json, advi_str(bad[i]));
		advi_json_skip(&json);
		if (advi_json_end(&json))
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(json.problem);
		advi_json_clear(&json);
	}
}

static void nesting_has_a_limit(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct advi_json json;

	(void)state;
	for (int i = 0; i < 100000; i++)
		advi_buf_byte(&text, '[');
	advi_json_init(&json, advi_buf_str(&text));
	assert_false(advi_json_skip(&json));
	assert_string_equal(json.problem, "is nested too deeply");
	advi_json_clear(&json);
}

static void numbers_are_exact_or_refused(void **state)
{
	struct advi_json json;
	uint64_t whole;
	double number;

	(void)state;
	advi_json_init(&json, ADVI_STR("[18446744073709551615, 256.1834, 1e999]"));
	assert_true(advi_json_array(&json) && advi_json_item(&json));
	assert_true(advi_json_u64(&json, &whole) && whole == UINT64_MAX);
	assert_true(advi_json_item(&json) && advi_json_number(&json, &number) &&
		    number == 256.1834);
	assert_true(advi_json_item(&json));
	assert_false(advi_json_number(&json, &number));
	advi_json_clear(&json);
}

static void written_json_reads_back(void **state)
{
	static const double numbers[] = {
		0, 1, -1, 0.1, 1e-9, 1.0 / 3, 44.651091, 1e300, 123456789012345678.0};
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct advi_jout out;
	cJSON *read, *item;
	size_t i = 0;

	(void)state;
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "a");
	advi_jout_array(&out);
	for (size_t n = 0; n < ADVI_COUNT(numbers); n++)
		advi_jout_double(&out, numbers[n]);
	advi_jout_double(&out, NAN);
	advi_jout_array_end(&out);
	advi_jout_key(&out, "b");
	advi_jout_object(&out);
	advi_jout_object_end(&out);
	advi_jout_key_text(&out, "c\"", "tab\t\x01 \xA1 \xC3\xA9");
	advi_jout_key_u64(&out, "d", UINT64_MAX);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
	fclose(file);
	read = cJSON_Parse(text);
	assert_non_null(read);
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(read, "a"))
	{
		if (i < ADVI_COUNT(numbers))
			assert_true(item->valuedouble == numbers[i]);
		else
			assert_true(cJSON_IsNull(item));
		i++;
	}
	assert_string_equal(cJSON_GetObjectItem(read, "c\"")->valuestring,
			    "tab\t\x01 \xEF\xBF\xBD \xC3\xA9");
	assert_non_null(strstr(text, "\"d\": 18446744073709551615"));
	cJSON_Delete(read);
	free(text);
}

static void digests_are_the_known_ones(void **state)
{
	char hex[ADVI_HEX_SIZE];
	struct advi_digest *digest = advi_digest_new("MD5");

	(void)state;
	advi_sha256(ADVI_STR("abc"), hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	advi_digest_add(digest, ADVI_STR("abc"));
	advi_digest_end(digest, hex);
	assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
	/* RFC 4231, test case 2 */
	advi_hmac_sha256(ADVI_STR("Jefe"), ADVI_STR("what do ya want for nothing?"), hex);
	assert_string_equal(hex,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void urls_lose_their_secrets(void **state)
{
	static const struct {
		const char *url, *shown;
	} cases[] = {
		{"https://example.org/a/b.conda", "https://example.org/a/b.conda"},
		{"https://me:pw@example.org/a", "https://example.org/a"},
		{"https://me:p@w@example.org/a@b", "https://example.org/a@b"},
		{"https://example.org/t/tok-en/chan/linux-64/x.conda",
		 "https://example.org/chan/linux-64/x.conda"},
		{"https://u@h/t/secret", "https://h"},
		{"https:///u:secret@h/c", "https:///h/c"},
		{"https://https://u:secret@h/c", "https://https://h/c"},
		{"https://h//t/token/u:secret@i/c", "https://h//i/c"},
		{"https://u:secret@/v:secret@h/c", "https:///h/c"},
		{"https:///u://:secret@h/c", "https:///u://h/c"},
		{"file:///home/a@b//c@d", "file:///home/a@b//c@d"},
		{"https://h/c/x.conda?sig=secret", "https://h/c/x.conda"},
		{"https://h/c/x.conda?sig=secret#md5", "https://h/c/x.conda#md5"},
		{"/srv/channel", "/srv/channel"},
		{"file:///srv/a\x1b[2J", "file:///srv/a[2J"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO_PTR char *shown = advi_url_public_dup(cases[i].url);

		assert_string_equal(shown, cases[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_stands_only_when_complete),
		cmocka_unit_test(what_is_no_file_stays_what_it_is),
		cmocka_unit_test(a_folder_is_no_output),
		cmocka_unit_test(a_file_larger_than_its_cap_is_refused),
		cmocka_unit_test(a_walk_is_in_byte_order_and_follows_no_link),
		cmocka_unit_test(lines_come_one_by_one),
		cmocka_unit_test(long_lines_cross_blocks),
		cmocka_unit_test(a_cut_gzip_is_bad_input),
		cmocka_unit_test(the_scanner_reads_what_cjson_reads),
		cmocka_unit_test(bad_json_is_refused),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(numbers_are_exact_or_refused),
		cmocka_unit_test(written_json_reads_back),
		cmocka_unit_test(digests_are_the_known_ones),
		cmocka_unit_test(urls_lose_their_secrets),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
