/* SPDX-License-Identifier: BSD-3-Clause */
/* What may leave the house: the marks of folded cells are all that can be known of them. */
#include "unit.h"

#include "report/fold.h"

static const char *text_of(const struct advi_fold *fold, uint32_t cell)
{
	static char text[32];
	struct advi_buf buf = ADVI_BUF_INIT(32);

	advi_fold_text(fold, cell, &buf);
	snprintf(text, sizeof(text), "%s", buf.ptr);
	advi_buf_clear(&buf);
	return text;
}

static void test_marks(void **state)
{
	struct advi_fold fold;
	uint32_t all, home, tmp, none, hours;

	(void)state;
	advi_fold_init(&fold, 5);
	all = advi_fold_users(&fold, 9);
	home = advi_fold_users(&fold, 6);
	tmp = advi_fold_users(&fold, 3);
	none = advi_fold_users(&fold, 0);
	hours = advi_fold_figure(&fold, 1234, 3);
	advi_fold_union(&fold, all, (uint32_t[]){home, tmp, none}, 3);
	assert_int_equal(advi_fold_decide(&fold), 0);
	assert_string_equal(text_of(&fold, all), "9");
	assert_string_equal(text_of(&fold, home), "*");
	assert_string_equal(text_of(&fold, tmp), "<5");
	assert_string_equal(text_of(&fold, none), "0");
	assert_string_equal(text_of(&fold, hours), "*");
	advi_fold_clear(&fold);
}

/* Without a threshold, and above it, nothing is folded. */
static void test_nothing(void **state)
{
	(void)state;
	for (uint64_t min_users = 0; min_users < 2; min_users++) {
		struct advi_fold fold;
		uint32_t cells[3];

		advi_fold_init(&fold, min_users);
		cells[0] = advi_fold_users(&fold, 3);
		cells[1] = advi_fold_users(&fold, 1);
		cells[2] = advi_fold_users(&fold, 2);
		advi_fold_sum(&fold, cells[0], cells + 1, 2);
		assert_int_equal(advi_fold_decide(&fold), 0);
		for (int i = 0; i < 3; i++)
			assert_int_equal(advi_fold_state(&fold, cells[i]), ADVI_FOLD_SHOWN);
		advi_fold_clear(&fold);
	}
}

/* 98 of 100 would tell of the two others. */
static void test_rest(void **state)
{
	struct advi_fold fold;
	uint32_t all, covered, most, others;

	(void)state;
	advi_fold_init(&fold, 5);
	all = advi_fold_users(&fold, 100);
	covered = advi_fold_users(&fold, 98);
	most = advi_fold_users(&fold, 95);
	others = advi_fold_users(&fold, 100);
	advi_fold_rest(&fold, covered, all);
	advi_fold_rest(&fold, most, all);
	advi_fold_rest(&fold, others, all);
	assert_int_equal(advi_fold_decide(&fold), 0);
	assert_int_equal(advi_fold_state(&fold, covered), ADVI_FOLD_HELD);
	assert_int_equal(advi_fold_state(&fold, most), ADVI_FOLD_SHOWN);
	assert_int_equal(advi_fold_state(&fold, others), ADVI_FOLD_SHOWN);
	assert_int_equal(advi_fold_state(&fold, all), ADVI_FOLD_SHOWN);
	advi_fold_clear(&fold);
}

/* Figures of one folded row are not told by the total and the other rows. */
static void test_figures(void **state)
{
	struct advi_fold fold;
	uint32_t total, rows[3];

	(void)state;
	advi_fold_init(&fold, 5);
	total = advi_fold_figure(&fold, 1000, 50);
	rows[0] = advi_fold_figure(&fold, 700, 30);
	rows[1] = advi_fold_figure(&fold, 200, 18);
	rows[2] = advi_fold_figure(&fold, 100, 2);
	advi_fold_sum(&fold, total, rows, 3);
	assert_int_equal(advi_fold_decide(&fold), 0);
	assert_int_equal(advi_fold_state(&fold, rows[2]), ADVI_FOLD_FEW);
	assert_int_equal(advi_fold_state(&fold, rows[1]), ADVI_FOLD_HELD);
	assert_int_equal(advi_fold_state(&fold, rows[0]), ADVI_FOLD_SHOWN);
	assert_int_equal(advi_fold_state(&fold, total), ADVI_FOLD_SHOWN);
	advi_fold_clear(&fold);
}

/* --- an attacker who tries every world --- */

enum { CELLS = 24, MOST = 11, HIDDEN_MOST = 5 };

static uint32_t state_of_random;

static uint32_t draw(uint32_t below)
{
	state_of_random = state_of_random * 1664525 + 1013904223;
	return (state_of_random >> 8) % below;
}

static bool holds(const struct advi_fold *fold, const int64_t *value)
{
	for (size_t i = 0; i < fold->relations.count; i++) {
		const struct advi_fold_relation *relation = &fold->relations.at[i];
		int64_t sum = 0, total = value[relation->total];

		for (size_t j = 0; j < relation->count; j++) {
			int64_t part = value[fold->parts.at[relation->first + j]];

			sum += part;
			if (part > total)
				return false;
		}
		if ((relation->kind == ADVI_FOLD_SUM && sum != total) ||
		    (relation->kind == ADVI_FOLD_UNION && sum < total))
			return false;
	}
	return true;
}

/* Marks what each hidden cell can be; a reader knows which are folded and which are held back. */
static void try_worlds(const struct advi_fold *fold, const uint32_t *hidden, size_t count,
		       int64_t *value, bool can_be[CELLS][MOST + 1])
{
	if (!count) {
		if (!holds(fold, value))
			return;
		for (size_t i = 0; i < fold->cells.count; i++)
			if (value[i] <= MOST)
				can_be[i][value[i]] = true;
		return;
	}
	for (int64_t v = fold->cells.at[*hidden].low; v <= MOST; v++) {
		if (v > fold->cells.at[*hidden].high)
			break;
		value[*hidden] = v;
		try_worlds(fold, hidden + 1, count - 1, value, can_be);
	}
}

static bool attack(const struct advi_fold *fold)
{
	bool can_be[CELLS][MOST + 1] = {{false}};
	int64_t value[CELLS];
	uint32_t hidden[CELLS];
	size_t count = 0;

	assert_true(fold->cells.count <= CELLS);
	for (size_t i = 0; i < fold->cells.count; i++) {
		value[i] = fold->cells.at[i].value;
		if (fold->cells.at[i].state != ADVI_FOLD_SHOWN)
			hidden[count++] = (uint32_t)i;
	}
	if (count > HIDDEN_MOST || !count)
		return false;
	try_worlds(fold, hidden, count, value, can_be);
	for (size_t i = 0; i < fold->cells.count; i++)
		if (fold->cells.at[i].folded && (!can_be[i][1] || !can_be[i][fold->min_users - 1]))
			fail_msg("cell %zu of %lld is known", i,
				 (long long)fold->cells.at[i].value);
	return true;
}

/*
 * People in rows and columns, maybe in several of each: counts of both, their totals, and of one
 * column within each row.
 */
static void make_table(struct advi_fold *fold, uint64_t min_users, bool overlapping)
{
	uint32_t rows[8], columns[8], cells[3], all, people = 4 + draw(7);
	uint8_t in_row[16] = {0}, in_column[16] = {0};
	uint32_t count = 2 + draw(2), across = 2;

	for (uint32_t p = 0; p < people; p++) {
		in_row[p] = (uint8_t)(1u << draw(count));
		in_column[p] = (uint8_t)(1u << draw(across));
		if (overlapping && !draw(3))
			in_row[p] |= (uint8_t)(1u << draw(count));
	}
	advi_fold_init(fold, min_users);
	all = advi_fold_users(fold, people);
	for (uint32_t r = 0; r < count; r++) {
		uint32_t users[3] = {0};

		for (uint32_t p = 0; p < people; p++)
			if (in_row[p] & 1u << r) {
				users[0]++;
				users[in_column[p]]++;
			}
		rows[r] = advi_fold_users(fold, users[0]);
		for (uint32_t c = 0; c < across; c++)
			cells[c] = advi_fold_users(fold, users[c + 1]);
		advi_fold_sum(fold, rows[r], cells, across);
	}
	for (uint32_t c = 0; c < across; c++) {
		uint32_t users = 0;

		for (uint32_t p = 0; p < people; p++)
			users += in_column[p] == 1u << c;
		columns[c] = advi_fold_users(fold, users);
	}
	(overlapping ? advi_fold_union : advi_fold_sum)(fold, all, rows, count);
	advi_fold_sum(fold, all, columns, across);
	for (uint32_t r = 0; r < count; r++)
		advi_fold_within(fold, rows[r], all);
}

static void test_every_world(void **state)
{
	size_t tried = 0;

	(void)state;
	for (uint32_t seed = 1; seed <= 6000; seed++) {
		struct advi_fold fold;

		state_of_random = seed;
		make_table(&fold, 2 + draw(2), seed % 2);
		assert_int_equal(advi_fold_decide(&fold), 0);
		tried += attack(&fold);
		advi_fold_clear(&fold);
	}
	/* Most have more cells hidden than every world of can be tried. */
	print_message("%zu tables attacked\n", tried);
	assert_true(tried > 300);
}

/* A table of packages by months and places: no cell is known, most are shown, in time. */
static void test_large(void **state)
{
	enum { PACKAGES = 300, MONTHS = 24, PLACES = 4 };
	uint32_t(*rows)[MONTHS] = calloc(PACKAGES, sizeof(*rows));
	struct advi_fold fold;
	size_t shown = 0, large = 0;

	(void)state;
	state_of_random = 7;
	advi_fold_init(&fold, 5);
	for (uint32_t p = 0; p < PACKAGES; p++) {
		uint32_t most = 0;

		for (uint32_t m = 0; m < MONTHS; m++) {
			uint32_t places[PLACES], counts[PLACES], sum = 0, top = 0;

			for (int i = 0; i < PLACES; i++) {
				counts[i] = draw(2) ? draw(2 + 600 / (p + 1)) : 0;
				places[i] = advi_fold_users(&fold, counts[i]);
				sum += counts[i];
				top = counts[i] > top ? counts[i] : top;
			}
			top += draw(1 + sum - top);
			rows[p][m] = advi_fold_users(&fold, top);
			advi_fold_union(&fold, rows[p][m], places, PLACES);
			most = top > most ? top : most;
		}
		advi_fold_union(&fold, advi_fold_users(&fold, most), rows[p], MONTHS);
	}
	assert_int_equal(advi_fold_decide(&fold), 0);
	for (size_t i = 0; i < fold.cells.count; i++) {
		large += fold.cells.at[i].value >= 5;
		shown += fold.cells.at[i].value >= 5 && fold.cells.at[i].state == ADVI_FOLD_SHOWN;
	}
	print_message("%zu cells, %zu of %zu that are large enough shown\n", fold.cells.count,
		      shown, large);
	assert_true(shown > large / 2);
	advi_fold_clear(&fold);
	free(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_rest),  cmocka_unit_test(test_figures),
		cmocka_unit_test(test_large), cmocka_unit_test(test_every_world),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
