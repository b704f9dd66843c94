/* SPDX-License-Identifier: BSD-3-Clause */
/* Which versions of a package there are, and what keeps each of them out. */
#include "solve/versions.h"

#include "solve/chain.h"
#include "solve/ways.h"

enum { RANGES = 5, END_CAP = 4096 };

void advi_versions_clear(struct advi_versions *versions)
{
	advi_vec_clear(&versions->pythons);
	advi_vec_clear(&versions->out);
}

/* The items of a name, the newest version first, whatever channel is preferred. */
struct builds {
	const struct advi_pool *pool;
	advi_numbers items;
	const struct advi_matchspec *spec; /* which of them are told of; NULL: all */
};

static void push_sorted(struct builds *builds, uint32_t item)
{
	const struct advi_item *new = &builds->pool->items.at[item];
	size_t at = builds->items.count;

	advi_vec_push(&builds->items, item);
	for (; at > 0; at--) {
		const struct advi_item *before = &builds->pool->items.at[builds->items.at[at - 1]];

		if (advi_version_cmp(&before->version, &new->version) >= 0)
			break;
		builds->items.at[at] = builds->items.at[at - 1];
	}
	builds->items.at[at] = item;
}

static void collect(struct builds *builds, const char *name)
{
	uint32_t index = advi_pool_name(builds->pool, advi_str(name));
	struct advi_span span = {0};

	if (index < builds->pool->named.count)
		span = builds->pool->named.at[index];
	for (uint32_t i = 0; i < span.count; i++)
		push_sorted(builds, builds->pool->by_name.at[span.first + i]);
}

/* How many items from 'at' on have one version. */
static size_t same_version(const struct builds *builds, size_t at)
{
	const struct advi_pool *pool = builds->pool;
	size_t count = 1;

	while (at + count < builds->items.count &&
	       !advi_version_cmp(&pool->items.at[builds->items.at[at]].version,
				 &pool->items.at[builds->items.at[at + count]].version))
		count++;
	return count;
}

static const struct advi_record *first_of(const struct advi_scene *scene,
					  const struct builds *builds)
{
	for (size_t i = 0; i < builds->items.count; i++)
		if (advi_kept_in(scene->kept, builds->items.at[i]))
			return builds->pool->items.at[builds->items.at[i]].record;
	return NULL;
}

/* What of the builds one Python alone leaves. */
static int with_python(const struct adv_world *world, const struct builds *builds,
		       const char *minor, struct advi_arena *arena,
		       const struct advi_record **newest, struct adv_err *err)
{
	const char *spec = advi_arena_printf(arena, "python %s.*", minor);
	advi_requests requests = {0};
	advi_claims claims = {0};
	struct advi_scene scene;
	int r = advi_requests_add(&requests, &world->pool, arena, &spec, 1, err);

	*newest = NULL;
	if (r == 0) {
		advi_claims_add(&claims, &requests, ADVI_END_PYTHON);
		advi_scene_init(&scene, world, &world->ground, &claims, claims.count, SIZE_MAX);
		*newest = first_of(&scene, builds);
		advi_scene_clear(&scene);
	}
	advi_vec_clear(&claims);
	advi_requests_clear(&requests);
	return r;
}

static int find_pythons(struct advi_versions *out, const struct adv_world *world,
			const struct advi_env *env, const struct builds *builds,
			struct advi_arena *arena, struct adv_err *err)
{
	const char *own = advi_python_of(env, arena);
	advi_names minors = {0};
	int r = 0;

	advi_pythons(world, arena, &minors);
	for (size_t i = 0; r == 0 && i < minors.count; i++) {
		const struct advi_record *newest;

		r = with_python(world, builds, minors.at[i], arena, &newest, err);
		if (newest)
			advi_vec_push(&out->pythons, minors.at[i]);
		if (own && strcmp(own, minors.at[i]) == 0)
			out->here = newest;
	}
	out->any_python = out->pythons.count == minors.count;
	if (!own && builds->items.count)
		out->here = out->newest;
	advi_vec_clear(&minors);
	return r;
}

/* What stands at the end of a chain, as text: equal ends are one reason. */
static bool same_end(const struct advi_chain *a, const struct advi_chain *b)
{
	ADVI_AUTO(buf) struct advi_buf x = ADVI_BUF_INIT(END_CAP), y = ADVI_BUF_INIT(END_CAP);

	advi_why_end(&a->end, &x);
	advi_why_end(&b->end, &y);
	return a->end.end != ADVI_END_OPEN && advi_str_eq(advi_buf_str(&x), advi_buf_str(&y));
}

static void add_range(struct advi_versions *out, const struct advi_record *record,
		      const struct advi_chain *chain)
{
	struct advi_version_range *last = out->out.count ? &out->out.at[out->out.count - 1] : NULL;

	if (last && !out->more && same_end(&last->why.chain, chain)) {
		last->oldest = record;
		last->count++;
	} else if (out->out.count == RANGES) {
		out->more++;
	} else {
		last = advi_vec_new(&out->out);
		last->newest = last->oldest = record;
		last->count = 1;
		last->why.found = true;
		last->why.chain = *chain;
	}
}

/* All versions that are for this Python, newest first, down to 'above'. */
static void find_ranges(struct advi_versions *out, struct advi_scene *scene,
			const struct builds *builds, const struct advi_record *above)
{
	size_t count;

	for (size_t i = 0; i < builds->items.count; i += count) {
		const struct advi_record *record =
			builds->pool->items.at[builds->items.at[i]].record;
		struct advi_chain chain;
		bool in = false, here = false;

		count = same_version(builds, i);
		for (size_t n = 0; n < count; n++) {
			in = in || advi_kept_in(scene->kept, builds->items.at[i + n]);
			here = here || !advi_chain_other_python(scene, builds->items.at[i + n]);
		}
		if (builds->spec &&
		    !advi_matchspec_match(builds->spec, record,
					  &builds->pool->items.at[builds->items.at[i]].version))
			continue;
		if (above && strcmp(record->version, above->version) == 0)
			break;
		if (in || !here)
			continue;
		advi_chain_items(&chain, scene, builds->items.at + i, count);
		add_range(out, record, &chain);
	}
}

static int explain_versions(struct advi_versions *out, struct adv_world *world,
			    const struct advi_env *env, const struct builds *builds,
			    const struct advi_record *above, struct advi_arena *arena,
			    struct adv_err *err)
{
	const advi_requests nothing = {0};
	advi_claims claims = {0};
	struct advi_scene scene;
	int r = advi_world_claims(&claims, world, env, ADVI_FAVOURED, &nothing, arena, err);

	if (r == 0) {
		advi_scene_init(&scene, world, &world->ground, &claims, claims.count, SIZE_MAX);
		scene.about = world->pool.items.at[builds->items.at[0]].name;
		find_ranges(out, &scene, builds, above);
		advi_scene_clear(&scene);
	}
	for (size_t i = 0; i < out->out.count; i++)
		advi_why_keep(&out->out.at[i].why, arena);
	advi_vec_clear(&claims);
	return r;
}

int advi_versions_find(struct advi_versions *out, struct adv_world *world,
		       const struct advi_env *env, const char *name, const char *spec,
		       const struct advi_record *above, struct advi_arena *arena,
		       const struct adv_watch *watch, struct adv_err *err)
{
	struct builds builds = {0};
	int r = advi_world_want(world, &name, 1, watch, err);

	*out = (struct advi_versions){0};
	builds.pool = &world->pool;
	if (r == 0 && spec) {
		struct advi_matchspec *parsed = advi_arena_alloc(arena, sizeof(*parsed));

		r = advi_matchspec_parse(parsed, arena, advi_str(spec), err);
		builds.spec = parsed;
	}
	collect(&builds, name);
	for (size_t i = 0; i < builds.items.count; i += same_version(&builds, i))
		out->count++;
	if (r == 0 && builds.items.count) {
		out->newest = world->pool.items.at[builds.items.at[0]].record;
		r = find_pythons(out, world, env, &builds, arena, err);
		if (r == 0)
			r = explain_versions(out, world, env, &builds, above, arena, err);
	}
	advi_vec_clear(&builds.items);
	return r;
}
