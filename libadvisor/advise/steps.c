/* SPDX-License-Identifier: BSD-3-Clause */
/* A choice told as steps. */
#include "advise/steps.h"

#include <string.h>

#include "advise/greedy.h"

struct telling {
	struct advi_choice *choice;
	const struct advi_search *search;
	advi_names fresh; /* names that the result has and base has not; sorted */
	uint32_t *owner;  /* of each of these: the step that it came with, or NOBODY */
	bool *there;      /* of every package of the demand, so far */
};

#define NOBODY UINT32_MAX

/* --- closures --- */

static void find_fresh(struct telling *t, const struct advi_env *base)
{
	const struct advi_env *env = &t->choice->env;

	for (size_t i = 0; i < env->records.count; i++)
		if (!advi_env_find(base, env->records.at[i]->name))
			advi_vec_push(&t->fresh, env->records.at[i]->name);
	t->owner = advi_malloc((t->fresh.count + 1) * sizeof(*t->owner));
	for (size_t i = 0; i < t->fresh.count; i++)
		t->owner[i] = NOBODY;
}

/* The name that a dependency begins with, as one of those that are new; NOBODY for another. */
static uint32_t find(const struct telling *t, const char *spec)
{
	const char *channel = strstr(spec, "::"), *text = channel ? channel + 2 : spec;
	size_t length = strcspn(text, " \t=<>!~[;"), low = 0, high = t->fresh.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(t->fresh.at[middle], text, length);

		if (order == 0 && t->fresh.at[middle][length] == '\0')
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NOBODY;
}

/* A name that came with no step before comes with this one. */
static void claim(struct telling *t, uint32_t step, uint32_t name)
{
	struct advi_taken *taken = &t->choice->taken.at[step];

	if (name == NOBODY || t->owner[name] != NOBODY)
		return;
	t->owner[name] = step;
	advi_vec_push(&taken->closure, t->fresh.at[name]);
	taken->bytes += advi_env_find(&t->choice->env, t->fresh.at[name])->size;
}

/* What a package brought when it was asked alone, and what that needs in the result. */
static void claim_closure(struct telling *t, uint32_t step)
{
	const struct advi_prices *prices = t->search->prices;
	struct advi_taken *taken = &t->choice->taken.at[step];
	const struct advi_closure *closure = &prices->closures[taken->package];

	for (size_t i = 0; i < closure->ids.count; i++)
		claim(t, step, find(t, prices->names.entries.at[closure->ids.at[i]].key.ptr));
	for (size_t i = 0; i < taken->closure.count; i++) {
		const struct advi_record *record =
			advi_env_find(&t->choice->env, taken->closure.at[i]);

		for (size_t j = 0; j < record->depends.count; j++)
			claim(t, step, find(t, record->depends.at[j]));
	}
	advi_vec_sort(&taken->closure, advi_cmp_cstr);
}

/* --- steps --- */

/* Wanted packages that come along with another one are additions too. */
static void take_others(struct telling *t, uint32_t step)
{
	const struct advi_demand *demand = t->search->prices->demand;
	struct advi_choice *choice = t->choice;

	for (size_t i = 0; i < choice->taken.at[step].closure.count; i++) {
		const struct advi_map_entry *entry = advi_map_get(
			&demand->names, advi_str(choice->taken.at[step].closure.at[i]));
		uint32_t other = entry ? (uint32_t)(entry - demand->names.entries.at) : 0;

		if (!entry)
			continue;
		t->there[other] = true;
		if (choice->fates[other] == ADVI_FATE_NONE ||
		    choice->fates[other] == ADVI_FATE_HAD ||
		    choice->fates[other] == ADVI_FATE_TAKEN)
			continue;
		choice->fates[other] = ADVI_FATE_TAKEN;
		*advi_vec_new(&choice->taken) =
			(struct advi_taken){.package = other, .by_other = true};
	}
}

static bool has_moved(const struct telling *t, const char *name)
{
	const struct advi_answer *answer = &t->search->best.answer;

	for (size_t i = 0; i < answer->changed.count; i++)
		if (strcmp(answer->changed.at[i]->name, name) == 0)
			return true;
	for (size_t i = 0; i < answer->removed.count; i++)
		if (strcmp(answer->removed.at[i]->name, name) == 0)
			return true;
	return false;
}

static void tell_moved(struct telling *t, uint32_t step)
{
	struct advi_taken *taken = &t->choice->taken.at[step];
	const struct advi_closure *closure = &t->search->prices->closures[taken->package];

	for (size_t i = 0; i < closure->moved.count; i++)
		if (has_moved(t, closure->moved.at[i]))
			advi_vec_push(&taken->moved, closure->moved.at[i]);
	advi_vec_sort(&taken->moved, advi_cmp_cstr);
}

static void tell_step(struct telling *t, uint32_t package)
{
	const struct advi_demand *demand = t->search->prices->demand;
	uint64_t covered = advi_covered_by(demand, t->there);
	uint32_t step = (uint32_t)t->choice->taken.count;

	advi_vec_new(&t->choice->taken)->package = package;
	t->choice->fates[package] = ADVI_FATE_TAKEN;
	t->there[package] = true;
	claim_closure(t, step);
	tell_moved(t, step);
	take_others(t, step);
	t->choice->taken.at[step].users_freed = advi_covered_by(demand, t->there) - covered;
}

/* --- what no step tells --- */

/* The step that what only comes of all together is told with: one that makes others move. */
static uint32_t mover(const struct telling *t)
{
	for (uint32_t i = 0; i < t->choice->taken.count; i++)
		if (t->choice->taken.at[i].moved.count)
			return i;
	return 0;
}

static void tell_move(struct telling *t, uint32_t step, const char *name)
{
	for (size_t i = 0; i < t->choice->taken.count; i++)
		if (advi_names_have(&t->choice->taken.at[i].moved, name))
			return;
	advi_vec_push(&t->choice->taken.at[step].moved, name);
}

static void tell_rest(struct telling *t)
{
	const struct advi_answer *answer = &t->search->best.answer;
	uint32_t step = mover(t);

	if (!t->choice->taken.count)
		return;
	for (uint32_t i = 0; i < t->fresh.count; i++)
		claim(t, step, i);
	for (size_t i = 0; i < answer->changed.count; i++)
		tell_move(t, step, answer->changed.at[i]->name);
	for (size_t i = 0; i < answer->removed.count; i++)
		tell_move(t, step, answer->removed.at[i]->name);
	advi_vec_sort(&t->choice->taken.at[step].closure, advi_cmp_cstr);
	advi_vec_sort(&t->choice->taken.at[step].moved, advi_cmp_cstr);
	take_others(t, step);
}

void advi_steps_tell(struct advi_choice *choice, const struct advi_search *search)
{
	const struct advi_env *base = search->oracle->base(search->oracle->context);
	struct telling t = {.choice = choice, .search = search};
	struct advi_greedy greedy;

	find_fresh(&t, base);
	t.there = advi_presence_of(search->prices->demand, base);
	advi_greedy_init(&greedy, &search->shape->model);
	advi_greedy_replay(&greedy, search->asked);
	for (size_t i = 0; i < greedy.order.count; i++) {
		uint32_t package = search->shape->package_of[greedy.order.at[i]];

		if (choice->fates[package] != ADVI_FATE_TAKEN)
			tell_step(&t, package);
	}
	tell_rest(&t);
	advi_greedy_clear(&greedy);
	advi_vec_clear(&t.fresh);
	free(t.owner);
	free(t.there);
}
