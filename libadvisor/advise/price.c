/* SPDX-License-Identifier: BSD-3-Clause */
/* What candidates bring along and make move, each asked once by itself. */
#include "advise/price.h"

#include "advise/objection.h"
#include "base/err.h"

static uint32_t id_of(struct advi_prices *prices, const struct advi_oracle *oracle,
		      const struct advi_record *record)
{
	size_t id = advi_map_intern(&prices->names, advi_str(record->name));

	while (prices->bytes.count <= id) {
		advi_vec_push(&prices->bytes, 0);
		advi_vec_push(&prices->files, 0);
	}
	if (record->size)
		prices->bytes.at[id] = record->size;
	if (oracle->files)
		prices->files.at[id] = oracle->files(oracle->context, record);
	return (uint32_t)id;
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
	if (package->field && !always && oracle->knows(oracle->context, package->name))
		return ADVI_FATE_FIELD;
	return oracle->knows(oracle->context, package->name) ? ADVI_FATE_BUDGET : ADVI_FATE_ABSENT;
}

static void begin(struct advi_prices *prices, const struct advi_demand *demand,
		  const struct adv_site *site, const struct advi_oracle *oracle)
{
	const struct advi_env *env = oracle->base(oracle->context);
	ADVI_AUTO(map) struct advi_map base = {0};
	size_t count = demand->packages.count;

	*prices = (struct advi_prices){.demand = demand};
	prices->closures = advi_calloc(count + 1, sizeof(*prices->closures));
	prices->fates = advi_calloc(count + 1, sizeof(*prices->fates));
	prices->reasons = advi_calloc(count + 1, sizeof(*prices->reasons));
	for (size_t i = 0; i < env->records.count; i++)
		advi_map_add(&base, advi_str(env->records.at[i]->name), NULL);
	for (size_t i = 0; i < count; i++) {
		const struct advi_wanted *package = &demand->packages.at[i];

		advi_map_intern(&prices->names, demand->names.entries.at[i].key);
		advi_vec_push(&prices->bytes, 0);
		advi_vec_push(&prices->files, 0);
		prices->fates[i] = first_fate(package, site, &base, oracle);
		if (prices->fates[i] == ADVI_FATE_HAD && package->count && !package->by_pip)
			advi_vec_push(&prices->kept, package->name);
	}
}

static void note(struct advi_prices *prices, uint32_t package, const struct adv_site *site,
		 const struct advi_oracle *oracle, struct advi_answer *answer)
{
	struct advi_closure *closure = &prices->closures[package];
	char *no = NULL;

	if (!answer->possible)
		no = answer->why ? advi_take(answer->why) : advi_strdup("it can't be solved");
	else
		no = advi_objection(site, answer, &prices->kept);
	if (no) {
		prices->fates[package] = ADVI_FATE_CONFLICT;
		prices->reasons[package] = no;
		return;
	}
	for (size_t i = 0; i < answer->added.count; i++)
		advi_vec_push(&closure->ids, id_of(prices, oracle, answer->added.at[i]));
	for (size_t i = 0; i < answer->changed.count; i++)
		advi_vec_push(&closure->moved, answer->changed.at[i]->name);
	for (size_t i = 0; i < answer->removed.count; i++)
		advi_vec_push(&closure->moved, answer->removed.at[i]->name);
}

/*
 * An answer that makes go what must stay is one of several, maybe: it is asked for again with that.
 */
static int ask_again(const struct advi_prices *prices, const char *name,
		     const struct adv_site *site, const struct advi_oracle *oracle,
		     enum advi_freedom most, struct advi_answer *answer,
		     const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *no = answer->possible && answer->removed.count
					 ? advi_objection(site, answer, &prices->kept)
					 : NULL;
	struct advi_env env = {0};
	advi_names specs = {0};
	int r;

	if (!no)
		return 0;
	advi_answer_clear(answer);
	*answer = (struct advi_answer){0};
	advi_vec_push(&specs, name);
	r = advi_ask_by_rules(oracle, oracle->extend, site, &prices->kept,
			      oracle->base(oracle->context), &specs, most, &env, answer, watch,
			      err);
	advi_env_clear(&env);
	advi_vec_clear(&specs);
	return r;
}

static int ask_all(const struct advi_oracle *oracle, const advi_names *names,
		   enum advi_freedom most, struct advi_answer *answers,
		   const struct adv_watch *watch, struct adv_err *err)
{
	const struct advi_env *base = oracle->base(oracle->context);
	struct advi_question *questions = advi_calloc(names->count + 1, sizeof(*questions));
	int r = oracle->want(oracle->context, names->at, names->count, watch, err);

	for (size_t i = 0; i < names->count; i++)
		questions[i] = (struct advi_question){&names->at[i], 1};
	if (r == 0 && oracle->ask_many)
		r = oracle->ask_many(oracle->context, base, questions, names->count, most, answers,
				     watch, err);
	for (size_t i = 0; i < names->count && r == 0 && !oracle->ask_many; i++) {
		struct advi_env env = {0};

		r = oracle->extend(oracle->context, base, &names->at[i], 1, most, &env, &answers[i],
				   watch, err);
		advi_env_clear(&env);
	}
	free(questions);
	return r;
}

int advi_prices_ask(struct advi_prices *out, const struct advi_demand *demand,
		    const struct adv_site *site, const struct advi_oracle *oracle,
		    enum advi_freedom most, const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_VEC(uint32_t) packages = {0};
	struct advi_answer *answers;
	advi_names names = {0};
	int r;

	begin(out, demand, site, oracle);
	for (uint32_t i = 0; i < demand->packages.count; i++) {
		if (out->fates[i] != ADVI_FATE_BUDGET)
			continue;
		advi_vec_push(&packages, i);
		advi_vec_push(&names, demand->packages.at[i].name);
	}
	answers = advi_calloc(names.count + 1, sizeof(*answers));
	r = ask_all(oracle, &names, most, answers, watch, err);
	for (size_t i = 0; i < names.count; i++) {
		if (r == 0)
			r = ask_again(out, names.at[i], site, oracle, most, &answers[i], watch,
				      err);
		if (r == 0)
			note(out, packages.at[i], site, oracle, &answers[i]);
		advi_answer_clear(&answers[i]);
	}
	free(answers);
	advi_vec_clear(&packages);
	advi_vec_clear(&names);
	return r;
}

void advi_prices_clear(struct advi_prices *prices)
{
	for (size_t i = 0; prices->demand && i < prices->demand->packages.count; i++) {
		advi_vec_clear(&prices->closures[i].ids);
		advi_vec_clear(&prices->closures[i].moved);
		free(prices->reasons[i]);
	}
	free(prices->closures);
	free(prices->fates);
	free(prices->reasons);
	advi_vec_clear(&prices->bytes);
	advi_vec_clear(&prices->files);
	advi_vec_clear(&prices->kept);
	advi_map_clear(&prices->names);
	*prices = (struct advi_prices){0};
}
