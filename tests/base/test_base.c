/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors, slices, buffers, vectors, arenas, maps. */
#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

static void errors_name_the_outermost_context_first(void **state)
{
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_fail(&err, ADV_EINPUT, "line %d: no name", 7);

	(void)state;
	r = advi_while(&err, r, "reading '%s'", "a.yml");
	assert_int_equal(r, ADV_EINPUT);
	assert_int_equal(err.code, ADV_EINPUT);
	assert_string_equal(err.text, "reading 'a.yml': line 7: no name");
	assert_int_equal(advi_fail(NULL, ADV_NO, "nobody listens"), ADV_NO);
}

static void exit_statuses_follow_the_house_style(void **state)
{
	(void)state;
	assert_int_equal(adv_exit_status(0), 0);
	assert_int_equal(adv_exit_status(ADV_NO), 1);
	assert_int_equal(adv_exit_status(ADV_EUSAGE), 2);
	assert_int_equal(adv_exit_status(ADV_EINPUT), 3);
	assert_int_equal(adv_exit_status(ADV_EENV), 4);
	assert_int_equal(adv_exit_status(ADV_ECANCEL), 130);
}

static int stop(void *context, const struct adv_progress *progress)
{
	(void)progress;
	return *(int *)context;
}

static void a_watch_can_stop_a_task(void **state)
{
	int answer = 0;
	struct adv_watch watch = {&answer, stop, NULL};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_int_equal(advi_progress(NULL, "reading", "bytes", 1, 2, &err), 0);
	assert_int_equal(advi_progress(&watch, "reading", "bytes", 1, 2, &err), 0);
	answer = 1;
	assert_int_equal(advi_progress(&watch, "reading", "bytes", 1, 2, &err), ADV_ECANCEL);
	assert_string_equal(err.text, "stopped while reading");
}

static void slices_split_and_trim(void **state)
{
	struct advi_str rest = ADVI_STR("a,,b"), part;
	uint64_t number;

	(void)state;
	assert_true(advi_str_split(&rest, ',', &part));
	assert_str(part, "a");
	assert_true(advi_str_split(&rest, ',', &part));
	assert_str(part, "");
	assert_true(advi_str_split(&rest, ',', &part));
	assert_str(part, "b");
	assert_false(advi_str_split(&rest, ',', &part));
	assert_str(advi_str_trim(ADVI_STR(" \tx y\r\n")), "x y");
	assert_true(advi_str_cmp(ADVI_STR("ab"), ADVI_STR("abc")) < 0);
	assert_int_equal(advi_str_search(ADVI_STR("abcabd"), ADVI_STR("abd")), 3);
	assert_int_equal(advi_str_search(ADVI_STR("ab"), ADVI_STR("abd")), 2);
	assert_true(advi_str_u64(ADVI_STR("18446744073709551615"), &number));
	assert_true(number == UINT64_MAX);
	assert_false(advi_str_u64(ADVI_STR("18446744073709551616"), &number));
	assert_false(advi_str_u64(ADVI_STR("-1"), &number));
	assert_false(advi_str_u64(ADVI_STR(""), &number));
}

/* Every needle of a text of few letters, beside memmem. */
static void slices_are_searched_as_memmem_does(void **state)
{
	static const char text[] = "/a/ab//abaab/aabbab/babaabba/abbabaabbaababba//abab/baab/";
	const struct advi_str all = ADVI_STR(text);

	(void)state;
	for (size_t from = 0; from < all.len; from++)
		for (size_t length = 1; from + length <= all.len; length++) {
			struct advi_str what = {text + from, length};

			for (size_t left = 0; left <= all.len; left++) {
				struct advi_str rest = {text + left, all.len - left};
				const char *found = memmem(rest.ptr, rest.len, what.ptr, what.len);

				assert_int_equal(advi_str_search(rest, what),
						 found ? (size_t)(found - rest.ptr) : rest.len);
			}
		}
}

static void utf8_is_checked_as_unicode_says(void **state)
{
	static const char *const good[] = {"",
					   "a",
					   "\xC3\xA9",
					   "\xE2\x82\xAC",
					   "\xF0\x9F\x90\x8D",
					   "\xED\x9F\xBF",
					   "\xEE\x80\x80",
					   "\xF4\x8F\xBF\xBF"};
	static const char *const bad[] = {"\xA1",
					  "\xC0\x80",
					  "\xC1\xBF",
					  "\xE0\x9F\xBF",
					  "\xED\xA0\x80",
					  "\xF0\x8F\xBF\xBF",
					  "\xF4\x90\x80\x80",
					  "\xF5",
					  "\xC3",
					  "\xE2\x82",
					  "\xC3(",
					  "\xFF"};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(good); i++)
		assert_true(advi_str_utf8(advi_str(good[i])));
	for (size_t i = 0; i < ADVI_COUNT(bad); i++)
		assert_false(advi_str_utf8(advi_str(bad[i])));
}

static void a_buffer_stops_at_its_cap(void **state)
{
	ADVI_AUTO(buf) struct advi_buf buf = ADVI_BUF_INIT(8);

	(void)state;
	advi_buf_text(&buf, "12345");
	advi_buf_printf(&buf, "%d", 678);
	assert_false(buf.full);
	advi_buf_byte(&buf, '9');
	assert_true(buf.full);
	assert_str(advi_buf_str(&buf), "12345678");
	advi_buf_reset(&buf);
	advi_buf_text(&buf, "x");
	assert_str(advi_buf_str(&buf), "x");
}

static void an_arena_keeps_what_it_gave(void **state)
{
	struct advi_arena arena = {0};
	const char *kept[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		kept[i] = advi_arena_printf(&arena, "%0*d", 1 + i % 300, i);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(strtol(kept[i], NULL, 10), i);
	assert_int_equal((uintptr_t)advi_arena_alloc(&arena, 3) % sizeof(void *), 0);
	advi_arena_clear(&arena);
}

static void a_map_keeps_order_and_finds_all(void **state)
{
	struct advi_map map = {0};
	bool is_new;
	char key[16];

	(void)state;
	assert_null(advi_map_get(&map, ADVI_STR("a")));
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%u", i * 7919);
		advi_map_add(&map, advi_str(key), &is_new)->number = i;
		assert_true(is_new);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%u", i * 7919);
		assert_int_equal(advi_map_get(&map, advi_str(key))->number, i);
		assert_int_equal(advi_map_intern(&map, advi_str(key)), i);
		assert_str(map.entries.at[i].key, key);
	}
	assert_null(advi_map_get(&map, ADVI_STR("absent")));
	advi_map_clear(&map);
}

static void a_vector_grows(void **state)
{
	ADVI_VEC(int) vec = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		advi_vec_push(&vec, i);
	assert_int_equal(vec.count, 100);
	assert_int_equal(vec.at[99], 99);
	advi_vec_clear(&vec);
	assert_int_equal(vec.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_the_outermost_context_first),
		cmocka_unit_test(exit_statuses_follow_the_house_style),
		cmocka_unit_test(a_watch_can_stop_a_task),
		cmocka_unit_test(slices_split_and_trim),
		cmocka_unit_test(slices_are_searched_as_memmem_does),
		cmocka_unit_test(utf8_is_checked_as_unicode_says),
		cmocka_unit_test(a_buffer_stops_at_its_cap),
		cmocka_unit_test(an_arena_keeps_what_it_gave),
		cmocka_unit_test(a_map_keeps_order_and_finds_all),
		cmocka_unit_test(a_vector_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
