/* SPDX-License-Identifier: BSD-3-Clause */
/* The oracle that asks a world. */
#include "advise/oracle.h"

static const struct advi_env *world_base(void *context)
{
	return advi_world_base(context);
}

static bool world_knows(void *context, const char *name)
{
	return advi_world_find(context, name) != NULL;
}

static int world_want(void *context, const char *const *names, size_t count,
		      const struct adv_watch *watch, struct adv_err *err)
{
	return advi_world_want(context, names, count, watch, err);
}

static int world_extend(void *context, const struct advi_env *env, const char *const *specs,
			size_t count, enum advi_freedom most, struct advi_env *out,
			struct advi_answer *answer, const struct adv_watch *watch,
			struct adv_err *err)
{
	return advi_world_extend(context, env, specs, count, most, out, answer, watch, err);
}

static int world_newer(void *context, const struct advi_env *env, const char *name,
		       enum advi_freedom most, struct advi_newer *out,
		       const struct adv_watch *watch, struct adv_err *err)
{
	return advi_world_newer(context, env, name, most, out, watch, err);
}

static int world_probe(void *context, const struct advi_env *env, const char *const *specs,
		       size_t count, enum advi_freedom most, struct advi_env *out,
		       struct advi_answer *answer, const struct adv_watch *watch,
		       struct adv_err *err)
{
	return advi_world_probe(context, env, specs, count, most, out, answer, watch, err);
}

static int world_ask_many(void *context, const struct advi_env *env,
			  const struct advi_question *questions, size_t count,
			  enum advi_freedom most, struct advi_answer *answers,
			  const struct adv_watch *watch, struct adv_err *err)
{
	return advi_world_ask_many(context, env, questions, count, most, answers, watch, err);
}

static int world_clash(void *context, const struct advi_env *env, const char *const *specs,
		       size_t count, enum advi_freedom most, bool *in,
		       const struct adv_watch *watch, struct adv_err *err)
{
	return advi_world_clash(context, env, specs, count, most, in, watch, err);
}

static uint64_t world_files(void *context, const struct advi_record *record)
{
	(void)context;
	return advi_files_estimate(record);
}

struct advi_oracle advi_oracle_of_world(struct adv_world *world)
{
	return (struct advi_oracle){.context = world,
				    .base = world_base,
				    .knows = world_knows,
				    .want = world_want,
				    .extend = world_extend,
				    .newer = world_newer,
				    .probe = world_probe,
				    .files = world_files,
				    .ask_many = world_ask_many,
				    .clash = world_clash};
}
