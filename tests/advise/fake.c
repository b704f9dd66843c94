/* SPDX-License-Identifier: BSD-3-Clause */
/* A small world of packages that the tests make up, and what users want of it. */
#include "unit.h"

#include "advise/fake.h"

#include <stdio.h>

void fake_init(struct fake *fake, unsigned count, unsigned base)
{
	*fake = (struct fake){.count = count, .base = base};
	for (unsigned i = 0; i < count; i++) {
		snprintf(fake->names[i], sizeof(fake->names[i]), "p%02u", i);
		fake->records[i] = (struct advi_record){
			.name = fake->names[i], .version = "1", .build = "0", .size = 100};
		fake->others[i] = fake->records[i];
		fake->others[i].version = "2";
		fake->known[i] = true;
	}
}

uint32_t fake_closure(const struct fake *fake, uint32_t set)
{
	for (uint32_t before = 0; before != set;) {
		before = set;
		for (unsigned i = 0; i < fake->count; i++)
			if (set >> i & 1)
				set |= fake->needs[i];
	}
	return set;
}

bool fake_holds(const struct fake *fake, uint32_t set)
{
	for (unsigned i = 0; i < fake->count; i++)
		if ((set >> i & 1) && (!fake->known[i] || (fake->clashes[i] & set)))
			return false;
	return true;
}

static uint32_t moved(const struct fake *fake, uint32_t set)
{
	uint32_t others = 0;

	for (unsigned i = 0; i < fake->count; i++)
		others |= set >> i & 1 ? fake->moves[i] : 0;
	return others & set;
}

static void fill(const struct fake *fake, uint32_t set, struct advi_env *env)
{
	uint32_t others = moved(fake, set);

	for (unsigned i = 0; i < fake->count; i++)
		if (set >> i & 1)
			advi_vec_push(&env->records,
				      others >> i & 1 ? &fake->others[i] : &fake->records[i]);
}

static uint32_t bits(const struct advi_env *env)
{
	uint32_t set = 0;

	for (size_t i = 0; i < env->records.count; i++)
		set |= UINT32_C(1) << atol(env->records.at[i]->name + 1);
	return set;
}

void fake_seal(struct fake *fake)
{
	fill(fake, fake_closure(fake, (UINT32_C(1) << fake->base) - 1), &fake->env);
}

void fake_clear(struct fake *fake)
{
	advi_env_clear(&fake->env);
}

static const struct advi_env *base(void *context)
{
	return &((struct fake *)context)->env;
}

static unsigned find(const struct fake *fake, const char *name)
{
	unsigned i = 0;

	while (i < fake->count && strcmp(fake->names[i], name) != 0)
		i++;
	return i;
}

static bool knows(void *context, const char *name)
{
	const struct fake *fake = context;
	unsigned i = find(fake, name);

	return i < fake->count && fake->known[i];
}

static int want(void *context, const char *const *names, size_t count,
		const struct adv_watch *watch, struct adv_err *err)
{
	struct fake *fake = context;

	(void)watch;
	(void)err;
	for (size_t i = 0; i < count; i++)
		fake->wanted |= UINT32_C(1) << find(fake, names[i]);
	return 0;
}

static int extend(void *context, const struct advi_env *env, const char *const *specs, size_t count,
		  enum advi_freedom most, struct advi_env *out, struct advi_answer *answer,
		  const struct adv_watch *watch, struct adv_err *err)
{
	struct fake *fake = context;
	uint32_t before = bits(env), after = before, asked = 0;

	(void)watch;
	(void)err;
	fake->asked++;
	for (size_t i = 0; i < count; i++)
		asked |= UINT32_C(1) << find(fake, specs[i]);
	after |= asked;
	assert_int_equal(after & ~before & ~fake->wanted, 0);
	after = fake_closure(fake, after);
	for (unsigned i = 0; i < fake->count; i++)
		if (asked >> i & 1)
			after &= ~(fake->drops[i] & ~asked);
	answer->possible =
		fake_holds(fake, after) &&
		!(most == ADVI_FROZEN && moved(fake, after) & before & ~moved(fake, before));
	if (!answer->possible) {
		answer->why = advi_strdup("it clashes");
		return 0;
	}
	fill(fake, after, out);
	for (size_t i = 0; i < env->specs.count; i++)
		advi_vec_push(&out->specs, advi_strdup(env->specs.at[i]));
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&out->specs, advi_strdup(specs[i]));
	for (unsigned i = 0; i < fake->count; i++)
		if ((after & ~before) >> i & 1) {
			advi_vec_push(&answer->added, &fake->records[i]);
			answer->added_bytes += fake->records[i].size;
		} else if ((moved(fake, after) & ~moved(fake, before)) >> i & 1) {
			advi_vec_push(&answer->changed, &fake->others[i]);
		} else if ((before & ~after) >> i & 1) {
			advi_vec_push(&answer->removed, &fake->records[i]);
		}
	return 0;
}

struct advi_oracle fake_oracle(struct fake *fake)
{
	return (struct advi_oracle){.context = fake,
				    .base = base,
				    .knows = knows,
				    .want = want,
				    .extend = extend,
				    .probe = extend};
}

void fake_workload(struct advi_workloads *workloads, const struct fake *fake, unsigned user,
		   unsigned environment, uint32_t set, unsigned nowhere)
{
	struct advi_workload *workload = advi_vec_new(&workloads->all);
	char name[24];

	snprintf(name, sizeof(name), "u%u", user);
	workload->user = (uint32_t)advi_map_intern(&workloads->users, advi_str(name));
	snprintf(name, sizeof(name), "e%u", environment);
	workload->environment = (uint32_t)advi_map_intern(&workloads->environments, advi_str(name));
	workload->place = ADV_PLACE_HOME;
	workload->nowhere = nowhere;
	workload->runs = 1;
	for (unsigned i = 0; i < fake->count; i++)
		if (set >> i & 1)
			advi_vec_push(&workload->needs,
				      ((struct advi_need){
					      (uint32_t)advi_map_intern(&workloads->packages,
									advi_str(fake->names[i])),
					      i >= fake->base}));
}
