/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing one bundle: kit by kit, the most worth a byte first, while all of it is solved. */
#include "advise/grouping.h"

#include "base/err.h"

/* What a package costs whose closure is not known, since it can't join base: a guess that ranks. */
enum { UNKNOWN_BYTES = 1 << 20, IN_VAIN = 3, NO_KIT = UINT32_MAX };

/* One growth. */
struct growth {
	struct advi_grouping *g;
	struct advi_grown *grown;
	const bool *skip; /* by kit: others cover it */
	bool *dead;       /* by kit: it can't be had with the rest */
	bool *bad, *fine; /* by package: it can't, or could when it was asked for alone */
	unsigned in_vain; /* how often starting anew did not help */
};

static uint32_t need(const struct advi_grouping *g, const struct advi_kit *kit, uint32_t at)
{
	return g->demand->needs[g->demand->workloads.at[kit->workload].first + at];
}

static uint32_t need_count(const struct advi_grouping *g, const struct advi_kit *kit)
{
	return g->demand->workloads.at[kit->workload].count;
}

void advi_grown_clear(struct advi_grown *grown)
{
	advi_env_clear(&grown->env);
	free(grown->there);
	free(grown->specs);
	free(grown->covers);
	*grown = (struct advi_grown){0};
}

static void begin(const struct advi_grouping *g, struct advi_grown *grown, bool layer)
{
	size_t packages = g->demand->packages.count;

	*grown = (struct advi_grown){.layer = layer};
	if (layer)
		advi_env_copy(&grown->env, &g->choice->env);
	grown->there = advi_calloc(packages + 1, sizeof(*grown->there));
	grown->specs = advi_calloc(packages + 1, sizeof(*grown->specs));
	grown->covers = advi_calloc(g->kits.count + 1, sizeof(*grown->covers));
}

/* What it has of its own. Both lists of records are by name. */
static void measure(const struct advi_grouping *g, const struct advi_env *env, bool layer,
		    uint64_t *packages, uint64_t *bytes)
{
	const struct advi_env *base = &g->choice->env;
	size_t at = 0;

	*packages = *bytes = 0;
	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_record *record = env->records.at[i];

		while (layer && at < base->records.count &&
		       strcmp(base->records.at[at]->name, record->name) < 0)
			at++;
		if (layer && at < base->records.count &&
		    strcmp(base->records.at[at]->name, record->name) == 0)
			continue;
		*packages += 1;
		*bytes += record->size;
	}
}

/* Whether the recipe wants none of what is in an environment of its own. */
static bool has_never(const struct advi_grouping *g, const advi_records *records)
{
	for (size_t n = 0; n < g->site->never.count; n++)
		for (size_t i = 0; i < records->count; i++)
			if (strcmp(records->at[i]->name, g->site->never.at[n]) == 0)
				return true;
	return false;
}

static void take_over(const struct advi_grouping *g, struct advi_grown *grown, struct advi_env *env)
{
	const struct advi_demand *demand = g->demand;

	advi_env_clear(&grown->env);
	grown->env = *env;
	*env = (struct advi_env){0};
	measure(g, &grown->env, grown->layer, &grown->packages, &grown->bytes);
	for (size_t i = 0; i < demand->packages.count; i++)
		grown->there[i] = grown->layer && demand->packages.at[i].by_pip;
	for (size_t i = 0; i < grown->env.records.count; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(&demand->names, advi_str(grown->env.records.at[i]->name));

		if (entry)
			grown->there[entry - demand->names.entries.at] = true;
	}
}

/* Asks for 'names' on 'from'; 'env' is the caller's to clear. */
static int question(struct advi_grouping *g, const struct advi_grown *grown,
		    const struct advi_env *from, const advi_names *names, struct advi_env *env,
		    bool *good)
{
	enum advi_freedom most = from->records.count ? ADVI_FROZEN : ADVI_FAVOURED;
	struct advi_answer answer = {0};
	uint64_t packages, bytes;
	int r = advi_progress(g->watch, "grouping into bundles", "questions", g->asked++, 0,
			      g->err);

	if (r == 0)
		r = g->oracle->probe(g->oracle->context, from, names->at, names->count, most, env,
				     &answer, g->watch, g->err);
	*good = r == 0 && answer.possible && !has_never(g, &answer.added);
	if (*good) {
		measure(g, env, grown->layer, &packages, &bytes);
		*good = !g->limits->max_bytes || bytes <= g->limits->max_bytes;
	}
	advi_answer_clear(&answer);
	return r;
}

/* Asks, and takes the answer over when it is good. */
static int ask(struct advi_grouping *g, struct advi_grown *grown, const struct advi_env *from,
	       const advi_names *names, bool *good)
{
	struct advi_env env = {0};
	int r = question(g, grown, from, names, &env, good);

	if (*good)
		take_over(g, grown, &env);
	advi_env_clear(&env);
	return r;
}

/* Asks whether more could be there. */
static int test(struct advi_grouping *g, const struct advi_grown *grown, const advi_names *names,
		bool *good)
{
	struct advi_env env = {0};
	int r = question(g, grown, &grown->env, names, &env, good);

	advi_env_clear(&env);
	return r;
}

static void list_specs(const struct advi_grouping *g, const bool *specs, advi_names *names)
{
	for (size_t i = 0; i < g->demand->packages.count; i++)
		if (specs[i])
			advi_vec_push(names, g->demand->packages.at[i].name);
	advi_vec_sort(names, advi_cmp_cstr);
}

static void note_covers(const struct advi_grouping *g, struct advi_grown *grown, const bool *skip)
{
	grown->worth = 0;
	for (uint32_t i = 0; i < g->kits.count; i++) {
		const struct advi_kit *kit = &g->kits.at[i];
		bool all = true;

		for (uint32_t j = 0; all && j < need_count(g, kit); j++)
			all = grown->there[need(g, kit, j)];
		grown->covers[i] = all;
		grown->worth += all && !skip[i] ? kit->worth : 0;
	}
}

/*
 * Takes packages in: on what is there already, or, since earlier choices of versions may stand in
 * the way, everything anew. That helps seldom and costs a whole solve, so it is given up once it
 * was in vain a few times.
 */
static int take(struct growth *w, const bool *wanted, bool *good)
{
	static const struct advi_env empty = {0};
	struct advi_grouping *g = w->g;
	struct advi_grown *grown = w->grown;
	const struct advi_env *start = grown->layer ? &g->choice->env : &empty;
	ADVI_AUTO_PTR bool *specs = advi_calloc(g->demand->packages.count + 1, sizeof(*specs));
	bool first = true;
	advi_names names = {0};
	int r = 0;

	for (size_t i = 0; i < g->demand->packages.count; i++) {
		first = first && !grown->specs[i];
		specs[i] = wanted[i] || grown->specs[i];
	}
	*good = false;
	if (!first) {
		list_specs(g, wanted, &names);
		r = ask(g, grown, &grown->env, &names, good);
	}
	if (r == 0 && !*good && w->in_vain < IN_VAIN) {
		names.count = 0;
		list_specs(g, specs, &names);
		r = ask(g, grown, start, &names, good);
		w->in_vain += !*good;
	}
	advi_vec_clear(&names);
	for (size_t i = 0; *good && i < g->demand->packages.count; i++)
		grown->specs[i] = specs[i];
	return r;
}

/* What is asked for of a kit: all that it needs, but for what base has where that stays. */
static void list_wanted(const struct growth *w, uint32_t kit, bool *wanted)
{
	const struct advi_grouping *g = w->g;

	memset(wanted, 0, g->demand->packages.count * sizeof(*wanted));
	for (uint32_t j = 0; j < need_count(g, &g->kits.at[kit]); j++) {
		uint32_t package = need(g, &g->kits.at[kit], j);

		wanted[package] = !w->grown->layer || !g->there[package];
	}
}

/*
 * A kit can't be had: the packages are looked for that alone can't be, since whatever needs one of
 * these can't be had either.
 */
static int learn(struct growth *w, uint32_t kit)
{
	const struct advi_grouping *g = w->g;
	ADVI_AUTO_PTR bool *one = advi_calloc(g->demand->packages.count + 1, sizeof(*one));
	int r = 0;

	for (uint32_t j = 0; r == 0 && j < need_count(g, &g->kits.at[kit]); j++) {
		uint32_t package = need(g, &g->kits.at[kit], j);
		advi_names names = {0};
		bool good = true;

		if (w->grown->there[package] || w->fine[package])
			continue;
		one[package] = true;
		list_specs(g, one, &names);
		r = test(w->g, w->grown, &names, &good);
		advi_vec_clear(&names);
		one[package] = false;
		w->bad[package] = !good;
		w->fine[package] = good;
	}
	return r;
}

/* --- which kit is next --- */

/* The bytes that a kit would add, by what its packages bring to base. */
static uint64_t cost(const struct advi_grouping *g, const struct advi_grown *grown,
		     const struct advi_kit *kit)
{
	uint64_t bytes = 0;

	for (uint32_t j = 0; j < need_count(g, kit); j++) {
		uint32_t package = need(g, kit, j);
		const struct advi_price *price = &g->prices[package];

		if (!grown->there[package])
			bytes += price->closure.count ? price->bytes : UNKNOWN_BYTES;
	}
	return bytes;
}

static bool overlaps(const struct advi_grouping *g, const struct advi_grown *grown,
		     const struct advi_kit *kit)
{
	for (uint32_t j = 0; j < need_count(g, kit); j++) {
		uint32_t package = need(g, kit, j);

		if (grown->there[package] && !g->there[package])
			return true;
	}
	return false;
}

static bool is_dead(const struct growth *w, uint32_t kit)
{
	const struct advi_grouping *g = w->g;

	for (uint32_t j = 0; !w->dead[kit] && j < need_count(g, &g->kits.at[kit]); j++)
		w->dead[kit] = w->bad[need(g, &g->kits.at[kit], j)];
	return w->dead[kit];
}

static uint32_t next_kit(const struct growth *w)
{
	const struct advi_grouping *g = w->g;
	uint32_t best = NO_KIT;
	double highest = 0;

	for (uint32_t i = 0; i < g->kits.count; i++) {
		const struct advi_kit *kit = &g->kits.at[i];
		double value;

		if (w->skip[i] || w->grown->covers[i] || is_dead(w, i) ||
		    kit->layers != w->grown->layer || !overlaps(g, w->grown, kit))
			continue;
		value = (double)kit->worth / (1.0 + (double)cost(g, w->grown, kit));
		if (best == NO_KIT || value > highest) {
			highest = value;
			best = i;
		}
	}
	return best;
}

/* As long as something overlaps and goes with the rest. */
static int grow_on(struct growth *w, bool *wanted)
{
	uint32_t kit;
	int r = 0;

	while (r == 0 && (kit = next_kit(w)) != NO_KIT) {
		bool good;

		list_wanted(w, kit, wanted);
		r = take(w, wanted, &good);
		if (r == 0 && good) {
			note_covers(w->g, w->grown, w->skip);
		} else if (r == 0) {
			w->dead[kit] = true;
			r = learn(w, kit);
		}
	}
	return r;
}

int advi_grow(struct advi_grouping *g, struct advi_grown *out, uint32_t seed, bool layer,
	      const bool *skip, bool *made)
{
	size_t packages = g->demand->packages.count;
	ADVI_AUTO_PTR bool *dead = advi_calloc(g->kits.count + 1, sizeof(*dead));
	ADVI_AUTO_PTR bool *bad = advi_calloc(packages + 1, sizeof(*bad));
	ADVI_AUTO_PTR bool *fine = advi_calloc(packages + 1, sizeof(*fine));
	ADVI_AUTO_PTR bool *wanted = advi_calloc(packages + 1, sizeof(*wanted));
	struct growth w = {g, out, skip, dead, bad, fine, 0};
	int r;

	begin(g, out, layer);
	list_wanted(&w, seed, wanted);
	r = take(&w, wanted, made);
	w.in_vain = 0;
	if (r == 0 && *made) {
		note_covers(g, out, skip);
		r = grow_on(&w, wanted);
	}
	if (r < 0 || !*made)
		advi_grown_clear(out);
	return r;
}
