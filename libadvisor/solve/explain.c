/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be: answers for those who ask the solver. */
#include "solve/explain.h"

#include "base/err.h"
#include "solve/chain.h"

enum { TEXT_CAP = 900 };

char *advi_explain_line(const struct advi_why *why)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	advi_why_line(why, &text);
	return advi_buf_take(&text);
}

static void why_request(struct advi_why *out, struct advi_scene *scene,
			const struct advi_request *request)
{
	scene->about = request->name;
	*out = (struct advi_why){.wanted = request->text, .found = true};
	advi_chain_request(&out->chain, scene, request);
}

char *advi_explain_request(const struct adv_world *world, const struct advi_kept *kept,
			   const struct advi_request *request)
{
	struct advi_scene scene;
	struct advi_why why;

	advi_scene_of(&scene, world, kept);
	why_request(&why, &scene, request);
	return advi_explain_line(&why);
}

/* By what all claims but the wanted ones leave: no minimal set is looked for. */
static bool explain_quickly(struct advi_why *out, const struct adv_world *world,
			    const struct advi_kept *ground, const advi_claims *claims,
			    size_t wanted)
{
	advi_claims others = {0};
	struct advi_scene scene;
	bool found = false;

	for (size_t i = wanted; i < claims->count; i++)
		advi_vec_push(&others, claims->at[i]);
	advi_scene_init(&scene, world, ground, &others, others.count, SIZE_MAX);
	for (size_t i = 0; i < wanted && !found; i++) {
		found = advi_scene_refuses(&scene, claims->at[i].request);
		if (found)
			why_request(out, &scene, claims->at[i].request);
	}
	advi_scene_clear(&scene);
	advi_vec_clear(&others);
	return found;
}

int advi_explain_claims(char **line, const struct adv_world *world, const struct advi_kept *ground,
			const advi_claims *claims, size_t wanted, const struct adv_watch *watch,
			struct adv_err *err)
{
	struct adv_err stopped = ADV_ERR_INIT;
	advi_claims core = {0};
	struct advi_why why;
	int r;

	if (wanted && explain_quickly(&why, world, ground, claims, wanted)) {
		*line = advi_explain_line(&why);
		return 0;
	}
	r = advi_core_find(&core, world, ground, claims, wanted, watch, &stopped);
	if (r == ADV_ECANCEL)
		return advi_fail(err, r, "%s", stopped.text);
	if (r < 0) {
		*line = advi_format("which of it clashes is not known (%s)", stopped.text);
		return 0;
	}
	advi_core_explain(&why, world, ground, &core);
	*line = advi_explain_line(&why);
	advi_why_clear(&why);
	advi_vec_clear(&core);
	return 0;
}

/* What is wanted, and Python, which most clashes are about in the end. */
static size_t fixed_claims(const advi_claims *claims, size_t wanted)
{
	size_t fixed = wanted;

	while (fixed < claims->count &&
	       advi_str_is(advi_matchspec_name(claims->at[fixed].request->spec), "python"))
		fixed++;
	return fixed;
}

/*
 * What can't be had at all is told by what base leaves of it, which is shorter than how it stands
 * in its own way; so is a set for which there is no chain.
 */
static void explain_wanted(struct advi_why *out, const struct adv_world *world,
			   const struct advi_kept *ground, const advi_claims *claims, size_t wanted,
			   const advi_claims *core)
{
	struct advi_why quick;

	advi_core_explain(out, world, ground, core);
	out->alone = true;
	for (size_t i = 0; i < core->count; i++)
		out->alone = out->alone && core->at[i].kind == ADVI_END_WANTED;
	if (out->found && (!out->alone || out->chain.end.end == ADVI_END_NOWHERE))
		return;
	if (!explain_quickly(&quick, world, ground, claims, wanted))
		return;
	out->wanted = quick.wanted;
	out->chain = quick.chain;
	out->found = true;
}

int advi_explain_join(struct advi_why *out, struct adv_world *world, const struct advi_env *env,
		      const char *const *specs, size_t count, struct advi_arena *arena,
		      const struct adv_watch *watch, struct adv_err *err)
{
	advi_claims claims = {0}, core = {0};
	advi_requests wanted = {0};
	int r = advi_world_want(world, specs, count, watch, err);

	*out = (struct advi_why){0};
	if (r == 0)
		r = advi_requests_add(&wanted, &world->pool, arena, specs, count, err);
	if (r == 0)
		r = advi_world_claims(&claims, world, env, ADVI_FAVOURED, &wanted, arena, err);
	if (r == 0)
		r = advi_core_find(&core, world, &world->ground, &claims,
				   fixed_claims(&claims, wanted.count), watch, err);
	if (r == 0) {
		if (core.count)
			explain_wanted(out, world, &world->ground, &claims, wanted.count, &core);
		advi_why_keep(out, arena);
	}
	advi_vec_clear(&core);
	advi_vec_clear(&claims);
	advi_requests_clear(&wanted);
	return r;
}

void advi_whys_clear(advi_whys *whys)
{
	for (size_t i = 0; i < whys->count; i++)
		advi_why_clear(&whys->at[i]);
	advi_vec_clear(whys);
}

/* Takes out of the claims what the chain is about; or what of the set stands last. */
static void forget_one(advi_claims *claims, const advi_claims *core, const struct advi_why *why)
{
	const struct advi_request *request = core->at[core->count - 1].request;

	for (size_t i = 0; i < core->count; i++)
		if (core->at[i].request->text == why->wanted &&
		    !advi_str_is(advi_matchspec_name(core->at[i].request->spec), "python"))
			request = core->at[i].request;
	for (size_t i = 0; i < claims->count; i++) {
		if (claims->at[i].request != request)
			continue;
		memmove(&claims->at[i], &claims->at[i + 1],
			(claims->count - i - 1) * sizeof(*claims->at));
		claims->count--;
		return;
	}
}

int advi_explain_base(advi_whys *out, bool *more, struct adv_world *world, size_t most,
		      struct advi_arena *arena, const struct adv_watch *watch, struct adv_err *err)
{
	advi_requests requests = {0};
	advi_claims claims = {0}, core = {0};
	int r = advi_requests_add(&requests, &world->pool, arena, world->input.base,
				  world->input.base_count, err);

	*more = false;
	if (r == 0)
		advi_claims_base(&claims, &requests);
	while (r == 0) {
		struct advi_why why;

		r = advi_progress(watch, "looking for what clashes", "sets", out->count, 0, err);
		core.count = 0;
		if (r == 0)
			r = advi_core_find(&core, world, &world->ground, &claims,
					   fixed_claims(&claims, 0), watch, err);
		*more = r == 0 && core.count && out->count == most;
		if (r < 0 || !core.count || *more)
			break;
		advi_core_explain(&why, world, &world->ground, &core);
		why.alone = core.count == 1;
		forget_one(&claims, &core, &why);
		advi_why_keep(&why, arena);
		advi_vec_push(out, why);
	}
	advi_vec_clear(&core);
	advi_vec_clear(&claims);
	advi_requests_clear(&requests);
	return r;
}

bool advi_explain_same(const char *canonical, const char *text)
{
	ADVI_AUTO(buf) struct advi_buf printed = ADVI_BUF_INIT(1 << 20);
	struct advi_arena arena = {0};
	struct advi_matchspec spec;

	if (advi_matchspec_parse(&spec, &arena, advi_str(text), NULL) == 0)
		advi_matchspec_print(&spec, &printed);
	advi_arena_clear(&arena);
	return advi_str_is(advi_buf_str(&printed), canonical);
}
