/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking whether packages can join an environment. */
#include "base/err.h"
#include "solve/crew.h"
#include "solve/explain.h"

/* One question on its way to an answer. */
struct question {
	struct adv_world *world;
	const struct advi_env *env;
	struct advi_arena arena;
	advi_requests wanted; /* what is new */
	advi_numbers found;   /* items of the answer */
	struct advi_answer *answer;
	const struct adv_watch *watch;
	bool silent; /* why not is not asked */
};

static void question_clear(struct question *q)
{
	advi_requests_clear(&q->wanted);
	advi_vec_clear(&q->found);
	advi_arena_clear(&q->arena);
}

/* The first request of which nothing is in, or NULL. */
static const struct advi_request *refused(const struct advi_kept *kept,
					  const advi_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct advi_request *request = &requests->at[i];
		bool in = false;

		for (size_t n = 0; n < request->items.count && !in; n++)
			in = advi_kept_in(kept, request->items.at[n]);
		if (!in)
			return request;
	}
	return NULL;
}

static bool holds(const uint32_t *numbers, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/*
 * With every record of the environment as it is. What is in then contradicts none of them, so
 * only what is new need be solved: a millisecond, which is not worth a process.
 */
static bool try_frozen(struct question *q)
{
	const advi_numbers *items = &q->world->frozen_items;
	struct advi_job job = {&q->world->frozen, &q->wanted, q->wanted.count, NULL, false};
	struct advi_outcome outcome;
	size_t fresh;

	if (refused(job.kept, job.requests))
		return false;
	advi_run(&job, &outcome);
	q->found = outcome.found;
	advi_clash_clear(&outcome.clash);
	if (!outcome.solved)
		return false;
	fresh = q->found.count;
	for (size_t i = 0; i < items->count; i++)
		if (!holds(q->found.at, fresh, items->at[i]))
			advi_vec_push(&q->found, items->at[i]);
	return true;
}

static int why_not_frozen(const struct question *q, struct adv_err *err)
{
	const struct advi_request *request = refused(&q->world->frozen, &q->wanted);
	advi_claims claims = {0};
	int r = 0;

	if (request) {
		q->answer->why = advi_explain_request(q->world, &q->world->frozen, request);
		return 0;
	}
	advi_claims_add(&claims, &q->wanted, ADVI_END_WANTED);
	r = advi_explain_claims(&q->answer->why, q->world, &q->world->frozen, &claims, 0, q->watch,
				err);
	advi_vec_clear(&claims);
	return r;
}

/* Where the environment may move, not its records but what it was asked for is in the way. */
static int why_not_held(struct question *q, struct adv_err *err)
{
	enum advi_freedom freedom = q->answer->possible ? ADVI_FAVOURED : q->answer->freedom;
	advi_claims claims = {0};
	int r = advi_world_claims(&claims, q->world, q->env, freedom, &q->wanted, &q->arena, err);

	if (r == 0) {
		free(q->answer->why);
		q->answer->why = NULL;
		r = advi_explain_claims(&q->answer->why, q->world, &q->world->ground, &claims,
					q->wanted.count, q->watch, err);
	}
	advi_vec_clear(&claims);
	return r;
}

/*
 * Parses the question and asks it with everything as it is. Where there is nothing yet that would
 * be a whole solve, so that is left to those with more freedom, if any may be asked.
 */
static int begin(struct question *q, const struct advi_question *asked, enum advi_freedom most,
		 struct adv_err *err)
{
	int r;

	*q->answer = (struct advi_answer){0};
	r = advi_requests_add(&q->wanted, &q->world->pool, &q->arena, asked->specs, asked->count,
			      err);
	if (r < 0 || (!q->env->records.count && most > ADVI_FROZEN))
		return r;
	q->answer->possible = try_frozen(q);
	return q->answer->possible || q->silent ? 0 : why_not_frozen(q, err);
}

/* Starts a solve over what 'held' leaves, unless that shows by itself that there is no solution. */
static int start(struct question *q, const struct advi_held *held, struct advi_crew *crew,
		 bool *started, struct adv_err *err)
{
	size_t rules = q->world->rules.count;
	struct advi_kept kept;
	advi_requests all = {0};
	int r = 0;

	advi_requests_merge(&all, &held->requests, &q->wanted);
	advi_kept_copy(&kept, &held->kept);
	*started = advi_world_restrict(q->world, &kept, &q->wanted) && !refused(&kept, &all);
	if (*started)
		r = advi_crew_start(
			crew,
			&(struct advi_job){&kept, &all, all.count, &q->world->frozen_items, true},
			q, err);
	q->world->rules.count = rules;
	advi_kept_clear(&kept);
	advi_vec_clear(&all);
	return r;
}

/* Goes on with more and more freedom until the answer is known or a solver is asked for it. */
static int advance(struct question *q, enum advi_freedom most, struct advi_crew *crew,
		   bool *started, struct adv_err *err)
{
	const struct advi_held *held;
	int r = 0;

	*started = false;
	while (r == 0 && !*started && !q->answer->possible && q->answer->freedom < most) {
		q->answer->freedom++;
		r = advi_world_hold(q->world, q->env, q->answer->freedom, &held, err);
		if (r == 0)
			r = start(q, held, crew, started, err);
	}
	return r;
}

/* A solver's outcome; 'failed' is what became of it otherwise. */
static void take(struct question *q, struct advi_outcome *outcome, int failed,
		 const struct adv_err *err)
{
	q->answer->possible = outcome->solved;
	if (outcome->solved && !q->env->records.count)
		q->answer->freedom = ADVI_FROZEN; /* nothing moved */
	if (outcome->solved) {
		advi_vec_clear(&q->found);
		q->found = outcome->found;
		outcome->found = (advi_numbers){0};
	}
	if (failed < 0) {
		q->answer->undecided = true;
		free(q->answer->why);
		q->answer->why = advi_strdup(err->text);
	}
	advi_outcome_clear(outcome);
}

static void fill(struct question *q, struct advi_env *out)
{
	struct advi_env env = {0};

	if (q->answer->possible) {
		advi_env_fill(q->world, &env, &q->found, q->env, &q->wanted);
		advi_env_compare(q->env, &env, q->answer);
	}
	if (out)
		*out = env;
	else
		advi_env_clear(&env);
}

/* --- many --- */

struct asking {
	struct question *all;
	const struct advi_question *asked;
	size_t count, next; /* questions; the first that is not begun */
	enum advi_freedom most;
	struct advi_crew crew;
};

/* Whether its answer says all that there is to say about what it was asked for with "favoured". */
static bool is_favoured(const struct advi_answer *answer)
{
	return answer->undecided || (answer->possible && answer->freedom <= ADVI_FAVOURED);
}

/* A question that no solver is at goes on, or is answered. */
static int go_on(struct asking *a, struct question *q, struct adv_err *err)
{
	bool started = false;
	int r = 0;

	if (!q->answer->undecided)
		r = advance(q, a->most, &a->crew, &started, err);
	if (r == 0 && !started && a->most > ADVI_FROZEN && !q->silent && !is_favoured(q->answer))
		r = why_not_held(q, err);
	if (r == 0 && !started) {
		a->crew.progress.done++;
		if (a->count > 1) {
			fill(q, NULL);
			question_clear(q);
		}
	}
	return r;
}

static int begin_some(struct asking *a, const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	while (r == 0 && a->next < a->count && !advi_crew_full(&a->crew)) {
		struct question *q = &a->all[a->next];

		r = advi_progress(watch, a->crew.progress.phase, a->crew.progress.unit,
				  a->crew.progress.done, a->count, err);
		if (r == 0)
			r = begin(q, &a->asked[a->next++], a->most, err);
		if (r == 0)
			r = go_on(a, q, err);
	}
	return r;
}

static int ask_all(struct asking *a, const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	while (r == 0 && a->crew.progress.done < a->count) {
		struct adv_err failure = ADV_ERR_INIT;
		struct advi_outcome outcome;
		void *token;

		r = begin_some(a, watch, err);
		if (r < 0 || !a->crew.count)
			continue;
		r = advi_crew_wait(&a->crew, &outcome, &token, watch, &failure);
		if (!token)
			return advi_fail(err, r, "%s", failure.text);
		take(token, &outcome, r, &failure);
		r = go_on(a, token, err);
	}
	return r;
}

int advi_world_want_all(struct adv_world *world, const struct advi_question *questions,
			size_t count, const struct adv_watch *watch, struct adv_err *err)
{
	advi_names specs = {0};
	int r;

	for (size_t i = 0; i < count; i++)
		for (size_t s = 0; s < questions[i].count; s++)
			advi_vec_push(&specs, questions[i].specs[s]);
	r = advi_world_want(world, specs.at, specs.count, watch, err);
	advi_vec_clear(&specs);
	return r;
}

static int ask(struct asking *a, struct adv_world *world, const struct advi_env *env,
	       const char *phase, const struct adv_watch *watch, struct adv_err *err)
{
	int r = advi_world_want_all(world, a->asked, a->count, watch, err);

	advi_crew_init(&a->crew, &world->solving, phase);
	a->crew.progress.total = a->count;
	if (r == 0) {
		advi_world_freeze(world, env);
		r = ask_all(a, watch, err);
	}
	advi_crew_clear(&a->crew);
	return r;
}

static int ask_many(struct adv_world *world, const struct advi_env *env,
		    const struct advi_question *questions, size_t count, enum advi_freedom most,
		    bool silent, struct advi_answer *answers, const struct adv_watch *watch,
		    struct adv_err *err)
{
	struct asking a = {.asked = questions, .count = count, .most = most};
	int r;

	a.all = advi_calloc(count + 1, sizeof(*a.all));
	for (size_t i = 0; i < count; i++) {
		answers[i] = (struct advi_answer){0};
		a.all[i] = (struct question){.world = world,
					     .env = env,
					     .answer = &answers[i],
					     .watch = watch,
					     .silent = silent};
	}
	r = ask(&a, world, env, "asking what can be added", watch, err);
	if (r == 0 && count == 1)
		fill(&a.all[0], NULL);
	for (size_t i = 0; i < count; i++)
		question_clear(&a.all[i]);
	free(a.all);
	return r;
}

int advi_world_ask_many(struct adv_world *world, const struct advi_env *env,
			const struct advi_question *questions, size_t count, enum advi_freedom most,
			struct advi_answer *answers, const struct adv_watch *watch,
			struct adv_err *err)
{
	return ask_many(world, env, questions, count, most, false, answers, watch, err);
}

int advi_world_probe_many(struct adv_world *world, const struct advi_env *env,
			  const struct advi_question *questions, size_t count,
			  enum advi_freedom most, struct advi_answer *answers,
			  const struct adv_watch *watch, struct adv_err *err)
{
	return ask_many(world, env, questions, count, most, true, answers, watch, err);
}

static int extend(struct question *q, const struct advi_question *asked, enum advi_freedom most,
		  struct advi_env *out, struct adv_err *err)
{
	struct asking a = {.all = q, .asked = asked, .count = 1, .most = most};
	int r;

	*out = (struct advi_env){0};
	*q->answer = (struct advi_answer){0};
	r = ask(&a, q->world, q->env, "solving", q->watch, err);
	if (r == 0 && q->answer->undecided)
		r = advi_fail(err, ADV_EENV, "%s", q->answer->why);
	if (r == 0)
		fill(q, out);
	question_clear(q);
	return r;
}

int advi_world_extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		      size_t count, enum advi_freedom most, struct advi_env *out,
		      struct advi_answer *answer, const struct adv_watch *watch,
		      struct adv_err *err)
{
	struct question q = {.world = world, .env = env, .answer = answer, .watch = watch};

	return extend(&q, &(struct advi_question){specs, count}, most, out, err);
}

int advi_world_probe(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, struct advi_env *out,
		     struct advi_answer *answer, const struct adv_watch *watch, struct adv_err *err)
{
	struct question q = {
		.world = world, .env = env, .answer = answer, .watch = watch, .silent = true};

	return extend(&q, &(struct advi_question){specs, count}, most, out, err);
}
