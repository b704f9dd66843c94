/* SPDX-License-Identifier: BSD-3-Clause */
/* What would have to change so that something that can't join could. */
#include "solve/ways.h"

#include "conda/envfile.h"

enum { ROUNDS = 5, PYTHONS_TRIED = 2 };

/* What is wanted of whom, for all the questions of a search. */
struct asker {
	struct adv_world *world;
	const struct advi_env *env;
	const char *const *specs;
	size_t count;
	struct advi_arena *arena;
	const struct adv_watch *watch;
	struct adv_err *err;
};

void advi_way_clear(struct advi_way *way)
{
	advi_vec_clear(&way->loosened);
	advi_vec_clear(&way->dropped);
	advi_vec_clear(&way->moves);
}

void advi_ways_clear(struct advi_ways *ways)
{
	for (size_t i = 0; i < ways->all.count; i++)
		advi_way_clear(&ways->all.at[i]);
	advi_vec_clear(&ways->all);
	advi_why_clear(&ways->python_why);
}

static const struct advi_record *record_of(const struct advi_env *env, struct advi_str name)
{
	for (size_t i = 0; i < env->records.count; i++)
		if (advi_str_is(name, env->records.at[i]->name))
			return env->records.at[i];
	return NULL;
}

/* --- asking about another environment than there is --- */

/* The environment with other specs; 'python' leaves its Python open. Cleared by advi_env_clear. */
static void copy_env(struct advi_env *out, const struct advi_env *env, bool python)
{
	*out = (struct advi_env){0};
	for (size_t i = 0; i < env->records.count; i++)
		if (!python || strcmp(env->records.at[i]->name, "python") != 0)
			advi_vec_push(&out->records, env->records.at[i]);
}

static void fill_way(struct advi_way *way, const struct asker *a, const struct advi_env *after,
		     const struct advi_answer *answer)
{
	way->record = record_of(after, advi_spec_name(advi_str(a->specs[0])));
	way->added = answer->added.count;
	way->added_bytes = answer->added_bytes;
	way->removed = answer->removed.count;
	for (size_t i = 0; i < a->env->records.count; i++) {
		const struct advi_record *from = a->env->records.at[i];
		const struct advi_record *to = record_of(after, advi_str(from->name));

		if (to != from)
			advi_vec_push(&way->moves, ((struct advi_move){from, to}));
	}
}

/* Asks for the specs in 'env'; a way is filled with what it takes, told from the real one. */
static int ask(const struct asker *a, const struct advi_env *env, const char *const *specs,
	       size_t count, enum advi_freedom most, struct advi_way *way, bool *possible)
{
	struct advi_answer answer, whole = {0};
	struct advi_env after;
	int r = advi_world_extend(a->world, env, specs, count, most, &after, &answer, a->watch,
				  a->err);

	*possible = r == 0 && answer.possible;
	if (*possible) {
		advi_env_compare(a->env, &after, &whole);
		fill_way(way, a, &after, &whole);
		way->free = answer.freedom == ADVI_FREE;
	}
	advi_env_clear(&after);
	advi_answer_clear(&answer);
	advi_answer_clear(&whole);
	return r;
}

/* --- base asks for less --- */

static bool listed(const advi_names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], text) == 0)
			return true;
	return false;
}

/* The environment, asking for less. */
static void loosen(struct advi_env *out, const struct advi_env *env, const struct advi_way *way)
{
	copy_env(out, env, false);
	for (size_t i = 0; i < env->specs.count; i++) {
		const char *spec = env->specs.at[i];

		if (listed(&way->dropped, spec))
			continue;
		advi_vec_push(&out->specs, listed(&way->loosened, spec)
						   ? advi_str_dup(advi_spec_name(advi_str(spec)))
						   : advi_strdup(spec));
	}
}

/* The spec of an environment that a claim was made from: of one known by records, their names'. */
static const char *origin(const struct advi_env *env, const struct advi_side *side)
{
	struct advi_str name = advi_spec_name(advi_str(side->spec));

	for (size_t i = 0; i < env->specs.count; i++)
		if (strcmp(env->specs.at[i], side->spec) == 0 ||
		    (side->kind == ADVI_END_KEEPS &&
		     advi_str_eq(name, advi_spec_name(advi_str(env->specs.at[i])))))
			return env->specs.at[i];
	return NULL;
}

/* Takes one more spec of base away, of those that clash; false where Python alone is left. */
static bool give_up_one(struct advi_way *way, const struct asker *a, const struct advi_why *why)
{
	bool any = false;

	for (size_t i = 0; i < why->together.count; i++) {
		const struct advi_side *side = &why->together.at[i];
		struct advi_str name = advi_spec_name(advi_str(side->spec));
		const char *spec = side->kind == ADVI_END_WANTED ? NULL : origin(a->env, side);

		if (!spec || advi_str_is(name, "python") || listed(&way->dropped, spec))
			continue;
		if (name.len == strlen(spec) || listed(&way->loosened, spec))
			advi_vec_push(&way->dropped, advi_arena_dup(a->arena, spec));
		else
			advi_vec_push(&way->loosened, advi_arena_dup(a->arena, spec));
		any = true;
	}
	return any;
}

static int find_base(const struct asker *a, const struct advi_why *why, struct advi_way *way,
		     bool *found)
{
	struct advi_why next = {0};
	int r = 0;

	*found = false;
	for (int round = 0; r == 0 && !*found && round < ROUNDS; round++) {
		struct advi_env env;

		if (!give_up_one(way, a, round ? &next : why))
			break;
		loosen(&env, a->env, way);
		r = ask(a, &env, a->specs, a->count, ADVI_FAVOURED, way, found);
		advi_why_clear(&next);
		next = (struct advi_why){0};
		if (r == 0 && !*found)
			r = advi_explain_join(&next, a->world, &env, a->specs, a->count, a->arena,
					      a->watch, a->err);
		advi_env_clear(&env);
	}
	advi_why_clear(&next);
	return r;
}

int advi_ways_base(struct advi_way *out, bool *found, struct adv_world *world,
		   const struct advi_env *env, const char *const *specs, size_t count,
		   const struct advi_why *why, struct advi_arena *arena,
		   const struct adv_watch *watch, struct adv_err *err)
{
	struct asker a = {world, env, specs, count, arena, watch, err};

	*out = (struct advi_way){.kind = ADVI_WAY_BASE};
	return find_base(&a, why, out, found);
}

/* --- another version of what is wanted --- */

static int find_other(const struct asker *a, struct advi_way *way, bool *found)
{
	struct advi_str name = advi_spec_name(advi_str(a->specs[0]));
	const char *plain = advi_arena_str(a->arena, name);

	*found = false;
	if (a->count != 1 || strcmp(plain, a->specs[0]) == 0 || !advi_package_name_ok(name))
		return 0;
	return ask(a, a->env, &plain, 1, ADVI_FAVOURED, way, found);
}

/* --- another Python --- */

static struct advi_str minor_of(const char *version)
{
	struct advi_str text = advi_str(version);
	size_t dot = advi_str_find(text, '.');

	text.len = dot < text.len ? dot + 1 + advi_str_find(advi_str_from(text, dot + 1), '.')
				  : text.len;
	return text;
}

const char *advi_python_of(const struct advi_env *env, struct advi_arena *arena)
{
	const struct advi_record *python = record_of(env, ADVI_STR("python"));

	return python ? advi_arena_str(arena, minor_of(python->version)) : NULL;
}

void advi_pythons(const struct adv_world *world, struct advi_arena *arena, advi_names *out)
{
	const struct advi_pool *pool = &world->pool;
	uint32_t name = advi_pool_name(pool, ADVI_STR("python"));
	struct advi_span span = {0};

	if (name < pool->named.count)
		span = pool->named.at[name];
	for (uint32_t i = 0; i < span.count; i++) {
		const struct advi_item *item = &pool->items.at[pool->by_name.at[span.first + i]];
		const char *minor = advi_arena_str(arena, minor_of(item->record->version));

		if (!listed(out, minor))
			advi_vec_push(out, minor);
	}
}

/* The wish and Python of a minor version: the whole of it in 'all', to be freed. */
static void with_python(const struct asker *a, const char *minor, advi_names *all)
{
	for (size_t i = 0; i < a->count; i++)
		advi_vec_push(all, a->specs[i]);
	advi_vec_push(all, advi_arena_printf(a->arena, "python %s.*", minor));
}

/* Whether what is wanted can be with that Python, for all that leaving out shows. */
static int fits(const struct asker *a, const char *minor, bool *fits)
{
	advi_requests wanted = {0};
	advi_claims claims = {0};
	advi_names all = {0};
	struct advi_scene scene;
	int r;

	with_python(a, minor, &all);
	r = advi_requests_add(&wanted, &a->world->pool, a->arena, all.at, all.count, a->err);
	if (r == 0) {
		advi_claims_add(&claims, &wanted, ADVI_END_WANTED);
		advi_scene_init(&scene, a->world, &a->world->ground, &claims, claims.count,
				SIZE_MAX);
		*fits = !advi_scene_impossible(&scene);
		advi_scene_clear(&scene);
	}
	advi_vec_clear(&claims);
	advi_vec_clear(&all);
	advi_requests_clear(&wanted);
	return r;
}

/* Asks with that Python in base; where it is the first one that fails, 'ways' is told why. */
static int ask_python(const struct asker *a, const char *minor, struct advi_way *way, bool *found,
		      struct advi_ways *ways)
{
	advi_names all = {0};
	struct advi_env env;
	int r;

	copy_env(&env, a->env, true);
	for (size_t i = 0; i < a->env->specs.count; i++)
		if (!advi_str_is(advi_spec_name(advi_str(a->env->specs.at[i])), "python"))
			advi_vec_push(&env.specs, advi_strdup(a->env->specs.at[i]));
	with_python(a, minor, &all);
	way->python = minor;
	r = ask(a, &env, all.at, all.count, ADVI_FREE, way, found);
	if (r == 0 && !*found && !ways->python) {
		ways->python = minor;
		r = advi_explain_join(&ways->python_why, a->world, &env, all.at, all.count,
				      a->arena, a->watch, a->err);
		ways->python_why.wanted = NULL;
	}
	advi_vec_clear(&all);
	advi_env_clear(&env);
	return r;
}

/* The nearest Python for which it works; a newer one before an older one. */
static int find_python(const struct asker *a, struct advi_way *way, bool *found,
		       struct advi_ways *ways)
{
	const char *own = advi_python_of(a->env, a->arena);
	advi_names minors = {0};
	size_t at = 0, tried = 0;
	int r = 0;

	*found = false;
	advi_pythons(a->world, a->arena, &minors);
	while (own && at < minors.count && strcmp(minors.at[at], own) != 0)
		at++;
	for (size_t away = 1; own && at < minors.count && away < minors.count; away++) {
		for (int older = 0; r == 0 && older < 2 && !*found; older++) {
			size_t i = older ? at + away : at - away;
			bool possible = false;

			if (i >= minors.count || tried == PYTHONS_TRIED)
				continue;
			r = fits(a, minors.at[i], &possible);
			if (r < 0 || !possible)
				continue;
			tried++;
			r = ask_python(a, minors.at[i], way, found, ways);
		}
	}
	advi_vec_clear(&minors);
	return r;
}

static int find_free(const struct asker *a, struct advi_way *way, bool *found)
{
	return ask(a, a->env, a->specs, a->count, ADVI_FREE, way, found);
}

/* Whether Python is among what clashes, and not what is asked for. */
static bool about_python(const struct advi_why *why, const struct asker *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (advi_str_is(advi_spec_name(advi_str(a->specs[i])), "python"))
			return false;
	for (size_t i = 0; i < why->together.count; i++)
		if (advi_str_is(advi_spec_name(advi_str(why->together.at[i].spec)), "python"))
			return true;
	return false;
}

static void keep(struct advi_ways *out, struct advi_way *way, enum advi_way_kind kind, bool found)
{
	way->kind = kind;
	if (found)
		advi_vec_push(&out->all, *way);
	else
		advi_way_clear(way);
	*way = (struct advi_way){0};
}

int advi_ways_find(struct advi_ways *out, struct adv_world *world, const struct advi_env *env,
		   const char *const *specs, size_t count, const struct advi_why *why,
		   struct advi_arena *arena, const struct adv_watch *watch, struct adv_err *err)
{
	struct asker a = {world, env, specs, count, arena, watch, err};
	struct advi_way way = {0};
	bool found = false;
	int r = find_other(&a, &way, &found);

	/* What is there already is no way out. */
	keep(out, &way, ADVI_WAY_OTHER,
	     found && way.record != record_of(env, advi_str(way.record->name)));
	if (r < 0 || why->alone)
		return r;
	r = find_base(&a, why, &way, &found);
	keep(out, &way, ADVI_WAY_BASE, found);
	if (r == 0 && about_python(why, &a)) {
		r = find_python(&a, &way, &found, out);
		keep(out, &way, ADVI_WAY_PYTHON, found);
	}
	if (r == 0 && !out->all.count) {
		r = find_free(&a, &way, &found);
		keep(out, &way, ADVI_WAY_FREE, found);
	}
	return r;
}
