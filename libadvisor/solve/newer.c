/* SPDX-License-Identifier: BSD-3-Clause */
/* Why a package of an environment is not a newer one. */
#include "base/err.h"
#include "solve/world_in.h"

enum { VERSIONS_ASKED = 64 }; /* of a package, the newest so many */

void advi_newer_clear(struct advi_newer *newer)
{
	advi_answer_clear(&newer->answer);
	advi_answer_clear(&newer->best_answer);
	*newer = (struct advi_newer){0};
}

static const struct advi_record *find(const struct advi_env *env, const char *name)
{
	for (size_t i = 0; i < env->records.count; i++)
		if (strcmp(env->records.at[i]->name, name) == 0)
			return env->records.at[i];
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	const struct advi_item *const *x = a, *const *y = b;
	int order = advi_version_cmp(&(*y)->version, &(*x)->version);

	return order ? order : ((*x)->rank < (*y)->rank) - ((*x)->rank > (*y)->rank);
}

typedef ADVI_VEC(const struct advi_item *) items;

/* Of each version that is newer than 'has', the best record, newest first. */
static int find_newer(const struct adv_world *world, const struct advi_record *has, items *out,
		      struct adv_err *err)
{
	uint32_t name = advi_pool_name(&world->pool, advi_str(has->name));
	struct advi_span span = world->pool.named.at[name];
	struct advi_arena arena = {0};
	struct advi_version version;
	size_t kept = 0;
	int r = advi_version_parse(&version, &arena, advi_str(has->version), err);

	for (uint32_t i = 0; r == 0 && i < span.count; i++) {
		const struct advi_item *item =
			&world->pool.items.at[world->pool.by_name.at[span.first + i]];

		if (!item->is_virtual && advi_version_cmp(&item->version, &version) > 0)
			advi_vec_push(out, item);
	}
	advi_vec_sort(out, newest_first);
	for (size_t i = 0; i < out->count; i++)
		if (!kept || advi_version_cmp(&out->at[i]->version, &out->at[kept - 1]->version))
			out->at[kept++] = out->at[i];
	out->count = kept;
	advi_arena_clear(&arena);
	return r;
}

static int ask(struct adv_world *world, const struct advi_env *env,
	       const struct advi_record *record, enum advi_freedom most, struct advi_answer *answer,
	       const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *spec = advi_format("%s ==%s", record->name, record->version);
	const char *specs[] = {spec};
	struct advi_env changed;
	int r = advi_world_extend(world, env, specs, 1, most, &changed, answer, watch, err);

	advi_env_clear(&changed);
	return r;
}

/* From the newest on, until one is possible. */
static int ask_down(struct adv_world *world, const struct advi_env *env, const items *newer,
		    enum advi_freedom most, struct advi_newer *out, const struct adv_watch *watch,
		    struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && !out->best && i < newer->count && i < VERSIONS_ASKED; i++) {
		const struct advi_record *record = newer->at[i]->record;
		struct advi_answer *answer = i ? &out->best_answer : &out->answer;

		advi_answer_clear(answer);
		r = ask(world, env, record, most, answer, watch, err);
		if (r == 0 && answer->possible)
			out->best = record;
	}
	if (!out->best)
		advi_answer_clear(&out->best_answer);
	return r;
}

int advi_world_newer(struct adv_world *world, const struct advi_env *env, const char *name,
		     enum advi_freedom most, struct advi_newer *out, const struct adv_watch *watch,
		     struct adv_err *err)
{
	items newer = {0};
	int r = advi_world_want(world, &name, 1, watch, err);

	*out = (struct advi_newer){.has = find(env, name)};
	if (r < 0 || !out->has)
		return r;
	r = find_newer(world, out->has, &newer, err);
	if (r == 0 && newer.count) {
		out->newest = newer.at[0]->record;
		r = ask_down(world, env, &newer, most, out, watch, err);
	}
	advi_vec_clear(&newer);
	return r;
}
