/* SPDX-License-Identifier: BSD-3-Clause */
/* Kits: what workloads that base does not cover need, and what that costs over base. */
#include "advise/grouping.h"

#include "base/buf.h"
#include "base/err.h"

enum { KEY_BYTES = 1 << 20 };

/* What is known of a package that base lacks. */
static bool is_had(const struct advi_grouping *g, uint32_t package)
{
	enum advi_fate fate = g->choice->fates[package];

	return fate != ADVI_FATE_ABSENT && fate != ADVI_FATE_NEVER && fate != ADVI_FATE_MODULE &&
	       g->oracle->knows(g->oracle->context, g->demand->packages.at[package].name);
}

void advi_demand_mark_fields(struct advi_demand *demand)
{
	const struct advi_map_entry *unknown = advi_map_get(&demand->domains, ADVI_STR("unknown"));

	for (size_t i = 0; i < demand->packages.count; i++) {
		struct advi_wanted *package = &demand->packages.at[i];
		const uint32_t *of = &demand->by_package[package->first];
		uint32_t domain = package->count ? demand->workloads.at[of[0]].domain : 0;

		package->field = package->count && &demand->domains.entries.at[domain] != unknown;
		for (uint32_t w = 1; w < package->count; w++)
			package->field =
				package->field && demand->workloads.at[of[w]].domain == domain;
	}
}

/* "numpy\nscipy\n": a workload's needs are by name, so equal needs have equal keys. */
static void write_key(const struct advi_grouping *g, const struct advi_worth *worth,
		      struct advi_buf *key)
{
	advi_buf_reset(key);
	for (uint32_t j = 0; j < worth->count; j++) {
		advi_buf_text(key, g->demand->packages.at[g->demand->needs[worth->first + j]].name);
		advi_buf_byte(key, '\n');
	}
}

/* Whether a bundle could cover a workload, and of which kinds. */
static bool judge(const struct advi_grouping *g, const struct advi_worth *worth,
		  const bool *available, struct advi_kit *kit)
{
	bool lacking = false;

	*kit = (struct advi_kit){.layers = true, .whole = true};
	for (uint32_t j = 0; j < worth->count; j++) {
		uint32_t package = g->demand->needs[worth->first + j];

		kit->whole = kit->whole && available[package];
		if (g->there[package])
			continue;
		lacking = true;
		kit->layers = kit->layers && available[package];
	}
	return lacking && !worth->nowhere && (kit->layers || kit->whole);
}

static void collect(struct advi_grouping *g, const bool *available)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(KEY_BYTES);

	for (uint32_t i = 0; i < g->demand->workloads.count; i++) {
		const struct advi_worth *worth = &g->demand->workloads.at[i];
		struct advi_kit kit;
		size_t at;

		if (!judge(g, worth, available, &kit))
			continue;
		write_key(g, worth, &text);
		at = advi_map_intern(&g->keys, advi_buf_str(&text));
		if (at == g->kits.count) {
			kit.workload = i;
			advi_vec_push(&g->kits, kit);
		}
		g->kits.at[at].worth += worth->whole;
		g->kits.at[at].workloads++;
	}
	for (size_t i = 0; i < g->kits.count; i++)
		g->kits.at[i].key = g->keys.entries.at[i].key.ptr;
}

static int by_key(const void *a, const void *b)
{
	const struct advi_kit *left = a, *right = b;

	return strcmp(left->key, right->key);
}

/* Asks for one package over base as planned. */
static int ask_price(struct advi_grouping *g, uint32_t package)
{
	const char *name = g->demand->packages.at[package].name;
	struct advi_price *price = &g->prices[package];
	struct advi_answer answer = {0};
	struct advi_env env = {0};
	int r = g->oracle->probe(g->oracle->context, &g->choice->env, &name, 1, ADVI_FROZEN, &env,
				 &answer, g->watch, g->err);

	for (size_t i = 0; r == 0 && answer.possible && i < answer.added.count; i++) {
		advi_vec_push(&price->closure, answer.added.at[i]->name);
		price->bytes += answer.added.at[i]->size;
	}
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	return r;
}

/* All that may be asked for is told at once. */
static int want(struct advi_grouping *g, const bool *needed)
{
	advi_names names = {0};
	int r;

	for (size_t i = 0; i < g->demand->packages.count; i++)
		if (needed[i])
			advi_vec_push(&names, g->demand->packages.at[i].name);
	r = g->oracle->want(g->oracle->context, names.at, names.count, g->watch, g->err);
	advi_vec_clear(&names);
	return r;
}

static int ask_prices(struct advi_grouping *g, const bool *available)
{
	ADVI_AUTO_PTR bool *needed = advi_calloc(g->demand->packages.count + 1, sizeof(*needed));
	uint64_t total = 0, done = 0;
	int r;

	for (size_t i = 0; i < g->kits.count; i++) {
		const struct advi_worth *worth = &g->demand->workloads.at[g->kits.at[i].workload];

		for (uint32_t j = 0; j < worth->count; j++) {
			uint32_t package = g->demand->needs[worth->first + j];

			needed[package] = available[package];
		}
	}
	for (size_t i = 0; i < g->demand->packages.count; i++)
		total += needed[i] && !g->there[i];
	r = want(g, needed);
	for (uint32_t i = 0; i < g->demand->packages.count && r == 0; i++) {
		if (!needed[i] || g->there[i])
			continue;
		r = advi_progress(g->watch, "asking what bundles would hold", "packages", done++,
				  total, g->err);
		if (r == 0)
			r = ask_price(g, i);
	}
	return r;
}

/* What can't join base by itself can't be layered on it either. */
static void settle_layers(struct advi_grouping *g)
{
	for (size_t i = 0; i < g->kits.count; i++) {
		struct advi_kit *kit = &g->kits.at[i];
		const struct advi_worth *worth = &g->demand->workloads.at[kit->workload];

		for (uint32_t j = 0; j < worth->count; j++) {
			uint32_t package = g->demand->needs[worth->first + j];

			kit->layers = kit->layers &&
				      (g->there[package] || g->prices[package].closure.count);
		}
	}
}

int advi_grouping_begin(struct advi_grouping *g)
{
	size_t count = g->demand->packages.count;
	ADVI_AUTO_PTR bool *available = advi_calloc(count + 1, sizeof(*available));
	int r;

	g->there = advi_calloc(count + 1, sizeof(*g->there));
	g->prices = advi_calloc(count + 1, sizeof(*g->prices));
	for (size_t i = 0; i < g->choice->env.records.count; i++) {
		const struct advi_map_entry *entry = advi_map_get(
			&g->demand->names, advi_str(g->choice->env.records.at[i]->name));

		if (entry)
			g->there[entry - g->demand->names.entries.at] = true;
	}
	for (uint32_t i = 0; i < count; i++) {
		g->there[i] = g->there[i] || g->demand->packages.at[i].by_pip;
		available[i] = is_had(g, i);
	}
	collect(g, available);
	advi_vec_sort(&g->kits, by_key);
	g->done = advi_calloc(g->kits.count + 1, sizeof(*g->done));
	r = ask_prices(g, available);
	settle_layers(g);
	return r;
}

void advi_grouping_clear(struct advi_grouping *g)
{
	for (size_t i = 0; g->prices && i < g->demand->packages.count; i++)
		advi_vec_clear(&g->prices[i].closure);
	free(g->prices);
	free(g->there);
	free(g->done);
	advi_vec_clear(&g->kits);
	advi_map_clear(&g->keys);
}
