/* SPDX-License-Identifier: BSD-3-Clause */
/* What is claimed of a world when something is to join an environment. */
#include "solve/scene.h"

void advi_claims_add(advi_claims *claims, const advi_requests *requests, enum advi_end kind)
{
	for (size_t i = 0; i < requests->count; i++)
		advi_vec_push(claims, ((struct advi_claim){&requests->at[i], kind}));
}

static bool says_version(const struct advi_request *request)
{
	return request->spec->version || request->spec->build.set;
}

static bool about_python(const struct advi_request *request)
{
	return advi_str_is(advi_matchspec_name(request->spec), "python");
}

static bool joined(const struct advi_env *env, const struct advi_request *request)
{
	for (size_t i = 0; i < env->joined.count; i++)
		if (strcmp(env->joined.at[i], request->text) == 0)
			return true;
	return false;
}

/* Those that say most stand first: of several that are to blame these are told. */
static void add_asked(advi_claims *claims, const struct advi_env *env,
		      const advi_requests *requests, bool python, bool version, enum advi_end kind)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct advi_request *request = &requests->at[i];

		if (about_python(request) == python && (python || says_version(request) == version))
			advi_vec_push(
				claims,
				((struct advi_claim){request, joined(env, request) ? ADVI_END_WANTED
										   : kind}));
	}
}

void advi_claims_base(advi_claims *claims, const advi_requests *requests)
{
	const struct advi_env none = {0};

	add_asked(claims, &none, requests, true, true, ADVI_END_ASKED);
	add_asked(claims, &none, requests, false, true, ADVI_END_ASKED);
	add_asked(claims, &none, requests, false, false, ADVI_END_ASKED);
}

static int add_python(advi_claims *claims, const struct adv_world *world, const char *text,
		      struct advi_arena *arena, struct adv_err *err)
{
	struct advi_request *kept = advi_arena_alloc(arena, sizeof(*kept));
	advi_requests pins = {0};
	int r = advi_requests_add(&pins, &world->pool, arena, &text, 1, err);

	if (r == 0) {
		*kept = pins.at[0];
		kept->items.at =
			advi_arena_alloc(arena, (kept->items.count + 1) * sizeof(*kept->items.at));
		memcpy(kept->items.at, pins.at[0].items.at,
		       kept->items.count * sizeof(*kept->items.at));
		advi_vec_push(claims, ((struct advi_claim){kept, ADVI_END_PYTHON}));
	}
	advi_requests_clear(&pins);
	return r;
}

int advi_world_claims(advi_claims *claims, struct adv_world *world, const struct advi_env *env,
		      enum advi_freedom freedom, const advi_requests *wanted,
		      struct advi_arena *arena, struct adv_err *err)
{
	enum advi_end kind = world->installed.entries.count ? ADVI_END_KEEPS : ADVI_END_ASKED;
	const struct advi_held *held;
	int r = advi_world_hold(world, env, freedom, &held, err);

	if (r < 0)
		return r;
	advi_claims_add(claims, wanted, ADVI_END_WANTED);
	add_asked(claims, env, &held->requests, true, true, kind);
	if (held->texts.at[0][0])
		r = add_python(claims, world, held->texts.at[0], arena, err);
	add_asked(claims, env, &held->requests, false, true, kind);
	add_asked(claims, env, &held->requests, false, false, kind);
	return r;
}
