/* SPDX-License-Identifier: BSD-3-Clause */
/* Most popular first: what anybody would choose who only counts users. */
#include "advise/popular.h"

#include "advise/objection.h"
#include "base/err.h"

struct popular {
	struct advi_env *env;
	advi_names *taken;
	const struct advi_env *base;
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	const struct advi_limits *limits;
	const struct adv_watch *watch;
	struct adv_err *err;
};

static bool is_candidate(const struct popular *p, const struct advi_wanted *package)
{
	return package->outside && !package->by_pip && !advi_env_find(p->base, package->name) &&
	       !advi_names_have(&p->site->never, package->name) &&
	       !advi_names_have(&p->site->by_module, package->name) &&
	       p->oracle->knows(p->oracle->context, package->name);
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_wanted *left = *(const struct advi_wanted *const *)a;
	const struct advi_wanted *right = *(const struct advi_wanted *const *)b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

struct cost {
	uint64_t packages, bytes, files;
};

/* What an environment has beyond base. */
static struct cost cost_of(const struct popular *p, const struct advi_env *env)
{
	struct cost cost = {0};

	for (size_t i = 0; i < env->records.count; i++) {
		if (advi_env_find(p->base, env->records.at[i]->name))
			continue;
		cost.packages++;
		cost.bytes += env->records.at[i]->size;
		if (p->oracle->files)
			cost.files += p->oracle->files(p->oracle->context, env->records.at[i]);
	}
	return cost;
}

static bool within(const struct popular *p, struct cost cost)
{
	const struct advi_limits *limits = p->limits;

	return (!limits->max_packages || cost.packages <= limits->max_packages) &&
	       (!limits->max_bytes || cost.bytes <= limits->max_bytes) &&
	       (!limits->max_files || cost.files <= limits->max_files);
}

/* Whatever is not there costs a package at least. */
static bool is_full(const struct popular *p)
{
	struct cost cost = cost_of(p, p->env);

	cost.packages++;
	return !within(p, cost);
}

/* Asks with that freedom, and takes what comes of it when it is wanted; *possible says whether. */
static int try(struct popular *p, const char *name, enum advi_freedom most, bool *possible)
{
	struct advi_answer answer = {0};
	struct advi_env env = {0};
	int r = p->oracle->extend(p->oracle->context, p->env, &name, 1, most, &env, &answer,
				  p->watch, p->err);

	*possible = r == 0 && answer.possible;
	if (*possible) {
		ADVI_AUTO_PTR char *no = advi_objection(p->site, &answer, p->taken);

		if (!no && within(p, cost_of(p, &env))) {
			advi_env_clear(p->env);
			*p->env = env;
			env = (struct advi_env){0};
			advi_vec_push(p->taken, name);
		}
	}
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	return r;
}

int advi_choose_popular(struct advi_env *env, advi_names *taken, const struct advi_demand *demand,
			const struct adv_site *site, const struct advi_oracle *oracle,
			const struct advi_limits *limits, const struct adv_watch *watch,
			struct adv_err *err)
{
	struct popular p = {.env = env,
			    .taken = taken,
			    .base = oracle->base(oracle->context),
			    .site = site,
			    .oracle = oracle,
			    .limits = limits,
			    .watch = watch,
			    .err = err};
	ADVI_VEC(const struct advi_wanted *) order = {0};
	advi_names names = {0};
	int r;

	*taken = (advi_names){0};
	advi_env_copy(env, p.base);
	for (size_t i = 0; i < demand->packages.count; i++)
		if (is_candidate(&p, &demand->packages.at[i]))
			advi_vec_push(&order, &demand->packages.at[i]);
	advi_vec_sort(&order, most_users_first);
	/* What the recipe wants in any case comes first here, too. */
	for (size_t i = 0; i < site->always.count; i++)
		if (oracle->knows(oracle->context, site->always.at[i]))
			advi_vec_push(&names, site->always.at[i]);
	for (size_t i = 0; i < order.count; i++)
		advi_vec_push(&names, order.at[i]->name);
	r = oracle->want(oracle->context, names.at, names.count, watch, err);
	for (size_t i = 0; i < names.count && r == 0 && !is_full(&p); i++) {
		bool possible = true;

		r = advi_progress(watch, "taking the most popular", "packages", i, names.count,
				  err);
		if (r < 0 || advi_env_find(env, names.at[i]))
			continue;
		r = try(&p, names.at[i], ADVI_FROZEN, &possible);
		if (r == 0 && !possible && !limits->keep_base)
			r = try(&p, names.at[i], ADVI_FAVOURED, &possible);
	}
	advi_vec_clear(&order);
	advi_vec_clear(&names);
	return r;
}
