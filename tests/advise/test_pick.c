/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing of a model: every random one against all of its choices. */
#include "unit.h"

#include <stdio.h>

#include "advise/cbc.h"
#include "advise/greedy.h"
#include "advise/pick.h"
#include "io/child.h"

enum { ITEMS = 20, ASKABLE = 14 };

#define UNIT (UINT64_C(1) << 36)

static struct adv_err err;
static unsigned seed;
static char names[ITEMS][8];

static unsigned any(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static struct advi_span list(struct advi_model *model, uint32_t set)
{
	uint32_t at[ITEMS];
	size_t count = 0;

	for (uint32_t i = 0; i < ITEMS; i++)
		if (set >> i & 1)
			at[count++] = i;
	return advi_model_span(model, at, count);
}

static uint32_t random_set(unsigned count, unsigned one_in)
{
	uint32_t set = 0;

	for (unsigned i = 0; i < count; i++)
		set |= any(one_in) == 0 ? UINT32_C(1) << i : 0;
	return set;
}

/* Closures are closed in most models: what something brings, brings what it does by itself. */
static void random_closures(struct advi_model *model)
{
	bool closed = any(4) != 0;
	uint32_t brings[ASKABLE];

	for (unsigned i = 0; i < ASKABLE; i++)
		brings[i] = UINT32_C(1) << i | random_set(ITEMS, 9);
	for (unsigned round = 0; closed && round < ASKABLE; round++)
		for (unsigned i = 0; i < ASKABLE; i++)
			for (unsigned j = 0; j < ASKABLE; j++)
				brings[i] |= brings[i] >> j & 1 ? brings[j] : 0;
	for (unsigned i = 0; i < ASKABLE; i++)
		if (any(12) != 0)
			model->items.at[i].brings = list(model, brings[i]);
}

static void random_goals(struct advi_model *model, bool whole)
{
	for (unsigned i = 0; i < 12 + any(20); i++) {
		uint32_t needs = random_set(ITEMS, 7);
		uint64_t value = whole ? UNIT * (1 + any(3)) : UNIT / (1 + any(9));

		advi_vec_push(&model->goals, ((struct advi_goal){list(model, needs), value}));
	}
}

static void random_quotas(struct advi_model *model)
{
	for (unsigned i = 0; i < any(3); i++) {
		uint32_t first = (uint32_t)model->quota_goals.count, count = 1 + any(4);

		for (unsigned g = 0; g < count; g++)
			advi_vec_push(&model->quota_goals,
				      ((struct advi_goal){list(model, random_set(ITEMS, 8)),
							  1 + any(3)}));
		advi_vec_push(&model->quotas, ((struct advi_quota){1 + any(6), first, count}));
	}
}

static void random_model(struct advi_model *model)
{
	advi_model_init(model, UNIT);
	for (unsigned i = 0; i < ITEMS; i++) {
		struct advi_item *item = advi_vec_new(&model->items);

		snprintf(names[i], sizeof(names[i]), "p%02u", i);
		item->name = names[i];
		item->cost[ADVI_PACKAGES] = 1;
		item->cost[ADVI_BYTES] = any(4) ? 1000 + any(100000) : 5000;
		item->cost[ADVI_FILES] = any(500);
	}
	random_closures(model);
	random_goals(model, any(3) == 0);
	if (any(3) == 0)
		random_quotas(model);
	for (unsigned i = 0; i < any(5); i++) {
		uint32_t core = random_set(ITEMS, 7);

		if (core & (core - 1))
			advi_vec_push(&model->cores, list(model, core));
	}
	if (any(3) == 0)
		advi_vec_push(&model->surcharges,
			      ((struct advi_surcharge){list(model, random_set(ASKABLE, 6) | 1),
						       {any(4), any(50000), any(90)}}));
	if (any(5) == 0 && model->items.at[3].brings.count)
		model->items.at[3].pinned = true;
	if (any(4) != 0)
		model->budget[ADVI_PACKAGES] = any(12);
	if (any(3) == 0)
		model->budget[ADVI_BYTES] = any(600000);
	if (any(4) == 0)
		model->budget[ADVI_FILES] = any(3000);
}

/* Of all choices the best. */
static void look_at_all(const struct advi_model *model, bool *best, struct advi_tally *tally)
{
	bool asked[ITEMS] = {false};

	*tally = (struct advi_tally){0};
	for (uint32_t set = 0; set < UINT32_C(1) << ASKABLE; set++) {
		struct advi_tally other;
		bool possible = true;

		for (unsigned i = 0; i < ASKABLE; i++) {
			asked[i] = set >> i & 1;
			possible = possible && (!asked[i] || model->items.at[i].brings.count);
		}
		if (!possible)
			continue;
		advi_model_tally(&other, model, asked, NULL);
		if (set == 0 || advi_model_better(model, &other, asked, tally, best)) {
			*tally = other;
			memcpy(best, asked, sizeof(asked));
		}
	}
}

static double share_of(uint64_t got, uint64_t best)
{
	return best ? (double)got / (double)best : 1;
}

static void check(const struct advi_pick *pick, const struct advi_tally *best)
{
	assert_true(pick->tally.allowed);
	assert_true(pick->bound + UNIT / 1000000 >= best->value || best->shortfall);
	assert_true(pick->bound >= pick->tally.value);
}

static void test_against_all(void **state)
{
	double sum = 0, lowest = 1;
	unsigned compared = 0, ties = 0;

	(void)state;
	seed = 11;
	for (int round = 0; round < 300; round++) {
		struct advi_pick_options exact = {.settle_ties = true}, greedy = {.greedy = true};
		struct advi_pick one, other;
		struct advi_tally best;
		struct advi_model model;
		bool asked[ITEMS];
		double share;

		random_model(&model);
		look_at_all(&model, asked, &best);
		assert_ok(advi_pick_best(&one, &model, &exact, NULL, &err));
		assert_ok(advi_pick_best(&other, &model, &greedy, NULL, &err));
		if (!best.allowed) {
			assert_false(one.tally.allowed);
			assert_false(one.proved);
		} else {
			check(&one, &best);
			check(&other, &best);
			assert_false(other.proved);
			if (advi_cbc_there()) {
				uint64_t apart = one.tally.value > best.value
							 ? one.tally.value - best.value
							 : best.value - one.tally.value;

				assert_true(one.proved && one.by_program);
				assert_int_equal(one.tally.shortfall, best.shortfall);
				assert_true(apart <= UNIT / 400000);
				ties += advi_tally_tie(&one.tally) == advi_tally_tie(&best);
				assert_true(advi_tally_tie(&one.tally) <= advi_tally_tie(&best));
			}
			if (best.shortfall == other.tally.shortfall) {
				share = share_of(other.tally.value, best.value);
				sum += share;
				lowest = share < lowest ? share : lowest;
				compared++;
			}
		}
		advi_pick_clear(&one);
		advi_pick_clear(&other);
		advi_model_clear(&model);
	}
	print_message("# greedy / optimum: mean %.4f, lowest %.4f of %u; ties %u\n", sum / compared,
		      lowest, compared, ties);
	assert_true(compared > 200);
	assert_true(sum / compared >= 0.97);
}

/* The heaviest of so many items by pairs: no bound is near for a long time. */
static void hard_model(struct advi_model *model)
{
	enum { MANY = 90 };
	static char many[MANY][8];

	advi_model_init(model, UNIT);
	for (unsigned i = 0; i < MANY; i++) {
		struct advi_item *item = advi_vec_new(&model->items);
		uint32_t self = i;

		snprintf(many[i], sizeof(many[i]), "p%02u", i);
		item->name = many[i];
		item->cost[ADVI_PACKAGES] = 1;
		item->cost[ADVI_BYTES] = 1000 + any(100000);
		item->brings = advi_model_span(model, &self, 1);
	}
	for (unsigned i = 0; i < MANY; i++)
		for (unsigned j = 0; j < i; j++)
			if (any(2)) {
				uint32_t pair[] = {i, j};

				advi_vec_push(&model->goals,
					      ((struct advi_goal){advi_model_span(model, pair, 2),
								  UNIT / (1 + any(9))}));
			}
	model->budget[ADVI_PACKAGES] = 25;
}

/* When time is up there is the best so far, and what is left to prove: no error. */
static void test_time_is_up(void **state)
{
	struct advi_pick_options options = {.settle_ties = true};
	struct advi_pick limited;
	struct advi_model model;

	(void)state;
	seed = 5;
	hard_model(&model);
	options.deadline = advi_clock() + 0.5;
	assert_ok(advi_pick_best(&limited, &model, &options, NULL, &err));
	assert_true(limited.tally.allowed && !limited.proved);
	assert_true(limited.tally.value > 0);
	assert_true(limited.bound > limited.tally.value);
	advi_pick_clear(&limited);
	options.deadline = advi_clock() - 1;
	assert_ok(advi_pick_best(&limited, &model, &options, NULL, &err));
	assert_true(limited.tally.allowed && !limited.proved && limited.tally.value > 0);
	assert_true(limited.bound > limited.tally.value);
	advi_pick_clear(&limited);
	advi_model_clear(&model);
}

/* Time that is enough changes nothing. */
static void test_time_enough(void **state)
{
	(void)state;
	seed = 23;
	for (int round = 0; round < 20; round++) {
		struct advi_pick_options options = {.settle_ties = true};
		struct advi_pick one, other;
		struct advi_model model;

		random_model(&model);
		assert_ok(advi_pick_best(&one, &model, &options, NULL, &err));
		options.deadline = advi_clock() + 600;
		assert_ok(advi_pick_best(&other, &model, &options, NULL, &err));
		assert_memory_equal(one.asked, other.asked, model.items.count);
		assert_int_equal(one.bound, other.bound);
		assert_int_equal(one.proved, other.proved);
		advi_pick_clear(&one);
		advi_pick_clear(&other);
		advi_model_clear(&model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_all),
		cmocka_unit_test(test_time_is_up),
		cmocka_unit_test(test_time_enough),
	};

	return cmocka_run_group_tests_name("picking", tests, NULL, NULL);
}
