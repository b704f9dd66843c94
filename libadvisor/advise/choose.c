/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing: a greedy over moves, by benefit and by benefit per cost, the better one kept. */
#include "advise/choose.h"

#include "advise/moves.h"
#include "advise/objection.h"
#include "base/err.h"
#include "base/buf.h"
#include "base/text.h"

/* What makes one move better than another. */
enum rule {
	BY_BENEFIT, /* a package that is asked for */
	BY_COST     /* the part of the budget that it takes */
};

/* One run of the greedy. */
struct attempt {
	const struct advi_prices *prices;
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	const struct advi_limits *limits;
	enum rule rule;
	struct advi_moves moves;
	struct advi_state state;
	struct advi_choice *out;
	const struct adv_watch *watch;
	struct adv_err *err;
};

/* --- the result --- */

void advi_choice_clear(struct advi_choice *choice)
{
	for (size_t i = 0; i < choice->taken.count; i++) {
		advi_vec_clear(&choice->taken.at[i].closure);
		advi_vec_clear(&choice->taken.at[i].moved);
	}
	advi_vec_clear(&choice->taken);
	advi_env_clear(&choice->env);
	for (size_t i = 0; i < choice->package_count; i++)
		free(choice->reasons[i]);
	free(choice->reasons);
	free(choice->fates);
	*choice = (struct advi_choice){0};
}

static void begin(struct advi_choice *out, const struct advi_prices *prices,
		  const struct advi_env *base)
{
	size_t count = prices->demand->packages.count;

	*out = (struct advi_choice){.package_count = count};
	out->fates = advi_calloc(count + 1, sizeof(*out->fates));
	out->reasons = advi_calloc(count + 1, sizeof(*out->reasons));
	for (size_t i = 0; i < count; i++) {
		out->fates[i] = prices->fates[i];
		out->reasons[i] = prices->reasons[i] ? advi_strdup(prices->reasons[i]) : NULL;
	}
	advi_env_copy(&out->env, base);
}

static void refuse(struct attempt *a, uint32_t package, enum advi_fate fate, char *reason)
{
	a->out->fates[package] = fate;
	free(a->out->reasons[package]);
	a->out->reasons[package] = reason;
}

/* --- one step --- */

/* What an environment has and base has not. Both are sorted by name. */
static void count_added(const struct attempt *a, const struct advi_env *env, uint64_t *packages,
			uint64_t *bytes)
{
	const struct advi_env *base = a->oracle->base(a->oracle->context);
	size_t at = 0;

	*packages = *bytes = 0;
	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_record *record = env->records.at[i];

		while (at < base->records.count &&
		       strcmp(base->records.at[at]->name, record->name) < 0)
			at++;
		if (at < base->records.count &&
		    strcmp(base->records.at[at]->name, record->name) == 0)
			continue;
		*packages += 1;
		*bytes += record->size;
	}
}

static int cmp_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void note_step(struct advi_taken *taken, const struct advi_answer *answer)
{
	taken->bytes = answer->added_bytes;
	for (size_t i = 0; i < answer->added.count; i++)
		advi_vec_push(&taken->closure, answer->added.at[i]->name);
	for (size_t i = 0; i < answer->changed.count; i++)
		advi_vec_push(&taken->moved, answer->changed.at[i]->name);
	for (size_t i = 0; i < answer->removed.count; i++)
		advi_vec_push(&taken->moved, answer->removed.at[i]->name);
	advi_vec_sort(&taken->moved, cmp_name);
}

/* Wanted packages that come along with another one are additions too. */
static void note_others(struct attempt *a, uint32_t package, const struct advi_answer *answer)
{
	const struct advi_map *names = &a->prices->demand->names;

	for (size_t i = 0; i < answer->added.count; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(names, advi_str(answer->added.at[i]->name));
		uint32_t other = entry ? (uint32_t)(entry - names->entries.at) : package;

		if (other == package || a->out->fates[other] == ADVI_FATE_NONE ||
		    a->out->fates[other] == ADVI_FATE_HAD ||
		    a->out->fates[other] == ADVI_FATE_TAKEN)
			continue;
		a->out->fates[other] = ADVI_FATE_TAKEN;
		*advi_vec_new(&a->out->taken) =
			(struct advi_taken){.package = other, .by_other = true};
	}
}

/* Takes 'env' over as the new environment and writes down what came with 'package'. */
static void accept(struct attempt *a, uint32_t package, struct advi_env *env,
		   const struct advi_answer *answer)
{
	uint64_t covered = advi_state_covered(&a->state);
	size_t at = a->out->taken.count;

	advi_vec_new(&a->out->taken)->package = package;
	note_step(&a->out->taken.at[at], answer);
	a->out->fates[package] = ADVI_FATE_TAKEN;
	note_others(a, package, answer);
	advi_env_clear(&a->out->env);
	a->out->env = *env;
	*env = (struct advi_env){0};
	count_added(a, &a->out->env, &a->out->packages, &a->out->bytes);
	advi_state_set(&a->state, &a->out->env);
	a->out->taken.at[at].users_freed = advi_state_covered(&a->state) - covered;
}

/* Why an answer that solves is still not wanted, in new memory; or NULL. */
static char *objection(const struct attempt *a, const struct advi_answer *answer)
{
	advi_names taken = {0};
	char *no;

	for (size_t i = 0; i < a->out->taken.count && answer->removed.count; i++)
		advi_vec_push(&taken,
			      a->prices->demand->packages.at[a->out->taken.at[i].package].name);
	no = advi_objection(a->site, answer, &taken);
	advi_vec_clear(&taken);
	return no;
}

static bool within(const struct advi_limits *limits, uint64_t packages, uint64_t bytes)
{
	return (!limits->max_packages || packages <= limits->max_packages) &&
	       (!limits->max_bytes || bytes <= limits->max_bytes);
}

static bool fits(const struct attempt *a, uint64_t packages, uint64_t bytes)
{
	return within(a->limits, a->out->packages + packages, a->out->bytes + bytes);
}

/* What came of asking for a move. */
struct trial {
	struct advi_env env;
	struct advi_answer answer;
	char *no; /* why not; NULL: it is wanted */
	bool fits;
};

static void trial_clear(struct trial *trial)
{
	advi_env_clear(&trial->env);
	advi_answer_clear(&trial->answer);
	free(trial->no);
	*trial = (struct trial){0};
}

static int ask(struct attempt *a, const char *const *names, size_t count, enum advi_freedom most,
	       struct trial *out)
{
	uint64_t packages, bytes;
	int r;

	*out = (struct trial){0};
	r = a->oracle->extend(a->oracle->context, &a->out->env, names, count, most, &out->env,
			      &out->answer, a->watch, a->err);
	if (r < 0)
		return r;
	if (!out->answer.possible)
		out->no = advi_strdup(out->answer.why ? out->answer.why : "it can't be solved");
	else
		out->no = objection(a, &out->answer);
	count_added(a, &out->env, &packages, &bytes);
	out->fits = !out->no && within(a->limits, packages, bytes);
	return 0;
}

static int take_single(struct attempt *a, struct advi_move *move, uint32_t package)
{
	struct trial trial;
	int r = ask(a, &a->prices->demand->packages.at[package].name, 1, ADVI_FROZEN, &trial);

	if (r == 0 && trial.fits)
		accept(a, package, &trial.env, &trial.answer);
	else if (r == 0 && trial.no)
		refuse(a, package, ADVI_FATE_CONFLICT, advi_take(trial.no));
	if (move)
		move->dead = true;
	trial_clear(&trial);
	return r;
}

/*
 * Several at once: asked together, since that decides; when it is good they are added one after
 * the other, so that each shows what it brings. Should one of them not follow the others, the
 * answer for all of them stands under the first one's name.
 */
static int take_bundle(struct attempt *a, struct advi_move *move, const uint32_t *members,
		       size_t count)
{
	const struct advi_wanted *packages = a->prices->demand->packages.at;
	advi_names names = {0};
	struct trial whole;
	int r;

	for (size_t i = 0; i < count; i++)
		advi_vec_push(&names, packages[members[i]].name);
	r = ask(a, names.at, names.count, ADVI_FROZEN, &whole);
	advi_vec_clear(&names);
	move->dead = true;
	for (size_t i = 0; i < count && r == 0 && whole.fits; i++) {
		struct trial one;

		if (a->state.present[members[i]])
			continue;
		r = ask(a, &packages[members[i]].name, 1, ADVI_FROZEN, &one);
		if (r == 0 && one.fits)
			accept(a, members[i], &one.env, &one.answer);
		else if (r == 0 && i == 0)
			accept(a, members[i], &whole.env, &whole.answer);
		trial_clear(&one);
	}
	trial_clear(&whole);
	return r;
}

/* --- what makes others move --- */

/* How much a package by itself would serve now. */
static uint64_t worth(const struct attempt *a, uint32_t package)
{
	const struct advi_demand *demand = a->prices->demand;
	const struct advi_wanted *wanted = &demand->packages.at[package];
	uint64_t gain = 0;

	for (uint32_t i = 0; i < wanted->count; i++) {
		uint32_t workload = demand->by_package[wanted->first + i];

		gain += demand->workloads.at[workload].share;
		gain += a->state.missing[workload] == 1 ? demand->workloads.at[workload].whole : 0;
	}
	return gain;
}

/*
 * Asks with everything free to move within the recipe's rules. It is taken only when the result
 * serves more than what is there, since something may have gone for it.
 */
static int take_moving(struct attempt *a, uint32_t package)
{
	uint64_t benefit = advi_state_benefit(&a->state);
	struct trial trial;
	int r = ask(a, &a->prices->demand->packages.at[package].name, 1, ADVI_FAVOURED, &trial);

	if (r == 0 && trial.fits) {
		advi_state_set(&a->state, &trial.env);
		if (advi_state_benefit(&a->state) >= benefit)
			accept(a, package, &trial.env, &trial.answer);
		else
			refuse(a, package, ADVI_FATE_CONFLICT,
			       advi_strdup("what would have to go for it serves more users"));
		advi_state_set(&a->state, &a->out->env);
	} else if (r == 0 && !trial.no) {
		a->out->fates[package] = ADVI_FATE_BUDGET;
	} else if (r == 0 && (trial.answer.possible || !a->out->reasons[package])) {
		refuse(a, package, ADVI_FATE_CONFLICT, advi_take(trial.no));
	}
	trial_clear(&trial);
	return r;
}

/* The most worthy package that can't join while everything stays, and was not asked yet. */
static uint32_t best_moving(const struct attempt *a, const bool *asked)
{
	const struct advi_demand *demand = a->prices->demand;
	uint32_t best = UINT32_MAX;
	uint64_t highest = 0;

	for (uint32_t i = 0; i < demand->packages.count; i++) {
		uint64_t value;

		if (asked[i] || a->out->fates[i] != ADVI_FATE_CONFLICT)
			continue;
		value = worth(a, i);
		if (value > highest ||
		    (value && value == highest &&
		     strcmp(demand->packages.at[i].name, demand->packages.at[best].name) < 0)) {
			highest = value;
			best = i;
		}
	}
	return best;
}

static int take_all_moving(struct attempt *a)
{
	ADVI_AUTO_PTR bool *asked =
		advi_calloc(a->prices->demand->packages.count + 1, sizeof(*asked));
	uint64_t total = 0, done = 0;
	uint32_t package;
	int r = 0;

	for (size_t i = 0; i < a->out->package_count; i++)
		total += a->out->fates[i] == ADVI_FATE_CONFLICT;
	/* Each brings one package at least. */
	while (r == 0 && fits(a, 1, 0) && (package = best_moving(a, asked)) != UINT32_MAX) {
		asked[package] = true;
		r = advi_progress(a->watch, "asking what base could move for", "packages", done++,
				  total, a->err);
		if (r == 0)
			r = take_moving(a, package);
	}
	return r;
}

/* --- the loop --- */

static double score(const struct attempt *a, const struct advi_weight *weight, size_t members)
{
	const struct advi_limits *limits = a->limits;
	double packages, bytes, cost;

	if (a->rule == BY_BENEFIT)
		return (double)weight->gain / (double)members;
	packages =
		limits->max_packages ? (double)weight->packages / (double)limits->max_packages : 0;
	bytes = limits->max_bytes ? (double)weight->bytes / (double)limits->max_bytes : 0;
	cost = packages > bytes ? packages : bytes;
	return (double)weight->gain / (cost > 1e-9 ? cost : 1e-9);
}

/* The members of a move that are not there yet, in 'left'; none when one of them can't be had. */
static size_t members_left(const struct attempt *a, const struct advi_move *move, uint32_t *left)
{
	size_t count = 0;

	for (uint32_t i = 0; i < move->count; i++) {
		uint32_t package = a->moves.members.at[move->first + i];

		if (a->state.present[package])
			continue;
		if (a->out->fates[package] != ADVI_FATE_BUDGET)
			return 0;
		left[count++] = package;
	}
	return count;
}

/* The best move that the budget allows; moves stand in an order that breaks ties. */
static struct advi_move *best_move(struct attempt *a, uint32_t *left)
{
	struct advi_move *best = NULL;
	double highest = 0;

	for (size_t i = 0; i < a->moves.all.count; i++) {
		struct advi_move *move = &a->moves.all.at[i];
		size_t count = move->dead ? 0 : members_left(a, move, left);
		struct advi_weight weight;
		double value;

		if (!count)
			continue;
		weight = advi_state_weigh(&a->state, left, count);
		if (!weight.gain || !fits(a, weight.packages, weight.bytes))
			continue;
		value = score(a, &weight, count);
		if (value > highest) {
			highest = value;
			best = move;
		}
	}
	return best;
}

static int take_always(struct attempt *a)
{
	int r = 0;

	for (size_t i = 0; i < a->site->always.count && r == 0; i++) {
		struct advi_str name = advi_str(a->site->always.at[i]);
		const struct advi_map_entry *entry = advi_map_get(&a->prices->demand->names, name);
		uint32_t package = (uint32_t)(entry - a->prices->demand->names.entries.at);

		if (a->out->fates[package] == ADVI_FATE_BUDGET)
			r = take_single(a, NULL, package);
		if (r == 0 && a->out->fates[package] == ADVI_FATE_CONFLICT)
			r = take_moving(a, package);
	}
	return r;
}

static int take_best(struct attempt *a)
{
	ADVI_AUTO_PTR uint32_t *left =
		advi_calloc(a->prices->demand->packages.count + 1, sizeof(*left));
	int r = 0;

	while (r == 0) {
		struct advi_move *move = best_move(a, left);
		size_t count = move ? members_left(a, move, left) : 0;

		if (!move)
			return 0;
		r = advi_progress(a->watch, "choosing", "packages", a->out->packages,
				  a->limits->max_packages, a->err);
		if (r == 0)
			r = count == 1 ? take_single(a, move, left[0])
				       : take_bundle(a, move, left, count);
	}
	return r;
}

/* Says of what was left out for the budget how much that would have been. */
static void explain_budget(struct attempt *a)
{
	for (uint32_t i = 0; i < a->out->package_count; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(512);
		struct advi_weight weight;

		if (a->out->fates[i] != ADVI_FATE_BUDGET)
			continue;
		weight = advi_state_weigh(&a->state, &i, 1);
		advi_buf_printf(&text, "it would add %llu package%s, ",
				(unsigned long long)weight.packages,
				weight.packages == 1 ? "" : "s");
		advi_text_bytes(&text, weight.bytes);
		if (a->limits->max_packages)
			advi_buf_printf(
				&text, "; %llu of %llu packages are left",
				(unsigned long long)(a->limits->max_packages > a->out->packages
							     ? a->limits->max_packages -
								       a->out->packages
							     : 0),
				(unsigned long long)a->limits->max_packages);
		if (a->limits->max_bytes) {
			advi_buf_text(&text, "; ");
			advi_text_bytes(&text, a->limits->max_bytes > a->out->bytes
						       ? a->limits->max_bytes - a->out->bytes
						       : 0);
			advi_buf_text(&text, " of ");
			advi_text_bytes(&text, a->limits->max_bytes);
			advi_buf_text(&text, " are left");
		}
		refuse(a, i, ADVI_FATE_BUDGET, advi_buf_take(&text));
	}
}

static void attempt_clear(struct attempt *a)
{
	advi_state_clear(&a->state);
	advi_moves_clear(&a->moves);
}

/* One greedy among what can join while everything stays as it is. */
static int try(struct attempt *a)
{
	const struct advi_env *base = a->oracle->base(a->oracle->context);
	int r;

	begin(a->out, a->prices, base);
	advi_moves_make(&a->moves, a->prices);
	advi_state_init(&a->state, a->prices, base);
	r = take_always(a);
	if (r == 0)
		r = take_best(a);
	a->out->benefit = advi_state_benefit(&a->state);
	return r;
}

static int finish(struct attempt *a)
{
	int r = take_all_moving(a);

	if (r == 0)
		explain_budget(a);
	a->out->benefit = advi_state_benefit(&a->state);
	return r;
}

int advi_choose(struct advi_choice *out, const struct advi_demand *demand,
		const struct adv_site *site, const struct advi_oracle *oracle,
		const struct advi_limits *limits, const struct adv_watch *watch,
		struct adv_err *err)
{
	struct advi_choice choices[2] = {0};
	struct advi_prices prices = {0};
	struct attempt attempts[2] = {0};
	/* Without a budget everything is tried anyway, and the order is all that would change. */
	size_t count = limits->max_packages || limits->max_bytes ? 2 : 1, best = 0;
	int r = advi_prices_ask(&prices, demand, site, oracle, watch, err);

	*out = (struct advi_choice){0};
	for (size_t i = 0; i < count && r == 0; i++) {
		attempts[i] = (struct attempt){.prices = &prices,
					       .site = site,
					       .oracle = oracle,
					       .limits = limits,
					       .rule = i ? BY_COST : BY_BENEFIT,
					       .out = &choices[i],
					       .watch = watch,
					       .err = err};
		r = try(&attempts[i]);
		if (choices[i].benefit > choices[best].benefit)
			best = i;
	}
	if (r == 0)
		r = finish(&attempts[best]);
	if (r == 0) {
		*out = choices[best];
		choices[best] = (struct advi_choice){0};
	}
	for (size_t i = 0; i < 2; i++) {
		attempt_clear(&attempts[i]);
		advi_choice_clear(&choices[i]);
	}
	advi_prices_clear(&prices);
	return r;
}
