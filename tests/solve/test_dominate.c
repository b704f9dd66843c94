/* SPDX-License-Identifier: BSD-3-Clause */
/* Which builds leave since another can always stand for them, on cases/dominance.test. */
#include "unit.h"

#include "case.h"
#include "solve/dominate.h"

static void say(struct advi_buf *out, const struct advi_record *record)
{
	advi_buf_printf(out, "%s %s %s", record->name, record->version, record->build);
}

/* "f 1.0 b0 for f 1.0 b2" and so on, sorted by name, best first. */
static char *dominated(const struct adv_world *world, const char *spec, const char *favored)
{
	struct advi_arena arena = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_buf text = ADVI_BUF_INIT(1 << 16);
	advi_requests requests = {0}, stay = {0};
	struct advi_kept kept;
	size_t left, told = 0;

	assert_ok(advi_requests_add(&requests, &world->pool, &arena, &spec, 1, &err));
	assert_ok(advi_requests_add(&stay, &world->pool, &arena, &favored, 1, &err));
	advi_kept_copy(&kept, &world->ground);
	left = advi_dominate(&kept, &requests, &stay.at[0].items);
	for (size_t i = 0; i < world->pool.by_name.count; i++) {
		struct advi_reason reason = kept.reasons[world->pool.by_name.at[i]];

		if (reason.out != ADVI_OUT_DOMINATED)
			continue;
		advi_buf_text(&text, told++ ? ", " : "");
		say(&text, world->pool.items.at[world->pool.by_name.at[i]].record);
		advi_buf_text(&text, " for ");
		say(&text, world->pool.items.at[reason.by].record);
	}
	assert_int_equal(told, left);
	advi_kept_clear(&kept);
	advi_requests_clear(&requests);
	advi_requests_clear(&stay);
	advi_arena_clear(&arena);
	return advi_buf_take(&text);
}

static void only_what_is_never_missed_leaves(void **state)
{
	static const struct {
		const char *spec, *favored, *left;
	} rows[] = {
		/* a: x needs its b0; d, e: their b1 needs and excludes more; g: h goes with b0 only
		 */
		{"c", "y",
		 "c 1.0 b0 for c 1.0 b1, f 1.0 b1 for f 1.0 b2, f 1.0 b0 for f 1.0 b2, "
		 "k 1.0 b0 for k 1.0 b1"},
		{"c * b0", "y",
		 "f 1.0 b1 for f 1.0 b2, f 1.0 b0 for f 1.0 b2, "
		 "k 1.0 b0 for k 1.0 b1"},
		{"k[build_number='<1']", "f 1.0 b1",
		 "c 1.0 b0 for c 1.0 b1, f 1.0 b0 for f 1.0 b1"},
	};
	const char *srcdir = getenv("SRCDIR");
	ADVI_AUTO_PTR char *path =
		advi_format("%s/tests/solve/cases/dominance.test", srcdir ? srcdir : ".");
	struct adv_err err = ADV_ERR_INIT;
	struct solve_case c;

	(void)state;
	case_read(&c, path);
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct adv_world world;

		assert_ok(case_world(&c, seed, &world, &err));
		for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
			ADVI_AUTO_PTR char *text = dominated(&world, rows[i].spec, rows[i].favored);

			assert_string_equal(text, rows[i].left);
		}
		advi_world_clear(&world);
	}
	case_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_never_missed_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
