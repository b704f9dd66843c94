/* SPDX-License-Identifier: BSD-3-Clause */
/* The joint question: as many wishes as possible, together. */
#include "base/err.h"
#include "conda/envfile.h"
#include "solve/crew.h"
#include "solve/world_in.h"

struct joining {
	struct adv_world *world;
	const struct advi_env *env;
	const struct advi_question *wishes;
	size_t count;
	enum advi_freedom most;
	struct advi_joint *out;
	const struct adv_watch *watch;
	struct adv_err *err;
	bool silent; /* why not is not asked */
};

void advi_joint_clear(struct advi_joint *joint)
{
	for (size_t i = 0; i < joint->count; i++)
		free(joint->why[i]);
	free(joint->why);
	free(joint->in);
	advi_env_clear(&joint->env);
	advi_answer_clear(&joint->answer);
	*joint = (struct advi_joint){0};
}

/* --- a weak solve proposes --- */

/* What of the channels may be used, and what must hold already. */
static int scope(const struct joining *j, const struct advi_kept **kept,
		 const advi_requests **requests)
{
	static const advi_requests none = {0};
	const struct advi_held *held;
	int r = 0;

	*kept = &j->world->frozen;
	*requests = &none;
	if (j->most > ADVI_FROZEN) {
		r = advi_world_hold(j->world, j->env, j->most, &held, j->err);
		if (r == 0) {
			*kept = &held->kept;
			*requests = &held->requests;
		}
	}
	return r;
}

static bool any_in(const struct advi_kept *kept, const struct advi_request *request)
{
	for (size_t i = 0; i < request->items.count; i++)
		if (advi_kept_in(kept, request->items.at[i]))
			return true;
	return false;
}

static bool found_one(const advi_numbers *found, const struct advi_request *request)
{
	for (size_t i = 0; found->count && i < request->items.count; i++)
		if (bsearch(&request->items.at[i], found->at, found->count, sizeof(*found->at),
			    advi_cmp_number))
			return true;
	return false;
}

/* Which wishes the solution has all of. */
static void note_found(const struct joining *j, const advi_requests *wanted,
		       const struct advi_outcome *outcome)
{
	for (size_t w = 0; w < j->count; w++) {
		j->out->in[w] = outcome->solved;
		for (size_t i = 0; i < wanted[w].count; i++)
			j->out->in[w] =
				j->out->in[w] && found_one(&outcome->found, &wanted[w].at[i]);
	}
}

static int solve_weakly(const struct joining *j, const advi_requests *wanted)
{
	const struct advi_kept *kept;
	const advi_requests *firm;
	struct advi_outcome outcome;
	advi_requests all = {0};
	int r = scope(j, &kept, &firm);

	if (r < 0)
		return r;
	for (size_t i = 0; i < firm->count; i++)
		advi_vec_push(&all, firm->at[i]);
	for (size_t w = 0; w < j->count; w++)
		for (size_t i = 0; i < wanted[w].count; i++)
			if (any_in(kept, &wanted[w].at[i]))
				advi_vec_push(&all, wanted[w].at[i]);
	r = advi_crew_run(
		&j->world->solving,
		&(struct advi_job){kept, &all, firm->count, &j->world->frozen_items, true},
		"solving all together", &outcome, j->watch, j->err);
	if (r == 0)
		note_found(j, wanted, &outcome);
	advi_outcome_clear(&outcome);
	advi_vec_clear(&all);
	return r;
}

static int propose(const struct joining *j)
{
	advi_requests *wanted = advi_calloc(j->count + 1, sizeof(*wanted));
	struct advi_arena arena = {0};
	int r = 0;

	for (size_t w = 0; r == 0 && w < j->count; w++)
		r = advi_requests_add(&wanted[w], &j->world->pool, &arena, j->wishes[w].specs,
				      j->wishes[w].count, j->err);
	if (r == 0)
		r = solve_weakly(j, wanted);
	for (size_t w = 0; w < j->count; w++)
		advi_requests_clear(&wanted[w]);
	free(wanted);
	advi_arena_clear(&arena);
	return r;
}

/* --- then what is in is made sure of, and completed --- */

/* Makes the environment one with 'specs' too, if it can be. */
static int take(const struct joining *j, const char *const *specs, size_t count, bool *possible)
{
	struct advi_answer answer;
	struct advi_env env;
	int r = advi_world_extend(j->world, &j->out->env, specs, count, j->most, &env, &answer,
				  j->watch, j->err);

	*possible = r == 0 && answer.possible;
	if (*possible) {
		advi_env_clear(&j->out->env);
		j->out->env = env;
	} else {
		advi_env_clear(&env);
	}
	advi_answer_clear(&answer);
	return r;
}

/* All that the weak solve had, firmly; a solver that errs about it has proposed nothing. */
static int take_proposal(const struct joining *j)
{
	advi_names specs = {0};
	bool possible = true;
	int r = 0;

	for (size_t w = 0; w < j->count; w++)
		for (size_t i = 0; j->out->in[w] && i < j->wishes[w].count; i++)
			advi_vec_push(&specs, j->wishes[w].specs[i]);
	if (specs.count)
		r = take(j, specs.at, specs.count, &possible);
	for (size_t w = 0; w < j->count; w++)
		j->out->in[w] = j->out->in[w] && possible;
	advi_vec_clear(&specs);
	return r;
}

/*
 * Asks for each of those that are left whether it can be added. What can't be now never can, since
 * more is asked for ever after; of what can, the first is taken. Returns in '*left' those that may
 * still be added.
 */
static int complete_once(const struct joining *j, advi_numbers *left)
{
	struct advi_question *asked = advi_calloc(left->count + 1, sizeof(*asked));
	struct advi_answer *answers = advi_calloc(left->count + 1, sizeof(*answers));
	advi_numbers may = {0};
	int r;

	for (size_t i = 0; i < left->count; i++)
		asked[i] = j->wishes[left->at[i]];
	r = (j->silent ? advi_world_probe_many : advi_world_ask_many)(
		j->world, &j->out->env, asked, left->count, j->most, answers, j->watch, j->err);
	for (size_t i = 0; r == 0 && i < left->count; i++) {
		if (answers[i].possible)
			advi_vec_push(&may, left->at[i]);
		else
			j->out->why[left->at[i]] = advi_take(answers[i].why);
		j->out->maximal = j->out->maximal && !answers[i].undecided;
	}
	for (size_t i = 0; i < left->count; i++)
		advi_answer_clear(&answers[i]);
	left->count = 0;
	if (r == 0 && may.count)
		r = take(j, j->wishes[may.at[0]].specs, j->wishes[may.at[0]].count,
			 &j->out->in[may.at[0]]);
	for (size_t i = 1; r == 0 && i < may.count; i++)
		advi_vec_push(left, may.at[i]);
	advi_vec_clear(&may);
	free(asked);
	free(answers);
	return r;
}

static int complete(const struct joining *j)
{
	advi_numbers left = {0};
	int r = 0;

	for (size_t w = 0; w < j->count; w++)
		if (!j->out->in[w])
			advi_vec_push(&left, (uint32_t)w);
	while (r == 0 && left.count)
		r = complete_once(j, &left);
	advi_vec_clear(&left);
	return r;
}

static void finish(const struct joining *j)
{
	struct advi_answer *answer = &j->out->answer;

	advi_env_compare(j->env, &j->out->env, answer);
	answer->possible = true;
	answer->freedom = answer->changed.count || answer->removed.count ? j->most : ADVI_FROZEN;
}

static int join(struct joining *j)
{
	struct advi_joint *out = j->out;
	int r;

	*out = (struct advi_joint){.count = j->count, .maximal = true};
	out->in = advi_calloc(j->count + 1, sizeof(*out->in));
	out->why = advi_calloc(j->count + 1, sizeof(*out->why));
	advi_env_copy(&out->env, j->env);
	r = advi_world_want_all(j->world, j->wishes, j->count, j->watch, j->err);
	if (r == 0) {
		advi_world_freeze(j->world, j->env);
		r = propose(j);
	}
	if (r == 0)
		r = take_proposal(j);
	if (r == 0)
		r = complete(j);
	if (r == 0)
		finish(j);
	return r;
}

int advi_world_join(struct adv_world *world, const struct advi_env *env,
		    const struct advi_question *wishes, size_t count, enum advi_freedom most,
		    struct advi_joint *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct joining j = {world, env, wishes, count, most, out, watch, err, false};

	return join(&j);
}

/* The place of a spec's name in a list; those that are not in it come last. */
static size_t place_of(const advi_names *order, const char *spec)
{
	struct advi_str name = advi_spec_name(advi_str(spec));

	for (size_t i = 0; i < order->count; i++)
		if (advi_str_is(name, order->at[i]))
			return i;
	return order->count;
}

struct placed {
	const char *spec;
	size_t place, index;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

int advi_world_salvage(struct adv_world *world, const advi_names *order, struct advi_env *out,
		       advi_names *lost, const struct adv_watch *watch, struct adv_err *err)
{
	const struct advi_world_input *input = &world->input;
	ADVI_AUTO_PTR struct placed *specs = advi_calloc(input->base_count + 1, sizeof(*specs));
	ADVI_AUTO_PTR struct advi_question *wishes =
		advi_calloc(input->base_count + 1, sizeof(*wishes));
	static const struct advi_env empty = {0};
	struct advi_joint joint = {0};
	struct joining j = {world, &empty, wishes, input->base_count, ADVI_FAVOURED, &joint,
			    watch, err,    true};
	int r;

	for (size_t i = 0; i < input->base_count; i++)
		specs[i] = (struct placed){input->base[i], place_of(order, input->base[i]), i};
	if (input->base_count)
		qsort(specs, input->base_count, sizeof(*specs), by_place);
	for (size_t i = 0; i < input->base_count; i++)
		wishes[i] = (struct advi_question){&specs[i].spec, 1};
	r = join(&j);
	for (size_t i = 0; r == 0 && i < joint.count; i++)
		if (!joint.in[i])
			advi_vec_push(lost, specs[i].spec);
	if (r == 0) {
		*out = joint.env;
		joint.env = (struct advi_env){0};
	}
	advi_joint_clear(&joint);
	return r;
}
