/* SPDX-License-Identifier: BSD-3-Clause */
/* MessagePack: every kind of value, and what is no document. */
#include "unit.h"

#include "base/mem.h"
#include "io/msgpack.h"

#define BYTES(literal) ((struct advi_str){literal, sizeof(literal) - 1})

static void every_kind_becomes_json(void **state)
{
	static const struct {
		struct advi_str document;
		const char *json;
	} cases[] = {
		{BYTES("\xc0"), "null"},
		{BYTES("\xc2"), "false"},
		{BYTES("\xc3"), "true"},
		{BYTES("\x07"), "7"},
		{BYTES("\xff"), "-1"},
		{BYTES("\xcc\xff"), "255"},
		{BYTES("\xcd\x01\x00"), "256"},
		{BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615"},
		{BYTES("\xd0\x80"), "-128"},
		{BYTES("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), "-9223372036854775808"},
		{BYTES("\xd3\x00\x00\x00\x00\x00\x00\x00\x05"), "5"},
		{BYTES("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"), "1.5"},
		{BYTES("\xca\x3f\x00\x00\x00"), "0.5"},
		{BYTES("\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"), "null"},
		{BYTES("\xa0"), "\"\""},
		{BYTES("\xa3"
		       "a\"\\"),
		 "\"a\\\"\\\\\""},
		{BYTES("\xa2\x01\n"), "\"\\u0001\\u000a\""},
		{BYTES("\xd9\x02\xc3\xa4"), "\"\xc3\xa4\""},
		{BYTES("\xa2\xff"
		       "a"),
		 "false"},
		{BYTES("\xc4\x03\x00\x7f\xff"), "\"007fff\""},
		{BYTES("\xd4\x01\x00"), "null"},
		{BYTES("\x90"), "[]"},
		{BYTES("\x93\x01\xc0\x91\x02"), "[1,null,[2]]"},
		{BYTES("\x80"), "{}"},
		{BYTES("\x82\xa1"
		       "a\x01\xa1"
		       "b\x02"),
		 "{\"a\":1,\"b\":2}"},
		{BYTES("\x82\x05\x01\xa1"
		       "b\x02"),
		 "{\"b\":2}"},
		{BYTES("\x81\xa2"
		       "b\xff\x02"),
		 "{\"b/\":2}"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(1000);
		ADVI_AUTO(arena) struct advi_arena arena = {0};
		const char *problem = NULL;
		const struct advi_msgpack *value =
			advi_msgpack_read(&arena, cases[i].document, &problem);

		if (!value)
			fail_msg("case %zu (%s): %s", i, cases[i].json, problem);
		advi_msgpack_json(&out, value);
		assert_str(advi_buf_str(&out), cases[i].json);
	}
}

static void what_is_no_document_is_refused(void **state)
{
	static const struct {
		struct advi_str document;
		const char *problem;
	} cases[] = {
		{BYTES(""), "is empty"},
		{BYTES("\x81"), "ends too early"},
		{BYTES("\xa5"
		       "abc"),
		 "ends too early"},
		{BYTES("\xdb\xff\xff\xff\xff"
		       "abc"),
		 "ends too early"},
		{BYTES("\xc1"), "is no MessagePack, or nested too deeply"},
		{BYTES("\xc0\xc0"), "has something behind its end"},
		{BYTES("\xdd\xff\xff\xff\xff\x00"), "claims more items than it has bytes"},
		{BYTES("\xdf\x05\x55\x55\x56\x00"), "claims more items than it has bytes"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cases); i++) {
		ADVI_AUTO(arena) struct advi_arena arena = {0};
		const char *problem = NULL;

		assert_null(advi_msgpack_read(&arena, cases[i].document, &problem));
		assert_string_equal(problem, cases[i].problem);
	}
}

static void nesting_and_values_are_limited(void **state)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0}, other = {0};
	ADVI_AUTO_PTR char *deep = advi_malloc(1000), *many = advi_malloc(5000000);
	const char *problem = NULL;

	(void)state;
	memset(deep, '\x91', 999);
	deep[999] = '\x00';
	assert_null(advi_msgpack_read(&arena, (struct advi_str){deep, 1000}, &problem));
	assert_string_equal(problem, "is no MessagePack, or nested too deeply");
	memset(many, 0, 5000000);
	memcpy(many, "\xdd\x00\x4c\x4b\x3b", 5); /* 4,999,995 items */
	assert_null(advi_msgpack_read(&other, (struct advi_str){many, 5000000}, &problem));
	assert_string_equal(problem, "has more than four million values");
}

static void keys_are_found(void **state)
{
	static const char text[] = "\x83\xa1"
				   "a\x01\xa1"
				   "b\x02\xa1"
				   "a\x03";
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	const char *problem;
	const struct advi_msgpack *map = advi_msgpack_read(&arena, BYTES(text), &problem);

	(void)state;
	assert_non_null(map);
	assert_true(advi_msgpack_get(map, "a")->number == 3);
	assert_true(advi_msgpack_get(map, "b")->number == 2);
	assert_null(advi_msgpack_get(map, "c"));
	assert_null(advi_msgpack_get(map->first, "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_becomes_json),
		cmocka_unit_test(what_is_no_document_is_refused),
		cmocka_unit_test(nesting_and_values_are_limited),
		cmocka_unit_test(keys_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
