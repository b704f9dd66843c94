/* SPDX-License-Identifier: BSD-3-Clause */
/* What would be there: another base as far as it goes together, then what joins it. */
#include "advise/whatif.h"

#include "base/err.h"
#include "conda/envfile.h"

/* Lost packages that are explained; each takes up to a second. */
enum { EXPLAINED = 8 };

struct solving {
	struct adv_whatif *whatif;
	const struct adv_whatif_options *options;
	const struct advi_workloads *workloads;
	const struct advi_importers *importers; /* by package of the workloads */
	struct advi_base_change change;
	advi_names order;  /* names of base, the most imported first */
	bool other_solved; /* the base to begin with can be solved */
	bool solved;       /* base, as it is to be, can be solved */
	const struct adv_watch *watch;
	struct adv_err *err;
};

static bool has_name(const advi_names *names, struct advi_str name)
{
	for (size_t i = 0; i < names->count; i++)
		if (advi_str_is(name, names->at[i]))
			return true;
	return false;
}

static uint64_t base_users(const struct solving *s, const char *name)
{
	const struct advi_map_entry *entry = advi_map_get(&s->workloads->packages, advi_str(name));

	return entry ? s->importers[entry - s->workloads->packages.entries.at].base_users : 0;
}

/* --- base, otherwise --- */

struct ranked {
	const char *name;
	uint64_t users;
};

static int most_users_first(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

/* What base can't have all of, it has the most used packages of; Python before all. */
static void make_order(struct solving *s)
{
	const struct adv_site *base = s->whatif->base;
	ADVI_VEC(struct ranked) all = {0};

	for (size_t i = 0; i < base->base_specs.count; i++) {
		const char *name = advi_arena_str(&s->whatif->arena,
						  advi_spec_name(advi_str(base->base_specs.at[i])));
		bool python = strcmp(name, "python") == 0;

		advi_vec_push(&all,
			      ((struct ranked){name, python ? UINT64_MAX : base_users(s, name)}));
	}
	advi_vec_sort(&all, most_users_first);
	for (size_t i = 0; i < all.count; i++)
		advi_vec_push(&s->order, all.at[i].name);
	advi_vec_clear(&all);
}

/* What is left out must be there: by conda, or by pip. */
static int check_without(const struct solving *s, const struct adv_world *world, bool solved)
{
	const struct adv_whatif *whatif = s->whatif;

	for (size_t i = 0; i < whatif->without.count; i++) {
		struct advi_str name = advi_str(whatif->without.at[i]);
		bool there = advi_site_in_base(whatif->base, name) ||
			     (solved && advi_env_find(advi_world_base(world), name.ptr));

		if (!there)
			return advi_fail(s->err, ADV_EINPUT,
					 "'%s' can't be left out: base has no such package",
					 name.ptr);
	}
	return 0;
}

static bool is_anew(const struct advi_joiner *joiner)
{
	return !joiner->refused && strcmp(joiner->spec, joiner->name) != 0;
}

/* A wish that says more than a name stands for what base itself says of it. */
static void make_change(struct solving *s)
{
	const struct adv_whatif *whatif = s->whatif;

	s->change.variant.python = whatif->python;
	s->change.without.count = s->change.anew.count = 0;
	for (size_t i = 0; i < whatif->without.count; i++)
		advi_vec_push(&s->change.without, whatif->without.at[i]);
	for (size_t i = 0; i < whatif->with.count; i++)
		if (is_anew(&whatif->with.at[i]))
			advi_vec_push(&s->change.anew, whatif->with.at[i].name);
}

static int open_other(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	struct adv_err why = ADV_ERR_INIT;
	int r = 0;

	if (s->options->base)
		r = advi_world_try(&whatif->other, whatif->base, s->options->net,
				   s->options->solving, false, s->watch, &why);
	if (r < 0 && r != ADV_NO)
		return advi_fail(s->err, r, "%s", why.text);
	s->other_solved = r == 0;
	return check_without(s, whatif->other ? whatif->other : whatif->world, r == 0);
}

static int open_changed(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	struct adv_world *world = whatif->other ? whatif->other : whatif->world;
	struct adv_err why = ADV_ERR_INIT;
	int r = 0;

	make_change(s);
	if (whatif->changed)
		advi_vec_push(&whatif->former, whatif->changed);
	whatif->changed = NULL;
	whatif->last = world;
	s->solved = s->other_solved;
	if (!whatif->python && !s->change.without.count && !s->change.anew.count)
		return 0;
	r = advi_world_try_change(&whatif->changed, world, &s->change, s->watch, &why);
	if (r < 0 && r != ADV_NO)
		return advi_fail(s->err, r, "%s", why.text);
	whatif->last = whatif->changed;
	s->solved = r == 0;
	return 0;
}

static int make_base(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	advi_names lost = {0};
	int r = 0;

	advi_env_clear(&whatif->after);
	whatif->after = (struct advi_env){0};
	if (s->solved)
		advi_env_copy(&whatif->after, advi_world_base(whatif->last));
	else
		r = advi_world_salvage(whatif->last, &s->order, &whatif->after, &lost, s->watch,
				       s->err);
	advi_vec_clear(&lost);
	return r;
}

/* --- what it breaks --- */

static int by_loss(const void *a, const void *b)
{
	const struct advi_broken *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

static bool is_new(const struct adv_whatif *whatif, const char *name)
{
	for (size_t i = 0; i < whatif->with.count; i++)
		if (!whatif->with.at[i].refused && strcmp(whatif->with.at[i].name, name) == 0)
			return true;
	return false;
}

static int find_broken(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	const advi_names *specs = &whatif->base->base_specs;
	int r = 0;

	for (size_t i = 0; i < whatif->broken.count; i++)
		advi_why_clear(&whatif->broken.at[i].why);
	whatif->broken.count = 0;
	for (size_t i = 0; i < specs->count; i++) {
		struct advi_str text = advi_spec_name(advi_str(specs->at[i]));
		const char *name = advi_arena_str(&whatif->arena, text);
		struct advi_broken *broken;

		if (has_name(&whatif->without, text) || is_new(whatif, name) ||
		    advi_env_find(&whatif->after, name))
			continue;
		broken = advi_vec_new(&whatif->broken);
		broken->name = name;
		broken->spec = whatif->base->base_records.count
				       ? name
				       : advi_arena_dup(&whatif->arena, specs->at[i]);
		broken->users = base_users(s, name);
	}
	advi_vec_sort(&whatif->broken, by_loss);
	for (size_t i = 0; r == 0 && i < whatif->broken.count && i < EXPLAINED; i++) {
		struct advi_broken *broken = &whatif->broken.at[i];

		r = advi_explain_join(&broken->why, whatif->last, &whatif->after, &broken->spec, 1,
				      &whatif->arena, s->watch, s->err);
		if (r == 0)
			advi_why_keep(&broken->why, &whatif->arena);
		broken->explained = r == 0 && (broken->why.found || broken->why.together.count);
	}
	return r;
}

/* --- what joins --- */

static int check_known(const struct solving *s)
{
	const struct adv_whatif *whatif = s->whatif;

	for (size_t i = 0; i < whatif->with.count; i++)
		if (!advi_world_find(whatif->last, whatif->with.at[i].name))
			return advi_fail(s->err, ADV_EINPUT,
					 "'%s' can't join: no channel has such a package",
					 whatif->with.at[i].name);
	return 0;
}

static int explain_refused(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	int r = 0;

	for (size_t i = 0; r == 0 && i < whatif->with.count; i++) {
		struct advi_joiner *joiner = &whatif->with.at[i];

		if (joiner->in || joiner->refused)
			continue;
		r = advi_explain_join(&joiner->why, whatif->last, &whatif->after, &joiner->spec, 1,
				      &whatif->arena, s->watch, s->err);
		if (r == 0)
			advi_why_keep(&joiner->why, &whatif->arena);
	}
	return r;
}

/* As many as can, where not all can; those that are named first come first. */
static int join_some(struct solving *s, const advi_names *specs)
{
	struct adv_whatif *whatif = s->whatif;
	ADVI_AUTO_PTR struct advi_question *wishes = advi_calloc(specs->count, sizeof(*wishes));
	struct advi_joint joint = {0};
	int r;

	for (size_t i = 0; i < specs->count; i++)
		wishes[i] = (struct advi_question){&specs->at[i], 1};
	r = advi_world_join(whatif->last, &whatif->after, wishes, specs->count, ADVI_FAVOURED,
			    &joint, s->watch, s->err);
	for (size_t i = 0, at = 0; r == 0 && i < whatif->with.count; i++)
		whatif->with.at[i].in = !whatif->with.at[i].refused && joint.in[at++];
	if (r == 0) {
		advi_env_clear(&whatif->after);
		whatif->after = joint.env;
		joint.env = (struct advi_env){0};
	}
	advi_joint_clear(&joint);
	return r == 0 ? explain_refused(s) : r;
}

static int join_all(struct solving *s)
{
	struct adv_whatif *whatif = s->whatif;
	struct advi_answer answer = {0};
	struct advi_env after = {0};
	advi_names specs = {0};
	int r;

	for (size_t i = 0; i < whatif->with.count; i++)
		if (!whatif->with.at[i].refused)
			advi_vec_push(&specs, whatif->with.at[i].spec);
	if (!specs.count)
		return 0;
	r = advi_world_probe(whatif->last, &whatif->after, specs.at, specs.count, ADVI_FAVOURED,
			     &after, &answer, s->watch, s->err);
	if (r == 0 && answer.possible) {
		for (size_t i = 0; i < whatif->with.count; i++)
			whatif->with.at[i].in = !whatif->with.at[i].refused;
		advi_env_clear(&whatif->after);
		whatif->after = after;
		after = (struct advi_env){0};
	} else if (r == 0) {
		r = join_some(s, &specs);
	}
	advi_env_clear(&after);
	advi_answer_clear(&answer);
	advi_vec_clear(&specs);
	return r;
}

static void note_joined(struct adv_whatif *whatif)
{
	const struct advi_env *before = advi_world_base(whatif->world);

	for (size_t i = 0; i < whatif->with.count; i++) {
		struct advi_joiner *joiner = &whatif->with.at[i];
		const struct advi_record *had = advi_env_find(before, joiner->name);

		joiner->record = joiner->in ? advi_env_find(&whatif->after, joiner->name) : NULL;
		joiner->there = had && joiner->record && advi_record_same(had, joiner->record);
	}
}

static int try_change(struct solving *s)
{
	int r = open_changed(s);

	if (r == 0)
		r = check_known(s);
	if (r == 0)
		r = make_base(s);
	if (r == 0)
		r = find_broken(s);
	return r == 0 ? join_all(s) : r;
}

/* What can't be had leaves base its own spec, so all is asked again without it. */
static bool give_back(struct adv_whatif *whatif)
{
	bool again = false;

	for (size_t i = 0; i < whatif->with.count; i++) {
		struct advi_joiner *joiner = &whatif->with.at[i];

		if (joiner->in || !is_anew(joiner))
			continue;
		joiner->refused = again = true;
	}
	return again;
}

int advi_whatif_solve(struct adv_whatif *whatif, const struct adv_whatif_options *options,
		      const struct advi_workloads *workloads, const struct adv_watch *watch,
		      struct adv_err *err)
{
	ADVI_AUTO_PTR struct advi_importers *importers = advi_importers_count(workloads);
	struct solving s = {.whatif = whatif,
			    .options = options,
			    .workloads = workloads,
			    .importers = importers,
			    .watch = watch,
			    .err = err};
	int r;

	make_order(&s);
	r = open_other(&s);
	do {
		if (r == 0)
			r = try_change(&s);
	} while (r == 0 && give_back(whatif));
	if (r == 0)
		note_joined(whatif);
	advi_vec_clear(&s.change.without);
	advi_vec_clear(&s.change.anew);
	advi_vec_clear(&s.order);
	return r;
}
