/* SPDX-License-Identifier: BSD-3-Clause */
/* What candidates bring along, asked once; and what a move gains and costs at any time. */
#include "advise/price.h"

#include "base/err.h"

static uint32_t id_of(struct advi_prices *prices, const struct advi_record *record)
{
	size_t id = advi_map_intern(&prices->names, advi_str(record->name));

	while (prices->bytes.count <= id)
		advi_vec_push(&prices->bytes, 0);
	if (record->size)
		prices->bytes.at[id] = record->size;
	return (uint32_t)id;
}

static int ask_one(struct advi_prices *prices, uint32_t package, const struct advi_oracle *oracle,
		   const struct adv_watch *watch, struct adv_err *err)
{
	const char *name = prices->demand->packages.at[package].name;
	struct advi_answer answer = {0};
	struct advi_env env = {0};
	int r = oracle->extend(oracle->context, oracle->base(oracle->context), &name, 1,
			       ADVI_FROZEN, &env, &answer, watch, err);

	if (r == 0 && answer.possible) {
		prices->fates[package] = ADVI_FATE_BUDGET; /* until it is taken */
		for (size_t i = 0; i < answer.added.count; i++)
			advi_vec_push(&prices->closures[package].ids,
				      id_of(prices, answer.added.at[i]));
	} else if (r == 0) {
		prices->fates[package] = ADVI_FATE_CONFLICT;
		prices->reasons[package] =
			advi_strdup(answer.why ? answer.why : "it can't be solved");
	}
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	return r;
}

/* What is known of a package before anything is asked. */
static enum advi_fate first_fate(const struct advi_wanted *package, const struct adv_site *site,
				 const struct advi_map *base, const struct advi_oracle *oracle)
{
	bool always = advi_names_have(&site->always, package->name);

	if (advi_map_get(base, advi_str(package->name)) || (package->by_pip && !always))
		return ADVI_FATE_HAD;
	if (!package->outside && !always)
		return ADVI_FATE_NONE;
	if (advi_names_have(&site->never, package->name))
		return ADVI_FATE_NEVER;
	if (advi_names_have(&site->by_module, package->name))
		return ADVI_FATE_MODULE;
	return oracle->knows(oracle->context, package->name) ? ADVI_FATE_BUDGET : ADVI_FATE_ABSENT;
}

static void begin(struct advi_prices *prices, const struct advi_demand *demand)
{
	size_t count = demand->packages.count;

	*prices = (struct advi_prices){.demand = demand};
	prices->closures = advi_calloc(count + 1, sizeof(*prices->closures));
	prices->fates = advi_calloc(count + 1, sizeof(*prices->fates));
	prices->reasons = advi_calloc(count + 1, sizeof(*prices->reasons));
	for (size_t i = 0; i < count; i++) {
		advi_map_intern(&prices->names, demand->names.entries.at[i].key);
		advi_vec_push(&prices->bytes, 0);
	}
}

int advi_prices_ask(struct advi_prices *out, const struct advi_demand *demand,
		    const struct adv_site *site, const struct advi_oracle *oracle,
		    const struct adv_watch *watch, struct adv_err *err)
{
	const struct advi_env *env = oracle->base(oracle->context);
	ADVI_AUTO(map) struct advi_map base = {0};
	advi_names asked = {0};
	uint64_t done = 0;
	int r;

	begin(out, demand);
	for (size_t i = 0; i < env->records.count; i++)
		advi_map_add(&base, advi_str(env->records.at[i]->name), NULL);
	for (size_t i = 0; i < demand->packages.count; i++) {
		out->fates[i] = first_fate(&demand->packages.at[i], site, &base, oracle);
		if (out->fates[i] == ADVI_FATE_BUDGET)
			advi_vec_push(&asked, demand->packages.at[i].name);
	}
	r = oracle->want(oracle->context, asked.at, asked.count, watch, err);
	for (size_t i = 0; i < demand->packages.count && r == 0; i++) {
		if (out->fates[i] != ADVI_FATE_BUDGET)
			continue;
		r = advi_progress(watch, "asking what can be added", "packages", done++,
				  asked.count, err);
		if (r == 0)
			r = ask_one(out, (uint32_t)i, oracle, watch, err);
	}
	advi_vec_clear(&asked);
	return r;
}

void advi_prices_clear(struct advi_prices *prices)
{
	for (size_t i = 0; prices->demand && i < prices->demand->packages.count; i++) {
		advi_vec_clear(&prices->closures[i].ids);
		free(prices->reasons[i]);
	}
	free(prices->closures);
	free(prices->fates);
	free(prices->reasons);
	advi_vec_clear(&prices->bytes);
	advi_map_clear(&prices->names);
	*prices = (struct advi_prices){0};
}

void advi_state_init(struct advi_state *state, const struct advi_prices *prices,
		     const struct advi_env *env)
{
	size_t ids = prices->names.entries.count, workloads = prices->demand->workloads.count;

	*state = (struct advi_state){.prices = prices};
	state->present = advi_calloc(ids + 1, sizeof(*state->present));
	state->missing = advi_calloc(workloads + 1, sizeof(*state->missing));
	state->id_mark = advi_calloc(ids + 1, sizeof(*state->id_mark));
	state->workload_mark = advi_calloc(workloads + 1, sizeof(*state->workload_mark));
	state->workload_gain = advi_calloc(workloads + 1, sizeof(*state->workload_gain));
	advi_state_set(state, env);
}

void advi_state_clear(struct advi_state *state)
{
	free(state->present);
	free(state->missing);
	free(state->id_mark);
	free(state->workload_mark);
	free(state->workload_gain);
	advi_vec_clear(&state->touched);
}

void advi_state_set(struct advi_state *state, const struct advi_env *env)
{
	const struct advi_demand *demand = state->prices->demand;

	/* Names begin with the demand's packages. */
	memset(state->present, 0, state->prices->names.entries.count * sizeof(*state->present));
	for (size_t i = 0; i < demand->packages.count; i++)
		state->present[i] = demand->packages.at[i].by_pip;
	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(&state->prices->names, advi_str(env->records.at[i]->name));

		if (entry)
			state->present[entry - state->prices->names.entries.at] = true;
	}
	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		state->missing[i] = 0;
		for (uint32_t j = 0; j < worth->count; j++)
			state->missing[i] += !state->present[demand->needs[worth->first + j]];
	}
}

/* A package is served: its workloads gain a share, and remember how many they gained. */
static uint64_t serve(struct advi_state *state, uint32_t package)
{
	const struct advi_demand *demand = state->prices->demand;
	const struct advi_wanted *wanted = &demand->packages.at[package];
	uint64_t gain = 0;

	for (uint32_t i = 0; i < wanted->count; i++) {
		uint32_t workload = demand->by_package[wanted->first + i];

		if (state->workload_mark[workload] != state->mark) {
			state->workload_mark[workload] = state->mark;
			state->workload_gain[workload] = 0;
			advi_vec_push(&state->touched, workload);
		}
		state->workload_gain[workload]++;
		gain += demand->workloads.at[workload].share;
	}
	return gain;
}

struct advi_weight advi_state_weigh(struct advi_state *state, const uint32_t *members, size_t count)
{
	const struct advi_demand *demand = state->prices->demand;
	struct advi_weight weight = {0};

	state->mark++;
	state->touched.count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct advi_closure *closure = &state->prices->closures[members[i]];

		for (size_t j = 0; j < closure->ids.count; j++) {
			uint32_t id = closure->ids.at[j];

			if (state->present[id] || state->id_mark[id] == state->mark)
				continue;
			state->id_mark[id] = state->mark;
			weight.packages++;
			weight.bytes += state->prices->bytes.at[id];
			if (id < demand->packages.count)
				weight.gain += serve(state, id);
		}
	}
	for (size_t i = 0; i < state->touched.count; i++) {
		uint32_t workload = state->touched.at[i];

		if (state->workload_gain[workload] == state->missing[workload])
			weight.gain += demand->workloads.at[workload].whole;
	}
	return weight;
}

uint64_t advi_state_benefit(const struct advi_state *state)
{
	const struct advi_demand *demand = state->prices->demand;
	uint64_t benefit = 0;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		benefit += worth->share * (worth->count - state->missing[i]);
		benefit += state->missing[i] ? 0 : worth->whole;
	}
	return benefit;
}

uint64_t advi_state_covered(const struct advi_state *state)
{
	const struct advi_demand *demand = state->prices->demand;
	uint8_t *users = advi_calloc(demand->user_count + 1, 1);
	uint64_t covered = 0;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		users[worth->user] |= worth->nowhere || state->missing[i] ? 2 : 1;
	}
	for (size_t i = 0; i < demand->user_count; i++)
		covered += users[i] == 1;
	free(users);
	return covered;
}
