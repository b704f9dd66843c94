/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations are true, sets that clash are minimal, and ways out are ways out. */
#include "unit.h"

#include "conda/envfile.h"
#include "random.h"
#include "solve/versions.h"
#include "solve/ways.h"
#include "truth.h"
#include "verify.h"

#ifdef UNIT_SANITIZED
enum { WORLDS = 600, LEAST = 5 };
#else
enum { WORLDS = 3000, LEAST = 50 };
#endif
enum { EVERY = 24 };

/* How often each thing was seen, so that none of it is checked in vain. */
struct seen {
	size_t refused, alone, chains, bare, base_ways, other_ways, free_ways, base_cores;
};

static void collect(const struct case_channel *channel, advi_records *out)
{
	for (size_t i = 0; i < channel->records.count; i++)
		advi_vec_push(out, &channel->records.at[i]);
}

static void copy(case_lines *out, const case_lines *from)
{
	for (size_t i = 0; i < from->count; i++)
		advi_vec_push(out, from->at[i]);
}

/* --- minimal sets --- */

/* Together they can't be had; without any one of them they can. */
static void check_minimal(const struct solve_case *c, const struct advi_why *why)
{
	case_lines specs = {0};

	assert_true(why->together.count > 0);
	for (size_t i = 0; i < why->together.count; i++)
		advi_vec_push(&specs, why->together.at[i].spec);
	assert_false(random_possible(c, &specs));
	for (size_t i = 0; i < why->together.count; i++) {
		const char *left_out = specs.at[i];

		specs.at[i] = specs.at[specs.count - 1];
		specs.count--;
		if (!random_possible(c, &specs))
			fail_msg("'%s' is not needed for the clash", left_out);
		specs.at[specs.count++] = specs.at[i];
		specs.at[i] = left_out;
	}
	advi_vec_clear(&specs);
}

static bool can_be(const void *context, const struct advi_record *record)
{
	ADVI_AUTO_PTR char *spec = advi_format("%s ==%s", record->name, record->version);
	const char *at = spec;

	return random_possible(context, &(case_lines){&at, 1, 1});
}

static void check_true(const struct solve_case *c, const struct adv_world *world,
		       const struct advi_why *why, const case_lines *wanted)
{
	ADVI_AUTO_PTR char *wrong = NULL;
	ADVI_AUTO_PTR char *line = advi_explain_line(why);
	advi_records records = {0};
	struct truth t = {.virtuals = c->virtuals.at,
			  .virtual_count = c->virtuals.count,
			  .base = &world->base.records,
			  .asked = &c->base,
			  .wanted = wanted,
			  .pins = &c->pins,
			  .possible = can_be,
			  .context = c};

	for (size_t i = 0; i < c->channels.count; i++)
		collect(&c->channels.at[i], &records);
	t.records = records.at;
	t.count = records.count;
	wrong = truth(&t, why);
	assert_true(strlen(line) > 0);
	if (wrong)
		fail_msg("'%s' is not true: %s", line, wrong);
	advi_vec_clear(&records);
}

/* --- ways out --- */

static bool listed(const advi_names *names, const char *canonical)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], canonical) == 0)
			return true;
	return false;
}

/* What base asks for on a way: canonical specs as the environment has them. */
static void specs_of(struct advi_arena *arena, const struct advi_env *env,
		     const struct advi_way *way, case_lines *out)
{
	for (size_t i = 0; i < env->specs.count; i++) {
		const char *spec = env->specs.at[i];

		if (listed(&way->dropped, spec))
			continue;
		if (listed(&way->loosened, spec) || way->kind == ADVI_WAY_FREE)
			spec = advi_arena_str(arena, advi_spec_name(advi_str(spec)));
		advi_vec_push(out, spec);
	}
}

static void check_way(const struct solve_case *c, struct advi_arena *arena,
		      const struct advi_env *env, const struct advi_way *way, const char *want,
		      struct seen *seen)
{
	case_lines specs = {0};

	specs_of(arena, env, way, &specs);
	if (way->kind == ADVI_WAY_OTHER)
		want = advi_arena_str(arena, advi_spec_name(advi_str(want)));
	advi_vec_push(&specs, want);
	assert_true(random_possible(c, &specs));
	assert_non_null(way->record);
	assert_true(way->kind != ADVI_WAY_BASE || way->loosened.count + way->dropped.count > 0);
	for (size_t i = 0; i < way->moves.count; i++)
		assert_true(way->moves.at[i].from != way->moves.at[i].to);
	seen->base_ways += way->kind == ADVI_WAY_BASE;
	seen->other_ways += way->kind == ADVI_WAY_OTHER;
	seen->free_ways += way->kind == ADVI_WAY_FREE;
	advi_vec_clear(&specs);
}

static void check_ways(struct solve_case *c, struct adv_world *world, const char *want,
		       const struct advi_why *why, struct seen *seen)
{
	const struct advi_env *base = advi_world_base(world);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_ways ways = {0};

	assert_ok(advi_ways_find(&ways, world, base, &want, 1, why, &c->arena, NULL, &err));
	for (size_t i = 0; i < ways.all.count; i++)
		check_way(c, &c->arena, base, &ways.all.at[i], want, seen);
	advi_ways_clear(&ways);
}

/* --- random worlds --- */

static void check_refusal(struct solve_case *c, struct adv_world *world, const char *want,
			  struct seen *seen)
{
	const struct advi_env *base = advi_world_base(world);
	case_lines wanted = {&want, 1, 1}, all = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_why why;
	bool possible;

	copy(&all, &c->base);
	copy(&all, &wanted);
	possible = random_possible(c, &all);
	assert_ok(advi_explain_join(&why, world, base, &want, 1, &c->arena, NULL, &err));
	assert_int_equal(possible, why.together.count == 0);
	if (!possible) {
		seen->refused++;
		seen->alone += why.alone;
		seen->chains += why.found;
		seen->bare += !why.found;
		check_minimal(c, &why);
		check_true(c, world, &why, &wanted);
		check_ways(c, world, want, &why, seen);
	}
	advi_why_clear(&why);
	advi_vec_clear(&all);
}

/* A base that can't be solved: each set is minimal, and none is like another. */
static void check_base(struct solve_case *c, struct adv_world *world, struct seen *seen)
{
	struct adv_err err = ADV_ERR_INIT;
	case_lines none = {0};
	advi_whys whys = {0};
	bool more;

	assert_ok(advi_explain_base(&whys, &more, world, 8, &c->arena, NULL, &err));
	assert_true(whys.count > 0);
	assert_false(more);
	for (size_t i = 0; i < whys.count; i++) {
		check_minimal(c, &whys.at[i]);
		check_true(c, world, &whys.at[i], &none);
	}
	seen->base_cores += whys.count;
	advi_whys_clear(&whys);
}

static void run_world(uint64_t *seed, struct seen *seen)
{
	struct adv_err err = ADV_ERR_INIT;
	struct adv_world world;
	struct solve_case c;
	int r;

	random_world(&c, seed);
	r = case_world(&c, 0, &world, &err);
	if (r == 0)
		for (int i = 0; i < 3; i++)
			check_refusal(&c, &world, random_spec(&c.arena, seed), seen);
	else
		check_base(&c, &world, seen);
	advi_world_clear(&world);
	case_clear(&c);
}

static void explanations_hold_in_random_worlds(void **state)
{
	struct seen seen = {0};
	uint64_t seed = 77;

	(void)state;
	for (int i = 0; i < WORLDS; i++)
		run_world(&seed, &seen);
	print_message("%zu refused (%zu of them alone), %zu by a chain, %zu by a set; ways: %zu by "
		      "another version, %zu by base, %zu free; %zu sets of bases\n",
		      seen.refused, seen.alone, seen.chains, seen.bare, seen.other_ways,
		      seen.base_ways, seen.free_ways, seen.base_cores);
	assert_true(seen.alone > LEAST && seen.refused > seen.alone + LEAST);
	assert_true(seen.chains > LEAST && seen.base_cores > LEAST);
	assert_true(seen.base_ways > LEAST && seen.other_ways > LEAST);
}

/* --- a real channel --- */

/* Whether specs alone are a base that can be solved, in a world of its own. */
static bool is_base(const case_lines *specs, const char *channel)
{
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADV_AUTO(site) struct adv_site *site = case_site(specs, channel);
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_world_open(&world, site, NULL, NULL, NULL, &err);

	assert_true(r == 0 || r == ADV_NO);
	if (r == 0) {
		ADVI_AUTO_PTR char *wrong =
			verify(world->base.records.at, world->base.records.count, site->virtuals.at,
			       site->virtuals.count, specs->at, specs->count);

		if (wrong)
			fail_msg("the answer is no environment: %s", wrong);
	}
	return r == 0;
}

/* The set can't be had by a world that was asked for nothing else, and is minimal. */
static void check_real_set(const struct advi_why *why, const char *channel)
{
	case_lines specs = {0};

	for (size_t i = 0; i < why->together.count; i++)
		advi_vec_push(&specs, why->together.at[i].spec);
	assert_false(is_base(&specs, channel));
	for (size_t i = 0; specs.count > 1 && i < specs.count; i++) {
		const char *left_out = specs.at[i];

		specs.at[i] = specs.at[--specs.count];
		assert_true(is_base(&specs, channel));
		specs.at[specs.count++] = specs.at[i];
		specs.at[i] = left_out;
	}
	advi_vec_clear(&specs);
}

static void check_real_truth(const struct adv_world *world, const struct adv_site *site,
			     const case_lines *base, const char *want, const struct advi_why *why)
{
	case_lines wanted = {&want, 1, 1}, pins = {0};
	advi_records records = {0};
	ADVI_AUTO_PTR char *wrong = NULL;
	ADVI_AUTO_PTR char *line = advi_explain_line(why);
	struct truth t = {.virtuals = site->virtuals.at,
			  .virtual_count = site->virtuals.count,
			  .base = &world->base.records,
			  .asked = base,
			  .wanted = &wanted,
			  .pins = &pins};

	for (size_t i = 0; i < world->sources.count; i++)
		for (size_t n = 0; n < world->sources.at[i].count; n++)
			advi_vec_push(&records, world->sources.at[i].records[n]);
	t.records = records.at;
	t.count = records.count;
	wrong = truth(&t, why);
	if (wrong)
		fail_msg("'%s' is not true: %s", line, wrong);
	advi_vec_clear(&records);
}

static void explain_real(struct adv_world *world, const struct adv_site *site,
			 const case_lines *base, const char *channel, const char *want,
			 struct seen *seen)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	struct advi_ways ways = {0};
	struct advi_why why;

	assert_ok(advi_explain_join(&why, world, advi_world_base(world), &want, 1, &arena, NULL,
				    &err));
	if (why.together.count) {
		seen->refused++;
		seen->chains += why.found;
		check_real_truth(world, site, base, want, &why);
		check_real_set(&why, channel);
		assert_ok(advi_ways_base(advi_vec_new(&ways.all), &(bool){false}, world,
					 advi_world_base(world), &want, 1, &why, &arena, NULL,
					 &err));
	}
	if (ways.all.count && ways.all.at[0].record) {
		case_lines specs = {0};

		specs_of(&arena, advi_world_base(world), &ways.all.at[0], &specs);
		advi_vec_push(&specs, want);
		assert_true(is_base(&specs, channel));
		advi_vec_clear(&specs);
		seen->base_ways++;
	}
	advi_ways_clear(&ways);
	advi_why_clear(&why);
	advi_arena_clear(&arena);
}

static void explanations_hold_on_a_real_channel(void **state)
{
	char channel[4096], base_path[4096], candidate_path[4096];
	ADVI_AUTO(buf) struct advi_buf base_text = ADVI_BUF_INIT(1 << 16);
	ADVI_AUTO(buf) struct advi_buf candidate_text = ADVI_BUF_INIT(1 << 16);
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_err err = ADV_ERR_INIT;
	case_lines base = {0}, candidates = {0};
	struct seen seen = {0};

	(void)state;
	unit_needs_speed();
	unit_shared(channel, "data/channels/conda-forge");
	unit_shared(base_path, "data/channels/base-152.txt");
	unit_shared(candidate_path, "data/channels/candidates-200.txt");
	case_read_lines(&base_text, &base, base_path);
	case_read_lines(&candidate_text, &candidates, candidate_path);
	site = case_site(&base, channel);
	assert_ok(adv_world_open(&world, site, NULL, NULL, NULL, &err));
	for (size_t i = 0; i < candidates.count; i += EVERY)
		explain_real(world, site, &base, channel, candidates.at[i], &seen);
	explain_real(world, site, &base, channel, "arviz-stats-core", &seen);
	explain_real(world, site, &base, channel, "pyabel", &seen);
	print_message("%zu refused, %zu by a chain, %zu with a way by base\n", seen.refused,
		      seen.chains, seen.base_ways);
	assert_true(seen.refused > 3 && seen.chains > 3 && seen.base_ways > 0);
	advi_vec_clear(&base);
	advi_vec_clear(&candidates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explanations_hold_in_random_worlds),
		cmocka_unit_test(explanations_hold_on_a_real_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
