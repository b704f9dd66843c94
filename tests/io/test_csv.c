/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV: rows taken apart, and written so that they read back. */
#include "unit.h"

#include "base/mem.h"
#include "io/csv.h"

static void test_rows(void **state)
{
	static const struct {
		const char *line, *fields; /* fields with '|' between them */
	} rows[] = {
		{"a,b,c", "a|b|c"},
		{"", ""},
		{",", "|"},
		{"a,", "a|"},
		{"\"a,b\",c\r", "a,b|c"},
		{"\"say \"\"hi\"\"\",\"\"", "say \"hi\"|"},
		{"\xEF\xBB\xBFmonth,user", "month|user"},
		{"a\"b,c", "a\"b|c"},
	};
	struct advi_csv csv = ADVI_CSV_INIT;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		ADVI_AUTO(buf) struct advi_buf joined = ADVI_BUF_INIT(4096);

		assert_null(advi_csv_read(&csv, advi_str(rows[i].line)));
		for (size_t j = 0; j < csv.fields.count; j++) {
			advi_buf_text(&joined, j ? "|" : "");
			advi_buf_add(&joined, csv.fields.at[j]);
		}
		assert_str(advi_buf_str(&joined), rows[i].fields);
	}
	assert_string_equal(advi_csv_read(&csv, ADVI_STR("a,\"b")), "has an open quote");
	assert_string_equal(advi_csv_read(&csv, ADVI_STR("\"a\"b")),
			    "has text after a closing quote");
	assert_null(advi_csv_read(&csv, ADVI_STR("Month, user ,x")));
	assert_int_equal(advi_csv_find(&csv, "month"), 0);
	assert_int_equal(advi_csv_find(&csv, "user"), 1);
	assert_int_equal(advi_csv_find(&csv, "y"), -1);
	assert_str(advi_csv_field(&csv, 1), "user");
	assert_str(advi_csv_field(&csv, 7), "");
	assert_str(advi_csv_field(&csv, -1), "");
	advi_csv_clear(&csv);
}

static void test_many_fields(void **state)
{
	ADVI_AUTO(buf) struct advi_buf line = ADVI_BUF_INIT(4096);
	struct advi_csv csv = ADVI_CSV_INIT;

	(void)state;
	for (int i = 0; i < ADVI_CSV_FIELDS; i++)
		advi_buf_byte(&line, ',');
	assert_string_equal(advi_csv_read(&csv, advi_buf_str(&line)), "has too many fields");
	advi_csv_clear(&csv);
}

static void test_written(void **state)
{
	static const char *const cells[] = {"plain", "a,b", "say \"hi\"", "",   "=1+1",
					    "-x",    "@y",  "+z",         "a=b"};
	static const char text[] = "plain,\"a,b\",\"say \"\"hi\"\"\",,'=1+1,'-x,'@y,'+z,a=b";
	char *out = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&out, &size);
	struct advi_csv csv = ADVI_CSV_INIT;

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(cells); i++)
		advi_csv_write(file, advi_str(cells[i]), i == 0);
	fclose(file);
	assert_string_equal(out, text);
	assert_null(advi_csv_read(&csv, (struct advi_str){out, size}));
	assert_int_equal(csv.fields.count, ADVI_COUNT(cells));
	for (size_t i = 0; i < 4; i++)
		assert_str(csv.fields.at[i], cells[i]);
	advi_csv_clear(&csv);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_many_fields),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
