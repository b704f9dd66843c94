/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bundles there are: grown from several beginnings, the best kept, as many as are wanted. */
#include "advise/bundles.h"

#include "advise/grouping.h"
#include "advise/remember.h"

/*
 * Beginnings that grow for one bundle, and how often one is asked for at most. A solve that stands
 * on nothing costs a hundred times what one on base does.
 */
enum { LAYER_SEEDS = 4, WHOLE_SEEDS = 2, TRIES = 30 };

void advi_bundles_clear(struct advi_bundles *bundles)
{
	for (size_t i = 0; i < bundles->all.count; i++) {
		free(bundles->all.at[i].name);
		advi_env_clear(&bundles->all.at[i].env);
		advi_vec_clear(&bundles->all.at[i].wanted);
		advi_vec_clear(&bundles->all.at[i].specs);
	}
	advi_vec_clear(&bundles->all);
	*bundles = (struct advi_bundles){0};
}

/* --- where to begin --- */

struct beginning {
	uint32_t kit;
	double value;
};

typedef ADVI_VEC(struct beginning) beginnings;

static int best_first(const void *a, const void *b)
{
	const struct beginning *left = a, *right = b;

	if (left->value != right->value)
		return left->value < right->value ? 1 : -1;
	return (left->kit > right->kit) - (left->kit < right->kit);
}

static uint64_t layer_bytes(const struct advi_grouping *g, const struct advi_kit *kit)
{
	const struct advi_worth *worth = &g->demand->workloads.at[kit->workload];
	uint64_t bytes = 0;

	for (uint32_t j = 0; j < worth->count; j++)
		if (!g->there[g->demand->needs[worth->first + j]])
			bytes += g->prices[g->demand->needs[worth->first + j]].bytes;
	return bytes;
}

/* Those of one kind. On its own stands only what can't be layered. */
static void list_beginnings(const struct advi_grouping *g, const bool *skip, bool layer,
			    bool by_byte, beginnings *out)
{
	for (uint32_t i = 0; i < g->kits.count; i++) {
		const struct advi_kit *kit = &g->kits.at[i];
		double bytes = by_byte ? 1.0 + (double)layer_bytes(g, kit) : 1.0;

		if (!skip[i] && (layer ? kit->layers : kit->whole && !kit->layers))
			advi_vec_push(out, ((struct beginning){i, (double)kit->worth / bytes}));
	}
	advi_vec_sort(out, best_first);
}

/* --- one bundle --- */

static bool better(const struct advi_grown *a, const struct advi_grown *b)
{
	if (a->worth != b->worth)
		return a->worth > b->worth;
	if (a->layer != b->layer)
		return a->layer;
	return a->bytes < b->bytes;
}

/* Where one bundle is looked for. */
struct search {
	struct advi_grouping *g;
	const bool *skip;
	bool *tried; /* by kit */
	struct advi_grown best;
};

/* Grows one; '*made': it could be begun. What it covers would grow into much the same. */
static int try_seed(struct search *s, uint32_t kit, bool layer, bool *made)
{
	struct advi_grown grown = {0};
	int r = advi_grow(s->g, &grown, kit, layer, s->skip, made);

	s->tried[kit] = true;
	if (r == 0 && !*made && layer) {
		/* Each of its packages can join base, and all together can't. */
		s->g->kits.at[kit].layers = false;
		if (s->g->kits.at[kit].whole)
			r = advi_grow(s->g, &grown, kit, false, s->skip, made);
	}
	if (r < 0 || !*made)
		return r;
	for (size_t k = 0; k < s->g->kits.count; k++)
		s->tried[k] = s->tried[k] || grown.covers[k];
	if (better(&grown, &s->best)) {
		advi_grown_clear(&s->best);
		s->best = grown;
	} else {
		advi_grown_clear(&grown);
	}
	return 0;
}

static int try_seeds(struct search *s, bool layer, bool by_byte)
{
	beginnings all = {0};
	unsigned grown = 0, tries = 0, most = layer ? LAYER_SEEDS : WHOLE_SEEDS;
	int r = 0;

	list_beginnings(s->g, s->skip, layer, by_byte, &all);
	for (size_t i = 0; r == 0 && i < all.count && grown < most && tries < TRIES; i++) {
		bool made;

		if (s->tried[all.at[i].kit])
			continue;
		r = try_seed(s, all.at[i].kit, layer, &made);
		grown += made;
		tries++;
	}
	advi_vec_clear(&all);
	return r;
}

/* The best bundle of those grown from all beginnings; worth 0: there is none. */
static int best_bundle(struct advi_grouping *g, const bool *skip, struct advi_grown *best)
{
	ADVI_AUTO_PTR bool *tried = advi_calloc(g->kits.count + 1, sizeof(*tried));
	struct search s = {.g = g, .skip = skip, .tried = tried};
	int r = try_seeds(&s, true, false);

	if (r == 0)
		r = try_seeds(&s, true, true);
	if (r == 0)
		r = try_seeds(&s, false, false);
	if (r < 0)
		advi_grown_clear(&s.best);
	*best = s.best;
	return r;
}

/* --- all of them --- */

/* What all but one of them cover. */
static void note_done(struct advi_grouping *g, const struct advi_grown *chosen, size_t count,
		      size_t but)
{
	for (size_t k = 0; k < g->kits.count; k++) {
		g->done[k] = false;
		for (size_t i = 0; i < count; i++)
			g->done[k] = g->done[k] || (i != but && chosen[i].covers[k]);
	}
}

/* One after another, each for what those before it leave. */
static int choose(struct advi_grouping *g, struct advi_grown *chosen, size_t most, size_t *count)
{
	int r = 0;

	for (*count = 0; *count < most; ++*count) {
		note_done(g, chosen, *count, SIZE_MAX);
		r = best_bundle(g, g->done, &chosen[*count]);
		if (r < 0 || !chosen[*count].worth)
			break;
	}
	if (*count < most)
		advi_grown_clear(&chosen[*count]);
	return r;
}

/* Each is looked for anew beside all others, now that these are known. */
static int improve(struct advi_grouping *g, struct advi_grown *chosen, size_t count)
{
	int r = 0;

	for (size_t i = 0; i + 1 < count && r == 0; i++) {
		struct advi_grown again;
		uint64_t worth = 0;

		note_done(g, chosen, count, i);
		for (size_t k = 0; k < g->kits.count; k++)
			worth += chosen[i].covers[k] && !g->done[k] ? g->kits.at[k].worth : 0;
		r = best_bundle(g, g->done, &again);
		if (r == 0 && again.worth > worth) {
			advi_grown_clear(&chosen[i]);
			chosen[i] = again;
		} else if (r == 0) {
			advi_grown_clear(&again);
		}
	}
	return r;
}

/* --- what they are worth --- */

/* Of every workload: whether what is 'there' covers it. */
static void cover(const struct advi_demand *demand, const bool *there, bool *covered)
{
	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		covered[i] = !worth->nowhere;
		for (uint32_t j = 0; covered[i] && j < worth->count; j++)
			covered[i] = there[demand->needs[worth->first + j]];
	}
}

/* Users all of whose workloads are covered. */
static uint64_t users_covered(const struct advi_demand *demand, const bool *covered)
{
	uint8_t *users = advi_calloc(demand->user_count + 1, 1);
	uint64_t count = 0;

	for (size_t i = 0; i < demand->workloads.count; i++)
		users[demand->workloads.at[i].user] |= covered[i] ? 1 : 2;
	for (size_t i = 0; i < demand->user_count; i++)
		count += users[i] == 1;
	free(users);
	return count;
}

static uint64_t users_of(const struct advi_demand *demand, const bool *of)
{
	bool *users = advi_calloc(demand->user_count + 1, sizeof(*users));
	uint64_t count = 0;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		uint32_t user = demand->workloads.at[i].user;

		count += of[i] && !users[user];
		users[user] = users[user] || of[i];
	}
	free(users);
	return count;
}

/* Names of packages, by name. */
static void list(const struct advi_demand *demand, const bool *of, const bool *but, advi_names *out)
{
	for (size_t i = 0; i < demand->packages.count; i++)
		if (of[i] && !(but && but[i]))
			advi_vec_push(out, demand->packages.at[i].name);
	advi_vec_sort(out, advi_cmp_cstr);
}

static void list_wanted(const struct advi_grouping *g, const struct advi_grown *grown,
			const bool *served, struct advi_bundle *bundle)
{
	const struct advi_demand *demand = g->demand;
	ADVI_AUTO_PTR bool *wanted = advi_calloc(demand->packages.count + 1, sizeof(*wanted));

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		for (uint32_t j = 0; served[i] && j < worth->count; j++)
			wanted[demand->needs[worth->first + j]] = true;
	}
	list(demand, wanted, g->there, &bundle->wanted);
	list(demand, grown->specs, NULL, &bundle->specs);
}

static bool base_has(const struct advi_env *base, const char *name)
{
	for (size_t i = 0; i < base->records.count; i++)
		if (strcmp(base->records.at[i]->name, name) == 0)
			return true;
	return false;
}

/* Writes a bundle down; 'covered' is by base, 'any' gains what the bundle covers. */
static void conclude(const struct advi_grouping *g, struct advi_grown *grown, const bool *covered,
		     bool *any, struct advi_bundles *out)
{
	const struct advi_demand *demand = g->demand;
	struct advi_bundle *bundle = advi_vec_new(&out->all);
	ADVI_AUTO_PTR bool *served = advi_calloc(demand->workloads.count + 1, sizeof(*served));
	ADVI_AUTO_PTR bool *both = advi_calloc(demand->workloads.count + 1, sizeof(*both));

	cover(demand, grown->there, served);
	for (size_t i = 0; i < demand->workloads.count; i++) {
		served[i] = served[i] && !covered[i];
		both[i] = covered[i] || served[i];
		any[i] = any[i] || served[i];
		bundle->workloads += served[i];
		bundle->worth += served[i] ? demand->workloads.at[i].whole : 0;
	}
	bundle->users = users_of(demand, served);
	bundle->users_freed = users_covered(demand, both) - users_covered(demand, covered);
	bundle->layer = grown->layer;
	bundle->packages = grown->packages;
	bundle->bytes = grown->bytes;
	list_wanted(g, grown, served, bundle);
	advi_bundle_name(g, out, bundle, served);
	for (size_t i = 0; i < grown->env.records.count; i++)
		bundle->unsized += grown->env.records.at[i]->size == 0 &&
				   !(grown->layer &&
				     base_has(&g->choice->env, grown->env.records.at[i]->name));
	bundle->env = grown->env;
	grown->env = (struct advi_env){0};
}

static int most_worth_first(const void *a, const void *b)
{
	const struct advi_bundle *left = a, *right = b;
	__int128 x = (__int128)left->worth * (__int128)(right->bytes + 1);
	__int128 y = (__int128)right->worth * (__int128)(left->bytes + 1);

	if (x != y)
		return x < y ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void conclude_all(struct advi_grouping *g, struct advi_grown *chosen, size_t count,
			 struct advi_bundles *out)
{
	const struct advi_demand *demand = g->demand;
	ADVI_AUTO_PTR bool *covered = advi_calloc(demand->workloads.count + 1, sizeof(*covered));
	ADVI_AUTO_PTR bool *any = advi_calloc(demand->workloads.count + 1, sizeof(*any));

	cover(demand, g->there, covered);
	cover(demand, g->there, any);
	note_done(g, chosen, count, SIZE_MAX);
	for (size_t k = 0; k < g->kits.count; k++)
		out->left += g->done[k] ? 0 : g->kits.at[k].workloads;
	for (size_t i = 0; i < count; i++)
		conclude(g, &chosen[i], covered, any, out);
	for (size_t i = 0; i < demand->workloads.count; i++)
		out->workloads += any[i];
	out->users = users_covered(demand, any);
	advi_vec_sort(&out->all, most_worth_first);
}

/* Growths from other beginnings and for other bundles ask much the same: it is remembered. */
int advi_bundles_make(struct advi_bundles *out, const struct advi_demand *demand,
		      const struct advi_choice *choice, const struct adv_site *site,
		      const struct advi_oracle *oracle, const struct advi_bundle_limits *limits,
		      const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory memory = {0};
	struct advi_oracle remembering = advi_oracle_remembering(&memory, oracle);
	struct advi_grouping g = {.demand = demand,
				  .choice = choice,
				  .site = site,
				  .oracle = &remembering,
				  .limits = limits,
				  .watch = watch,
				  .err = err};
	struct advi_grown *chosen;
	size_t most, count = 0;
	int r = advi_grouping_begin(&g);

	*out = (struct advi_bundles){0};
	most = limits->max_bundles < g.kits.count ? (size_t)limits->max_bundles : g.kits.count;
	chosen = advi_calloc(most + 1, sizeof(*chosen));
	if (r == 0)
		r = choose(&g, chosen, most, &count);
	if (r == 0)
		r = improve(&g, chosen, count);
	if (r == 0)
		conclude_all(&g, chosen, count, out);
	for (size_t i = 0; i < most; i++)
		advi_grown_clear(&chosen[i]);
	free(chosen);
	advi_grouping_clear(&g);
	advi_memory_clear(&memory);
	return r;
}
