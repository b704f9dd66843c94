/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions and MatchSpecs answer as conda does: its own answers, in tables beside the repository.
 */
#include "unit.h"

#include "base/arena.h"
#include "base/vec.h"
#include "conda/matchspec.h"
#include "io/file.h"
#include "io/json_scan.h"
#include "io/lines.h"

enum { LINE_CAP = 1 << 20, FIELDS = 7, SHOWN = 20 };

/* A table under $SHARED/data/conformance, line by line; comments are passed over. */
struct table {
	const char *name;
	struct advi_stream *stream;
	struct advi_lines lines;
	struct advi_str field[FIELDS];
	size_t fields, rows, failures;
};

static void table_open(struct table *table, const char *name)
{
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096], path[5000];

	*table = (struct table){.name = name};
	unit_shared(folder, "data/conformance");
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_ok(advi_stream_open(&table->stream, path, &err));
	advi_lines_init(&table->lines, table->stream, LINE_CAP);
}

static bool table_next(struct table *table)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_line line;
	struct advi_str rest;
	int r;

	do {
		r = advi_lines_next(&table->lines, &line, &err);
		assert_ok(r);
	} while (r == 1 && line.text.len && line.text.ptr[0] == '#' && line.number == 1);
	if (r == 0)
		return false;
	memset(table->field, 0, sizeof(table->field));
	rest = line.text;
	for (table->fields = 0; table->fields < FIELDS;) {
		size_t tab = advi_str_find(rest, '\t');

		table->field[table->fields++] = (struct advi_str){rest.ptr, tab};
		if (tab == rest.len)
			break;
		rest = advi_str_from(rest, tab + 1);
	}
	table->rows++;
	return true;
}

static void table_fail(struct table *table, const char *why)
{
	if (table->failures++ >= SHOWN)
		return;
	print_message("%s row %zu: %s:", table->name, table->rows, why);
	for (size_t i = 0; i < table->fields; i++)
		print_message(" [%.*s]", ADVI_ARGS(table->field[i]));
	print_message("\n");
}

/* Closes the table; there must have been rows and no failures. */
static void table_end(struct table *table, size_t least_rows)
{
	print_message("%s: %zu rows, %zu differ\n", table->name, table->rows, table->failures);
	advi_lines_clear(&table->lines);
	advi_stream_free(table->stream);
	assert_true(table->rows >= least_rows);
	assert_int_equal(table->failures, 0);
}

static void order_lists(void **state)
{
	ADVI_AUTO_PTR char *before = NULL, *list = NULL;
	struct table table;

	(void)state;
	table_open(&table, "version_order_lists.tsv");
	while (table_next(&table)) {
		bool same_list = list && advi_str_is(table.field[0], list);
		int order = same_list ? advi_version_cmp_text(advi_str(before), table.field[2]) : 0;
		bool equal = advi_str_is(table.field[3], "=");

		if (same_list && (equal ? order != 0 : order >= 0))
			table_fail(&table, before);
		free(before);
		free(list);
		before = advi_str_dup(table.field[2]);
		list = advi_str_dup(table.field[0]);
	}
	table_end(&table, 100);
}

struct ranked {
	struct advi_version version;
	uint64_t rank;
};

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

static void ranked_versions(void **state)
{
	ADVI_VEC(struct ranked) all = {0};
	struct advi_arena arena = {0};
	struct table table;
	uint64_t seed = 1;

	(void)state;
	table_open(&table, "versions_ranked.tsv.zst");
	while (table_next(&table)) {
		struct ranked *new = advi_vec_new(&all);

		if (!advi_str_u64(table.field[0], &new->rank) ||
		    advi_version_parse(&new->version, &arena, table.field[1], NULL) < 0)
			table_fail(&table, "is not understood");
	}
	/* Every neighbour, and a million pairs at random. */
	for (size_t i = 1; i < all.count + 1000000; i++) {
		size_t a = i - 1, b = i;

		if (i >= all.count) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			a = (seed >> 33) % all.count;
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			b = (seed >> 33) % all.count;
		}
		if (sign(advi_version_cmp(&all.at[a].version, &all.at[b].version)) !=
		    (all.at[a].rank > all.at[b].rank) - (all.at[a].rank < all.at[b].rank))
			table_fail(&table, "is in another order");
	}
	advi_arena_clear(&arena);
	advi_vec_clear(&all);
	table_end(&table, 28000);
}

static void invalid_versions(void **state)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	char path[4096];
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	struct advi_json json;
	struct advi_version version;
	struct advi_str word, ignored;
	size_t count = 0;

	(void)state;
	unit_shared(path, "data/conformance/version_invalid.json");
	assert_ok(advi_file_read(&text, path, &err));
	advi_json_init(&json, advi_buf_str(&text));
	for (advi_json_array(&json); advi_json_item(&json); count++) {
		advi_json_array(&json);
		advi_json_item(&json);
		advi_json_string(&json, &word);
		while (advi_json_item(&json))
			advi_json_string(&json, &ignored);
		if (advi_version_parse(&version, &arena, word, NULL) == 0)
			fail_msg("'%.*s' was taken for a version", ADVI_ARGS(word));
	}
	assert_true(advi_json_end(&json));
	assert_true(count > 5);
	advi_json_clear(&json);
	advi_arena_clear(&arena);
}

static void invalid_constraints(void **state)
{
	struct advi_arena arena = {0};
	const struct advi_vspec *spec;
	struct table table;

	(void)state;
	table_open(&table, "version_spec_invalid.txt");
	while (table_next(&table))
		if (advi_vspec_parse(&spec, &arena, table.field[0], NULL) == 0)
			table_fail(&table, "was taken for a version constraint");
	advi_arena_clear(&arena);
	table_end(&table, 20);
}

static void constraints(void **state)
{
	struct advi_arena arena = {0};
	const struct advi_vspec *spec;
	struct advi_version version;
	struct adv_err err = ADV_ERR_INIT;
	struct table table;

	(void)state;
	table_open(&table, "version_spec_match.tsv");
	while (table_next(&table)) {
		bool want = advi_str_is(table.field[2], "1");

		if (advi_version_parse(&version, &arena, table.field[0], &err) < 0 ||
		    advi_vspec_parse(&spec, &arena, table.field[1], &err) < 0)
			table_fail(&table, err.text);
		else if (advi_vspec_match(spec, table.field[0], &version) != want)
			table_fail(&table, "conda says otherwise");
	}
	advi_arena_clear(&arena);
	table_end(&table, 120);
}

static void canonical_forms(void **state)
{
	struct advi_arena arena = {0};
	struct advi_matchspec spec;
	struct adv_err err = ADV_ERR_INIT;
	struct table table;

	(void)state;
	table_open(&table, "match_spec_canonical.tsv");
	while (table_next(&table)) {
		ADVI_AUTO(buf) struct advi_buf printed = ADVI_BUF_INIT(LINE_CAP);

		if (advi_matchspec_parse(&spec, &arena, table.field[0], &err) < 0) {
			table_fail(&table, err.text);
			continue;
		}
		advi_matchspec_print(&spec, &printed);
		if (!advi_str_eq(advi_buf_str(&printed), table.field[1]))
			table_fail(&table, printed.ptr);
	}
	advi_arena_clear(&arena);
	table_end(&table, 50);
}

/* "('mkl', 'debug')", as Python prints it, without the parentheses and quotes. */
static const char *features(struct advi_arena *arena, struct advi_str text)
{
	char *out = advi_arena_alloc(arena, text.len + 1);

	for (size_t i = 0, n = 0; i < text.len; i++)
		if (!strchr("()'", text.ptr[i]))
			out[n++] = text.ptr[i];
	return out;
}

static void read_extra(struct advi_record *record, struct advi_arena *arena, struct advi_str text)
{
	const struct {
		const char *key, **value;
	} keys[] = {
		{"channel", &record->channel},
		{"subdir", &record->subdir},
		{"md5", &record->md5},
		{"url", &record->url},
		{"license", &record->license},
		{"license_family", &record->license_family},
		{"track_features", &record->track_features},
	};
	struct advi_json json;
	struct advi_str key, value;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		assert_true(advi_json_string(&json, &value));
		for (size_t i = 0; i < ADVI_COUNT(keys); i++)
			if (advi_str_is(key, keys[i].key))
				*keys[i].value = strcmp(keys[i].key, "track_features") == 0
							 ? features(arena, value)
							 : advi_arena_str(arena, value);
	}
	assert_true(advi_json_end(&json));
	advi_json_clear(&json);
}

/* Checks the tables of spec, name, version, build, build number, other fields, answer. */
static void check_matches(const char *name, size_t least_rows)
{
	struct advi_arena arena = {0};
	struct advi_record record;
	struct advi_matchspec spec;
	struct advi_version version;
	struct adv_err err = ADV_ERR_INIT;
	struct table table;

	table_open(&table, name);
	while (table_next(&table)) {
		const struct advi_str *f = table.field;
		bool want = advi_str_is(f[6], "1");

		memset(&record, 0, sizeof(record));
		record.name = advi_arena_str(&arena, f[1]);
		record.version = advi_arena_str(&arena, f[2]);
		record.build = advi_arena_str(&arena, f[3]);
		assert_true(advi_str_u64(f[4], &record.build_number));
		if (!advi_str_is(f[5], "{}"))
			read_extra(&record, &arena, f[5]);
		if (advi_matchspec_parse(&spec, &arena, f[0], &err) < 0 ||
		    advi_version_parse(&version, &arena, f[2], &err) < 0)
			table_fail(&table, err.text);
		else if (advi_matchspec_match(&spec, &record, &version) != want)
			table_fail(&table, "conda says otherwise");
		if (table.rows % 1024 == 0)
			advi_arena_clear(&arena);
	}
	advi_arena_clear(&arena);
	table_end(&table, least_rows);
}

static void specs_of_condas_tests(void **state)
{
	(void)state;
	check_matches("match_spec_match.tsv", 100);
}

static void specs_of_real_records(void **state)
{
	(void)state;
	check_matches("match_spec_real.tsv.zst", 250000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_lists),           cmocka_unit_test(ranked_versions),
		cmocka_unit_test(invalid_versions),      cmocka_unit_test(invalid_constraints),
		cmocka_unit_test(constraints),           cmocka_unit_test(canonical_forms),
		cmocka_unit_test(specs_of_condas_tests), cmocka_unit_test(specs_of_real_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
