/* SPDX-License-Identifier: BSD-3-Clause */
/* Who answers "can these be added": a world, or a test's own. */
#ifndef ADVI_ADVISE_ORACLE_H
#define ADVI_ADVISE_ORACLE_H

#include "solve/world.h"

/* 'context' is the callbacks' own. They mean what the functions of solve/world.h mean. */
struct advi_oracle {
	void *context;
	const struct advi_env *(*base)(void *context);
	bool (*knows)(void *context, const char *name);
	int (*want)(void *context, const char *const *names, size_t count,
		    const struct adv_watch *watch, struct adv_err *err);
	int (*extend)(void *context, const struct advi_env *env, const char *const *specs,
		      size_t count, enum advi_freedom most, struct advi_env *out,
		      struct advi_answer *answer, const struct adv_watch *watch,
		      struct adv_err *err);
	/* May be NULL: then nobody knows of newer versions. */
	int (*newer)(void *context, const struct advi_env *env, const char *name,
		     enum advi_freedom most, struct advi_newer *out, const struct adv_watch *watch,
		     struct adv_err *err);
	/* As extend, but nothing is said of why not. */
	int (*probe)(void *context, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, struct advi_env *out,
		     struct advi_answer *answer, const struct adv_watch *watch,
		     struct adv_err *err);
};

/* The oracle that asks 'world' (borrowed). */
struct advi_oracle advi_oracle_of_world(struct adv_world *world);

#endif
