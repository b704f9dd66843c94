/* SPDX-License-Identifier: BSD-3-Clause */
/* A world's inside. */
#ifndef ADVI_SOLVE_WORLD_IN_H
#define ADVI_SOLVE_WORLD_IN_H

#include "solve/held.h"
#include "solve/stock.h"

/* What a rule of the recipe, or of a question, says; records that leave for it carry its number. */
struct advi_rule {
	const char *text;
	bool barred; /* it is a name, of which nothing may be there */
};

/*
 * What a world is made of. Everything is borrowed as long as the world lives: it fills its pool
 * anew when more is wanted.
 */
struct advi_world_input {
	struct advi_stock *stock;          /* channels to load from, or NULL; shared */
	const struct advi_source *sources; /* records at hand; they come after the stock's */
	size_t source_count;
	enum advi_priority priority;
	const struct advi_virtual *virtuals;
	size_t virtual_count;
	const char *const *base; /* MatchSpecs */
	size_t base_count;
	const struct advi_record *installed; /* base as it is installed, instead of solved */
	size_t installed_count;
	bool base_asked; /* 'base' was asked for; otherwise, of an installed base, it names records
			  */
	const char *const *pins;
	size_t pin_count;
	const char *const *barred; /* names that may not be there */
	size_t barred_count;
};

struct adv_world {
	struct advi_arena arena;
	struct advi_world_input input;        /* what it was made of */
	ADVI_VEC(struct advi_source) sources; /* of the pool */
	size_t loaded; /* records of the stock that the pool was filled with */
	struct adv_solving solving;
	const struct adv_site *site; /* the recipe, or NULL; borrowed */
	struct advi_pool pool;
	ADVI_VEC(struct advi_rule) rules;
	struct advi_kept ground; /* what virtual packages and pins leave */
	struct advi_env base;
	struct advi_kept frozen;   /* what an environment, kept as it is, leaves */
	advi_numbers frozen_items; /* that environment, sorted by name */
	struct advi_held held[2];  /* what an environment that may move leaves, by freedom */
	struct advi_map installed; /* specs that only name base's records -> "name >=version" */
};

/*
 * Builds a world of records that are at hand and solves its base. 'world' is zeroed before; the
 * caller clears it whatever is returned. Returns as adv_world_open.
 */
int advi_world_make(struct adv_world *world, const struct advi_world_input *input,
		    const struct adv_watch *watch, struct adv_err *err);
void advi_world_clear(struct adv_world *world);
/* Forgets all but the arena, for another advi_world_make. */
void advi_world_reset(struct adv_world *world);

/* The number of a new rule; its text is borrowed. */
uint32_t advi_world_rule(struct adv_world *world, const char *text);

/* advi_world_want for many questions at once. */
int advi_world_want_all(struct adv_world *world, const struct advi_question *questions,
			size_t count, const struct adv_watch *watch, struct adv_err *err);

/*
 * Fills an environment: the records of 'items', and the specs of 'from' (may be NULL) and
 * 'requests', both in canonical order.
 */
void advi_env_fill(const struct adv_world *world, struct advi_env *env, const advi_numbers *items,
		   const struct advi_env *from, const advi_requests *requests);
/* Fills the lists of an answer with what is in one and not in the other. */
void advi_env_compare(const struct advi_env *from, const struct advi_env *to,
		      struct advi_answer *answer);

#endif
