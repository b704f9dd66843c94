/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables: alignment, width, masks, and text for people. */
#include "unit.h"

#include "base/text.h"
#include "report/table.h"

static const struct advi_column columns[] = {
	{.title = "name", .flexible = true}, {.title = "users", .right = true}, {.title = "why"}};

static char *printed(const struct advi_table *table, const struct adv_style *style, size_t indent)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	advi_table_print(table, file, style, indent);
	fclose(file);
	return text;
}

static void test_plain(void **state)
{
	struct advi_table table;
	ADVI_AUTO_PTR char *text = NULL;

	(void)state;
	advi_table_init(&table, columns, 3);
	advi_table_text(&table, "a");
	advi_table_count(&table, 1234567);
	advi_table_text(&table, NULL);
	advi_table_text(&table, "longer");
	advi_table_printf(&table, "%d", 7);
	advi_table_text(&table, "x");
	text = printed(&table, NULL, 2);
	assert_string_equal(text, "  name        users  why\n"
				  "  a       1,234,567\n"
				  "  longer          7  x\n");
	advi_table_clear(&table);
}

static void test_squeezed(void **state)
{
	struct adv_style style = {.width = 40, .rows = 1, .color = true};
	struct advi_table table;
	ADVI_AUTO_PTR char *text = NULL;

	(void)state;
	advi_table_init(&table, columns, 3);
	for (int i = 0; i < 3; i++) {
		advi_table_text(&table, "a name that is a great deal too long for it");
		advi_table_count(&table, 5);
		advi_table_text(&table, "0123456789");
	}
	text = printed(&table, &style, 0);
	assert_string_equal(text, "\033[1mname                   users  why\033[0m\n"
				  "a name that is a gre~      5  0123456789\n"
				  "... and 2 more\n");
	advi_table_clear(&table);
}

static void test_mask(void **state)
{
	static const char *const rows[][2] = {
		{"plain", "plain"},
		{"a\033[31mb\n\r\tc\x7f", "a?[31mb???c?"},
		{"\xc2\x9b"
		 "31m",
		 "??31m"},
		{"caf\xc3\xa9 \xe6\x97\xa5", "caf\xc3\xa9 \xe6\x97\xa5"},
		{"x\xe2\x80\xaey", "x???y"},
		{"\xff\xfe\xc3", "???"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\xf0\x9f", "??"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO_PTR char *text = advi_strdup(rows[i][0]);

		advi_text_mask(text);
		assert_string_equal(text, rows[i][1]);
	}
}

/* Without a terminal a name stays whole, however long. */
static void test_whole(void **state)
{
	static const struct advi_column one[] = {{"package", false, true}};
	struct adv_style style = {0};
	struct advi_table table;
	char name[121], *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	advi_table_init(&table, one, 1);
	advi_table_text(&table, name);
	advi_table_print(&table, file, &style, 0);
	fclose(file);
	assert_non_null(strstr(text, name));
	advi_table_clear(&table);
	free(text);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(advi_text_width(ADVI_STR("abc")), 3);
	assert_int_equal(advi_text_width(ADVI_STR("caf\xc3\xa9")), 4);
	assert_int_equal(advi_text_width(ADVI_STR("e\xcc\x81")), 1);
	assert_int_equal(advi_text_width(ADVI_STR("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	assert_str(advi_text_fit(ADVI_STR("\xe6\x97\xa5\xe6\x9c\xac"), 3), "\xe6\x97\xa5");
	assert_str(advi_text_fit(ADVI_STR("abc"), 9), "abc");
}

static void test_numbers(void **state)
{
	static const struct {
		uint64_t number;
		const char *count, *bytes;
	} rows[] = {
		{0, "0", "0 B"},
		{999, "999", "999 B"},
		{1000, "1,000", "1000 B"},
		{1536, "1,536", "1.5 KiB"},
		{1048575, "1,048,575", "1.0 MiB"},
		{5ull << 30, "5,368,709,120", "5.0 GiB"},
		{UINT64_MAX, "18,446,744,073,709,551,615", "16384.0 PiB"},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO(buf) struct advi_buf count = ADVI_BUF_INIT(64), bytes = ADVI_BUF_INIT(64);

		advi_text_count(&count, rows[i].number);
		advi_text_bytes(&bytes, rows[i].number);
		assert_string_equal(count.ptr, rows[i].count);
		assert_string_equal(bytes.ptr, rows[i].bytes);
	}
}

static void test_paragraph(void **state)
{
	struct adv_style style = {.width = 40};
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	advi_print_paragraph(
		file, &style, 2, 4,
		"numpy would have to go back to 1.26, but base\nhas   2.1 and says so");
	fclose(file);
	assert_string_equal(text, "  numpy would have to go back to 1.26,\n"
				  "    but base?has 2.1 and says so\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),     cmocka_unit_test(test_squeezed),
		cmocka_unit_test(test_mask),      cmocka_unit_test(test_width),
		cmocka_unit_test(test_whole),     cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_paragraph),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
