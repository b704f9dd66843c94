/* SPDX-License-Identifier: BSD-3-Clause */
/* Who answers "can these be added": a world, nobody at all, or a test's own. */
#ifndef ADVI_ADVISE_ORACLE_H
#define ADVI_ADVISE_ORACLE_H

#include "base/map.h"
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
	/* These may be NULL: one question after the other is asked then, and no file counted. */
	uint64_t (*files)(void *context, const struct advi_record *record);
	int (*ask_many)(void *context, const struct advi_env *env,
			const struct advi_question *questions, size_t count, enum advi_freedom most,
			struct advi_answer *answers, const struct adv_watch *watch,
			struct adv_err *err);
	int (*clash)(void *context, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, bool *in, const struct adv_watch *watch,
		     struct adv_err *err);
};

/* How an oracle is asked: its 'extend' or its 'probe'. */
typedef __typeof__(((struct advi_oracle *)NULL)->extend) advi_extend_fn;

/*
 * Files that a package has, estimated by its size, since no channel tells: one for each 5,200 bytes
 * to download, and one at least. That is the mean of the 36 packages of the Miniconda installer
 * py39_4.9.2, whose conda-meta lists 8,852 files in 46.0 MB.
 */
enum { ADVI_BYTES_A_FILE = 5200 };
static inline uint64_t advi_files_estimate(const struct advi_record *record)
{
	return record->size / ADVI_BYTES_A_FILE + 1;
}

/* The oracle that asks 'world' (borrowed). */
struct advi_oracle advi_oracle_of_world(struct adv_world *world);

/*
 * Dependencies and solving left out: every package there is can be added, and brings itself alone.
 * Base is what the recipe lists.
 */
struct advi_alone {
	struct advi_arena arena;
	struct advi_map records; /* name -> record */
	struct advi_env base;
};
void advi_alone_init(struct advi_alone *alone, const struct advi_map *base_names);
void advi_alone_clear(struct advi_alone *alone);
struct advi_oracle advi_oracle_alone(struct advi_alone *alone);

#endif
