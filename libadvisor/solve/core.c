/* SPDX-License-Identifier: BSD-3-Clause */
/* Which few of many claims can't be had together. */
#include "solve/core.h"

#include <string.h>

#include "solve/crew.h"

enum { SINGLES = 2000 };

/* A set of claims that is asked about, by a proof that may fail, or by the solver. */
struct probe {
	const struct adv_world *world;
	const struct advi_kept *ground;
	bool (*impossible)(struct probe *probe, const advi_claims *claims);
	const struct adv_watch *watch;
	struct adv_err *err;
	int stopped; /* a solver was: what it would have found is not known */
};

static bool proved(struct probe *probe, const advi_claims *claims)
{
	struct advi_scene scene;
	bool impossible;

	advi_scene_init(&scene, probe->world, probe->ground, claims, claims->count, SIZE_MAX);
	impossible = advi_scene_impossible(&scene);
	advi_scene_clear(&scene);
	return impossible;
}

/*
 * Runs the solver; of claims that can't be had, appends those that it found in conflict. What is
 * not known counts as possible, so that every search comes to an end.
 */
static bool solvable(struct probe *probe, const advi_claims *claims, advi_claims *conflict)
{
	advi_requests requests = {0};
	struct advi_outcome outcome = {0};
	struct advi_scene scene;

	if (probe->stopped)
		return true;
	for (size_t i = 0; i < claims->count; i++)
		advi_vec_push(&requests, *claims->at[i].request);
	advi_scene_init(&scene, probe->world, probe->ground, claims, claims->count, SIZE_MAX);
	probe->stopped = advi_crew_run(
		&probe->world->solving,
		&(struct advi_job){scene.kept, &requests, requests.count, NULL, false},
		"looking for what clashes", &outcome, probe->watch, probe->err);
	for (size_t i = 0; i < outcome.clash.requests.count && conflict; i++)
		if (outcome.clash.requests.at[i] < claims->count)
			advi_vec_push(conflict, claims->at[outcome.clash.requests.at[i]]);
	advi_scene_clear(&scene);
	advi_outcome_clear(&outcome);
	advi_vec_clear(&requests); /* their items belong to the claims */
	return outcome.solved || probe->stopped < 0;
}

static bool refuted(struct probe *probe, const advi_claims *claims)
{
	return proved(probe, claims) || !solvable(probe, claims, NULL);
}

static bool with(struct probe *probe, const advi_claims *core, const advi_claims *rest,
		 size_t count)
{
	advi_claims all = {0};
	bool impossible;

	for (size_t i = 0; i < core->count; i++)
		advi_vec_push(&all, core->at[i]);
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&all, rest->at[i]);
	impossible = probe->impossible(probe, &all);
	advi_vec_clear(&all);
	return impossible;
}

/*
 * The shortest beginning of 'rest' that clashes ends with a claim that the clash needs: that is
 * found by halving, kept, and the search goes on before it (Junker's QuickXplain in its plainest
 * form). About log2(n) questions a claim of the core.
 */
static void shrink(struct probe *probe, const advi_claims *claims, advi_claims *core)
{
	advi_claims rest = {0};

	for (size_t i = 0; i < claims->count; i++)
		advi_vec_push(&rest, claims->at[i]);
	while (rest.count && !(core->count && with(probe, core, &rest, 0))) {
		size_t low = 0, high = rest.count;

		while (low + 1 < high) {
			size_t middle = (low + high) / 2;

			if (with(probe, core, &rest, middle))
				high = middle;
			else
				low = middle;
		}
		advi_vec_push(core, rest.at[high - 1]);
		rest.count = high - 1;
	}
	advi_vec_clear(&rest);
}

/* What a proof by leaving out can't do without, the solver may. */
static void drop_needless(struct probe *probe, advi_claims *core)
{
	for (size_t i = core->count; core->count > 1 && i-- > 0;) {
		advi_claims less = {0};

		for (size_t n = 0; n < core->count; n++)
			if (n != i)
				advi_vec_push(&less, core->at[n]);
		if (refuted(probe, &less)) {
			advi_vec_clear(core);
			*core = less;
		} else {
			advi_vec_clear(&less);
		}
	}
}

static void in_order_of(advi_claims *core, const advi_claims *claims)
{
	size_t sorted = 0;

	for (size_t i = 0; i < claims->count; i++) {
		for (size_t n = sorted; n < core->count; n++) {
			struct advi_claim found = core->at[n];

			if (found.request != claims->at[i].request)
				continue;
			core->at[n] = core->at[sorted];
			core->at[sorted++] = found;
			break;
		}
	}
}

/*
 * Most clashes need one other claim besides the first 'fixed' ones: these with each other claim in
 * turn. Returns whether one was found.
 */
static bool with_one(struct probe *probe, const advi_claims *claims, size_t fixed,
		     advi_claims *core)
{
	advi_claims few = {0};
	bool found = false;

	for (size_t i = 0; i < fixed; i++)
		advi_vec_push(&few, claims->at[i]);
	advi_vec_new(&few);
	for (size_t i = fixed; i < claims->count && i < SINGLES && !found; i++) {
		few.at[fixed] = claims->at[i];
		found = probe->impossible(probe, &few);
	}
	if (found)
		shrink(probe, &few, core);
	advi_vec_clear(&few);
	return found;
}

int advi_core_find(advi_claims *core, const struct adv_world *world, const struct advi_kept *ground,
		   const advi_claims *claims, size_t fixed, const struct adv_watch *watch,
		   struct adv_err *err)
{
	struct probe probe = {world, ground, proved, watch, err, 0};
	advi_claims conflict = {0};

	if (proved(&probe, claims)) {
		if (!fixed || !with_one(&probe, claims, fixed, core))
			shrink(&probe, claims, core);
	} else if (!solvable(&probe, claims, &conflict)) {
		in_order_of(&conflict, claims);
		probe.impossible = refuted;
		shrink(&probe, conflict.count && refuted(&probe, &conflict) ? &conflict : claims,
		       core);
	}
	advi_vec_clear(&conflict);
	drop_needless(&probe, core);
	in_order_of(core, claims);
	if (probe.stopped < 0)
		core->count = 0;
	return probe.stopped;
}

int advi_core_wanted(advi_claims *core, const struct adv_world *world,
		     const struct advi_kept *ground, const advi_claims *held,
		     const advi_claims *wanted, const struct adv_watch *watch, struct adv_err *err)
{
	struct probe probe = {world, ground, proved, watch, err, 0};
	advi_claims all = {0};

	for (size_t i = 0; i < held->count; i++)
		advi_vec_push(&all, held->at[i]);
	probe.impossible = with(&probe, &all, wanted, wanted->count) ? proved : refuted;
	if (probe.impossible == proved || with(&probe, &all, wanted, wanted->count))
		shrink(&probe, wanted, &all);
	for (size_t i = all.count; all.count > held->count + 2 && i-- > held->count;) {
		struct advi_claim claim = all.at[i];

		memmove(&all.at[i], &all.at[i + 1], (all.count - i - 1) * sizeof(*all.at));
		all.count--;
		if (refuted(&probe, &all))
			continue;
		advi_vec_push(&all, claim);
	}
	for (size_t i = held->count; i < all.count && probe.stopped == 0; i++)
		advi_vec_push(core, all.at[i]);
	advi_vec_clear(&all);
	in_order_of(core, wanted);
	return probe.stopped;
}
