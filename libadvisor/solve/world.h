/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking a world: can these be added, at what cost, and if not, why. */
#ifndef ADVI_SOLVE_WORLD_H
#define ADVI_SOLVE_WORLD_H

#include <advisor/world.h>

#include "base/arena.h"
#include "base/vec.h"
#include "conda/record.h"

typedef advi_record_refs advi_records;

/* A solved environment: one record a name, sorted by name. Records live as long as the world. */
struct advi_env {
	advi_records records;
	ADVI_VEC(char *) specs;  /* what was asked for, in canonical order */
	ADVI_VEC(char *) joined; /* those of them that joined base, which no freedom loosens */
};
void advi_env_clear(struct advi_env *env);
/* 'to' is empty before; the caller clears it. */
void advi_env_copy(struct advi_env *to, const struct advi_env *from);
/* The record of a name, or NULL. */
const struct advi_record *advi_env_find(const struct advi_env *env, const char *name);

/* How far an environment may move for what joins it. Each allows all that those before it allow. */
enum advi_freedom {
	/* Every record stays as it is: the question that costs a millisecond. */
	ADVI_FROZEN,
	/*
	 * Records stay where they can. What the environment was asked for holds as it was written,
	 * and so does Python's minor version. Of a base that is known by its records only, since
	 * nobody says what it was asked for, every name stays and none goes back to an older
	 * version.
	 */
	ADVI_FAVOURED,
	/*
	 * The names that base was asked for are there, in any version, Python too; of a base that
	 * is known by its records only, every name. What joined it holds as it was asked for, and
	 * the recipe's pins and the virtual packages as ever.
	 */
	ADVI_FREE
};

/* What adding changes. Records live as long as the world. */
struct advi_answer {
	bool possible;
	bool undecided;            /* of many: beyond the limits of solving; 'why' says which */
	enum advi_freedom freedom; /* the least that was enough, or the most that was tried */
	char *why;          /* unless frozen was enough: one line in package terms why it was not */
	advi_records added; /* names that were not there, sorted */
	advi_records changed; /* names whose record is another one now (the new one) */
	advi_records removed; /* names that are gone (the old one) */
	uint64_t added_bytes; /* size of 'added' */
};
void advi_answer_clear(struct advi_answer *answer);

/*
 * As adv_world_open, but when base can't be solved (ADV_NO), the world is there too, with an empty
 * base, for questions about why. 'solved': base is solved even where it is a list of packages as
 * they are installed.
 */
int advi_world_try(struct adv_world **out, const struct adv_site *site, const struct adv_net *net,
		   const struct adv_solving *solving, bool solved, const struct adv_watch *watch,
		   struct adv_err *err);
/* As adv_world_vary, and as advi_world_try when base can't be solved. */
int advi_world_try_vary(struct adv_world **out, const struct adv_world *world,
			const struct adv_variant *variant, const struct adv_watch *watch,
			struct adv_err *err);
/* How a base is to be otherwise. Names are borrowed. */
struct advi_base_change {
	struct adv_variant variant;
	advi_names without; /* names that are not there, nor in anything that joins */
	advi_names anew;    /* names about which base's own specs are forgotten */
};
/*
 * Another world over the same channels with such a base, as advi_world_try_vary. An installed base
 * stays as it is, less what was left out and all that needs it.
 */
int advi_world_try_change(struct adv_world **out, const struct adv_world *world,
			  const struct advi_base_change *change, const struct adv_watch *watch,
			  struct adv_err *err);
/*
 * As much of the base that a world was to have as can be had together, the specs with the first
 * names in 'order' (may be empty) before others: for one whose base can't be solved.
 *   out   the environment; the caller clears it
 *   lost  specs that are not in; owned by the world
 * Why not is not asked.
 */
int advi_world_salvage(struct adv_world *world, const advi_names *order, struct advi_env *out,
		       advi_names *lost, const struct adv_watch *watch, struct adv_err *err);
/* "Python 3.12, gpu"; "as the recipe says" for neither. Lives in 'arena'. */
const char *advi_variant_label(const struct adv_variant *variant, struct advi_arena *arena);
/* Base as solved; owned by the world. */
const struct advi_env *advi_world_base(const struct adv_world *world);
/*
 * The newest record of a name that could take part, or one that could not when there is no other;
 * NULL when no channel has the name.
 */
const struct advi_record *advi_world_find(const struct adv_world *world, const char *name);

/*
 * Loads what 'specs' (count of names or MatchSpecs) may need, so that questions about them can be
 * answered; base and all records given out stay. Nothing is done when all of it is there. Loading
 * all that will be asked for at once costs less than one after another.
 */
int advi_world_want(struct adv_world *world, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err);

/*
 * Asks whether 'specs' (count of them) can join 'env', with as little freedom as is enough and
 * 'most' at most: ADVI_FREE says of what ADVI_FAVOURED refuses what would have to change.
 *   out     the new environment, when it is possible; the caller clears it.
 *   answer  filled either way; the caller clears it.
 *   watch   heard ten times a second while a solver runs; may be NULL.
 * Returns 0 (answer->possible says which), or negative when asking itself failed: ADV_EINPUT for
 * a spec that is none, ADV_EENV beyond the limits of solving, ADV_ECANCEL.
 */
int advi_world_extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		      size_t count, enum advi_freedom most, struct advi_env *out,
		      struct advi_answer *answer, const struct adv_watch *watch,
		      struct adv_err *err);

/*
 * As advi_world_extend, but of what is not possible it is not said why: finding that out takes many
 * times as long as the answer.
 */
int advi_world_probe(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, struct advi_env *out,
		     struct advi_answer *answer, const struct adv_watch *watch,
		     struct adv_err *err);

/* One question of many. */
struct advi_question {
	const char *const *specs;
	size_t count;
};

/*
 * As advi_world_extend for each of 'questions' by itself, without the new environments, with as
 * many workers as the world has. What one question finds changes no other, and neither the number
 * of workers nor the order of questions changes an answer.
 *   answers  'count' of them, filled; the caller clears each, whatever is returned.
 */
int advi_world_ask_many(struct adv_world *world, const struct advi_env *env,
			const struct advi_question *questions, size_t count, enum advi_freedom most,
			struct advi_answer *answers, const struct adv_watch *watch,
			struct adv_err *err);

/*
 * Which few of 'specs', each of which can join 'env' by itself, can't join it together: '*in' (of
 * each spec) tells those of a minimal set, none when all of them can.
 * Returns as advi_world_extend.
 */
int advi_world_clash(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, bool *in, const struct adv_watch *watch,
		     struct adv_err *err);

/* As advi_world_ask_many, without saying why not. */
int advi_world_probe_many(struct adv_world *world, const struct advi_env *env,
			  const struct advi_question *questions, size_t count,
			  enum advi_freedom most, struct advi_answer *answers,
			  const struct adv_watch *watch, struct adv_err *err);

/* As many wishes as possible, together. */
struct advi_joint {
	bool *in;                  /* of each wish: whether it joins */
	char **why;                /* of each that does not: one line; otherwise NULL */
	size_t count;              /* of wishes */
	struct advi_env env;       /* the result */
	bool maximal;              /* no other wish can join what is in: proved */
	struct advi_answer answer; /* what the result changes, and the freedom it took */
};
void advi_joint_clear(struct advi_joint *joint);

/*
 * The joint question: which of 'wishes' can join 'env' together. Where some exclude others, those
 * that come first win. What is in then holds against whatever is left: none of it can be added.
 * Returns as advi_world_extend; 'out' is the caller's to clear.
 */
int advi_world_join(struct adv_world *world, const struct advi_env *env,
		    const struct advi_question *wishes, size_t count, enum advi_freedom most,
		    struct advi_joint *out, const struct adv_watch *watch, struct adv_err *err);

/* Why a package of an environment is not a newer one. Records live as long as the world. */
struct advi_newer {
	const struct advi_record *has;    /* NULL: the environment has no such name */
	const struct advi_record *newest; /* in the channels; NULL: none is newer than 'has' */
	const struct advi_record *best;   /* the newest that is possible; NULL: none newer is */
	struct advi_answer answer;        /* for 'newest': what it takes, or why it can't be */
	struct advi_answer best_answer;   /* for 'best', when it is another one */
};
void advi_newer_clear(struct advi_newer *newer);
int advi_world_newer(struct adv_world *world, const struct advi_env *env, const char *name,
		     enum advi_freedom most, struct advi_newer *out, const struct adv_watch *watch,
		     struct adv_err *err);

/*
 * Appends to 'out' every record that the channels have of some names ('count' of them), whether it
 * could take part or not; channels in order of preference.
 */
int advi_world_read(struct adv_world *world, const struct advi_str *names, size_t count,
		    advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err);

/* SHA-256 over the channels' repodata as loaded, for fingerprints (hexadecimal). */
const char *advi_world_fingerprint(const struct adv_world *world);

#endif
