/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing: small cases by hand, and random ones against every possible choice. */
#include "unit.h"

#include "advise/cbc.h"
#include "advise/fake.h"
#include "site/read.h"

static struct adv_err err;

/* Everything that a case needs, and what came of it. */
struct scene {
	struct fake fake;
	struct advi_workloads workloads;
	struct adv_site site;
	struct advi_limits limits;
	struct advi_demand demand;
	struct advi_choice choice;
};

static void choose(struct scene *scene)
{
	struct advi_oracle oracle = fake_oracle(&scene->fake);

	fake_seal(&scene->fake);
	advi_demand_make(&scene->demand, &scene->workloads, &scene->site);
	assert_ok(advi_choose(&scene->choice, &scene->demand, &scene->site, &oracle, &scene->limits,
			      NULL, &err));
}

static void scene_clear(struct scene *scene)
{
	advi_choice_clear(&scene->choice);
	advi_demand_clear(&scene->demand);
	advi_workloads_clear(&scene->workloads);
	fake_clear(&scene->fake);
	advi_vec_clear(&scene->site.always);
	advi_vec_clear(&scene->site.never);
	advi_vec_clear(&scene->site.by_module);
	advi_vec_clear(&scene->site.quotas);
	advi_map_clear(&scene->site.domains);
}

static const char *taken(const struct scene *scene, size_t i)
{
	return i < scene->choice.taken.count
		       ? scene->demand.packages.at[scene->choice.taken.at[i].package].name
		       : "";
}

static enum advi_fate fate(const struct scene *scene, const char *name)
{
	const struct advi_map_entry *entry = advi_map_get(&scene->demand.names, advi_str(name));

	assert_non_null(entry);
	return scene->choice.fates[entry - scene->demand.names.entries.at];
}

static const char *reason(const struct scene *scene, const char *name)
{
	return scene->choice.reasons[advi_map_get(&scene->demand.names, advi_str(name)) -
				     scene->demand.names.entries.at];
}

#define BIT(i) (UINT32_C(1) << (i))

static void test_most_wanted_first(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 5, 1);
	scene.fake.needs[3] = BIT(4);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(0) | BIT(2), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(3), 0);
	fake_workload(&scene.workloads, &scene.fake, 2, 0, BIT(3) | BIT(4), 0);
	choose(&scene);
	assert_string_equal(taken(&scene, 0), "p03");
	assert_int_equal(scene.choice.taken.at[0].closure.count, 2);
	assert_int_equal(scene.choice.taken.at[0].bytes, 200);
	assert_int_equal(scene.choice.taken.at[0].users_freed, 2);
	assert_string_equal(taken(&scene, 1), "p04");
	assert_true(scene.choice.taken.at[1].by_other);
	assert_int_equal(scene.choice.taken.at[1].closure.count, 0);
	assert_string_equal(taken(&scene, 2), "p02");
	assert_int_equal(scene.choice.packages, 3);
	assert_int_equal(scene.choice.benefit, 3 * ADVI_USER_SCALE);
	assert_int_equal(fate(&scene, "p00"), ADVI_FATE_HAD);
	scene_clear(&scene);
}

static void test_fates(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 8, 1);
	scene.fake.known[2] = false;
	scene.fake.clashes[3] = BIT(0);
	scene.fake.needs[6] = BIT(4);
	fake_workload(&scene.workloads, &scene.fake, 0, 0,
		      BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6), 0);
	advi_vec_push(&scene.site.never, "p04");
	advi_vec_push(&scene.site.by_module, "p05");
	advi_vec_push(&scene.site.always, "p07");
	choose(&scene);
	assert_string_equal(taken(&scene, 0), "p07");
	assert_int_equal(fate(&scene, "p01"), ADVI_FATE_TAKEN);
	assert_int_equal(fate(&scene, "p02"), ADVI_FATE_ABSENT);
	assert_int_equal(fate(&scene, "p03"), ADVI_FATE_CONFLICT);
	assert_string_equal(reason(&scene, "p03"), "it clashes");
	assert_int_equal(fate(&scene, "p04"), ADVI_FATE_NEVER);
	assert_int_equal(fate(&scene, "p05"), ADVI_FATE_MODULE);
	assert_int_equal(fate(&scene, "p06"), ADVI_FATE_CONFLICT);
	assert_string_equal(reason(&scene, "p06"),
			    "it needs 'p04', which the site recipe never wants");
	scene_clear(&scene);
}

static void test_budget(void **state)
{
	struct scene scene = {.limits = {.max_packages = 2}};

	(void)state;
	fake_init(&scene.fake, 6, 1);
	scene.fake.needs[1] = BIT(4) | BIT(5);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(1), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(1), 0);
	fake_workload(&scene.workloads, &scene.fake, 2, 0, BIT(2), 0);
	fake_workload(&scene.workloads, &scene.fake, 3, 0, BIT(3), 0);
	choose(&scene);
	assert_int_equal(scene.choice.taken.count, 2);
	assert_string_equal(taken(&scene, 0), "p02");
	assert_string_equal(taken(&scene, 1), "p03");
	assert_int_equal(fate(&scene, "p01"), ADVI_FATE_BUDGET);
	assert_string_equal(reason(&scene, "p01"),
			    "it would add 3 packages, 300 B; 0 of 2 packages are left");
	scene_clear(&scene);
}

/* One by one none of these three is worth as much as the one that the others want. */
static void test_bundle(void **state)
{
	struct scene scene = {.limits = {.max_packages = 3}};

	(void)state;
	fake_init(&scene.fake, 7, 1);
	for (unsigned user = 0; user < 4; user++)
		fake_workload(&scene.workloads, &scene.fake, user, 0, BIT(1) | BIT(2) | BIT(3), 0);
	for (unsigned user = 4; user < 11; user++)
		fake_workload(&scene.workloads, &scene.fake, user, 0,
			      BIT(4) | BIT(5) | BIT(6) | BIT(0), 1);
	choose(&scene);
	assert_int_equal(scene.choice.taken.count, 3);
	assert_int_equal(fate(&scene, "p01"), ADVI_FATE_TAKEN);
	assert_int_equal(fate(&scene, "p02"), ADVI_FATE_TAKEN);
	assert_int_equal(fate(&scene, "p03"), ADVI_FATE_TAKEN);
	scene_clear(&scene);
}

/* What makes base move counts like anything else, unless base is to stay as it is. */
static void test_moving(void **state)
{
	struct scene scene = {0}, tight = {.limits = {.max_packages = 1}};
	struct scene kept = {.limits = {.keep_base = true}}, *all[] = {&scene, &tight, &kept};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(all); i++) {
		fake_init(&all[i]->fake, 4, 2);
		all[i]->fake.moves[2] = BIT(1);
		fake_workload(&all[i]->workloads, &all[i]->fake, 0, 0, BIT(2), 0);
		fake_workload(&all[i]->workloads, &all[i]->fake, 1, 0, BIT(2), 0);
		fake_workload(&all[i]->workloads, &all[i]->fake, 2, 0, BIT(3), 0);
		choose(all[i]);
	}
	assert_int_equal(scene.choice.taken.count, 2);
	assert_string_equal(taken(&scene, 0), "p02");
	assert_int_equal(scene.choice.taken.at[0].moved.count, 1);
	assert_string_equal(scene.choice.taken.at[0].moved.at[0], "p01");
	assert_string_equal(taken(&scene, 1), "p03");
	assert_int_equal(tight.choice.taken.count, 1);
	assert_string_equal(taken(&tight, 0), "p02");
	assert_int_equal(fate(&tight, "p03"), ADVI_FATE_BUDGET);
	assert_int_equal(kept.choice.taken.count, 1);
	assert_string_equal(taken(&kept, 0), "p03");
	assert_int_equal(fate(&kept, "p02"), ADVI_FATE_CONFLICT);
	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		scene_clear(all[i]);
}

/* One answer would have something go that users need; another one keeps it. */
static void test_stays(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 4, 2);
	scene.fake.drops[2] = BIT(1);
	scene.fake.clashes[3] = BIT(1);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(1) | BIT(2) | BIT(3), 0);
	choose(&scene);
	assert_string_equal(taken(&scene, 0), "p02");
	assert_non_null(advi_env_find(&scene.choice.env, "p01"));
	assert_int_equal(fate(&scene, "p03"), ADVI_FATE_CONFLICT);
	scene_clear(&scene);
}

/* An installed base does not go back to older versions. */
static void test_not_back(void **state)
{
	struct advi_record installed = {.name = "p01", .version = "3", .build = "0"};
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 3, 2);
	scene.fake.moves[2] = BIT(1);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(2), 0);
	advi_vec_push(&scene.site.base_records, installed);
	choose(&scene);
	assert_int_equal(fate(&scene, "p02"), ADVI_FATE_CONFLICT);
	assert_string_equal(reason(&scene, "p02"), "'p01' would have to go back from 3 to 2");
	advi_vec_clear(&scene.site.base_records);
	scene_clear(&scene);
}

/* --- quotas --- */

static void add_quota(struct scene *scene, enum advi_quota_group group,
		      enum advi_quota_measure measure, const char *pattern, uint64_t least)
{
	advi_vec_push(&scene->site.quotas,
		      ((struct advi_quota_rule){group, measure, pattern, least, 1}));
}

/* Three users of one project want another package than the one who is alone in the other. */
static void two_projects(struct scene *scene)
{
	static char many[] = "sea", few[] = "sky";

	fake_init(&scene->fake, 4, 1);
	for (unsigned user = 0; user < 4; user++)
		fake_workload(&scene->workloads, &scene->fake, user, 0,
			      BIT(0) | (user < 3 ? BIT(1) : BIT(2)), 0);
	for (unsigned user = 0; user < 4; user++)
		scene->workloads.all.at[user].project = user < 3 ? many : few;
}

static void test_quota(void **state)
{
	struct scene scene = {.limits = {.max_packages = 1}};
	struct scene greedy = {.limits = {.max_packages = 1, .greedy = true}};
	struct scene share = {.limits = {.max_packages = 1}},
		     none = {.limits = {.max_packages = 1}};

	(void)state;
	two_projects(&scene);
	add_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 1);
	choose(&scene);
	assert_string_equal(taken(&scene, 0), "p02");
	assert_int_equal(scene.choice.quotas.count, 1);
	assert_int_equal(scene.choice.quotas.at[0].now, 0);
	assert_int_equal(scene.choice.quotas.at[0].reached, 1);
	assert_null(scene.choice.quotas.at[0].why);
	assert_true(scene.choice.proof.proved || !advi_cbc_there());
	two_projects(&greedy);
	add_quota(&greedy, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "s*", 1);
	add_quota(&greedy, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sea", 0);
	advi_site_settle_quotas(&greedy.site);
	choose(&greedy);
	assert_string_equal(taken(&greedy, 0), "p02");
	two_projects(&share);
	add_quota(&share, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "sky", 1);
	choose(&share);
	assert_string_equal(taken(&share, 0), "p02");
	assert_int_equal(share.choice.quotas.at[0].quota.asked, 1);
	two_projects(&none);
	add_quota(&none, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 0);
	choose(&none);
	assert_string_equal(taken(&none, 0), "p01");
	scene_clear(&scene);
	scene_clear(&greedy);
	scene_clear(&share);
	scene_clear(&none);
}

static void expect_why(const struct scene *scene, size_t i, const char *why)
{
	assert_non_null(scene->choice.quotas.at[i].why);
	assert_string_equal(scene->choice.quotas.at[i].why, why);
}

/* As near as can be, and the rest is told. */
static void test_quota_out_of_reach(void **state)
{
	struct scene scene = {.limits = {.max_packages = 1}}, absent = {0};

	(void)state;
	two_projects(&scene);
	add_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "s*", 1);
	add_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "s*", 100);
	choose(&scene);
	assert_string_equal(taken(&scene, 0), "p01");
	assert_int_equal(scene.choice.quotas.count, 4);
	assert_null(scene.choice.quotas.at[0].why);
	assert_null(scene.choice.quotas.at[1].why);
	if (advi_cbc_there()) {
		assert_true(scene.choice.proof.proved);
		expect_why(&scene, 2,
			   "it can't be reached within the budget beside the other quotas");
	}
	two_projects(&absent);
	absent.fake.known[2] = false;
	absent.workloads.all.at[0].nowhere = 1;
	add_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sea", 3);
	add_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 2);
	add_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "sky", 10);
	add_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "skye", 1);
	choose(&absent);
	assert_string_equal(taken(&absent, 0), "p01");
	expect_why(&absent, 0, "of 3 users only 2 can be served by what can join base");
	expect_why(&absent, 1, "there is only 1 user");
	expect_why(&absent, 2, "of 1 wants only 0 can be served by what can join base");
	expect_why(&absent, 3, "no workload is of a project of this name");
	scene_clear(&scene);
	scene_clear(&absent);
}

/* --- against every possible choice --- */

static unsigned seed;

static unsigned any(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

/* The benefit of an environment in users, by the definition. */
static double benefit(const struct scene *scene, uint32_t has)
{
	double users[64] = {0}, sum = 0;

	for (size_t i = 0; i < scene->workloads.all.count; i++)
		users[scene->workloads.all.at[i].user]++;
	for (size_t i = 0; i < scene->workloads.all.count; i++) {
		const struct advi_workload *workload = &scene->workloads.all.at[i];
		double served = 0;

		for (size_t j = 0; j < workload->needs.count; j++) {
			const char *name =
				scene->workloads.packages.entries.at[workload->needs.at[j].package]
					.key.ptr;

			served += has >> atol(name + 1) & 1;
		}
		sum += 0.5 * served / (double)workload->needs.count / users[workload->user];
		if (served == (double)workload->needs.count && !workload->nowhere)
			sum += 0.5 / users[workload->user];
	}
	return sum;
}

static uint32_t bits_of(const struct scene *scene, const struct advi_workload *workload)
{
	uint32_t set = 0;

	for (size_t j = 0; j < workload->needs.count; j++)
		set |= BIT(atol(scene->workloads.packages.entries.at[workload->needs.at[j].package]
					.key.ptr +
				1));
	return set;
}

/* By the definition: of each project what it was promised and does not get. */
static uint64_t missing(const struct scene *scene, uint32_t base, uint32_t has)
{
	uint64_t sum = 0;

	for (size_t q = 0; q < scene->site.quotas.count; q++) {
		const struct advi_quota_rule *rule = &scene->site.quotas.at[q];
		uint64_t covered = 0, wants = 0, served = 0, asked = rule->least, got;

		for (unsigned user = 0; user < scene->workloads.users.entries.count; user++) {
			uint32_t needs = 0;
			bool any_of = false, lost = false;

			for (size_t i = 0; i < scene->workloads.all.count; i++) {
				const struct advi_workload *one = &scene->workloads.all.at[i];

				if (one->user != user || strcmp(one->project, rule->pattern) != 0)
					continue;
				any_of = true;
				lost = lost || one->nowhere;
				needs |= bits_of(scene, one);
			}
			covered += any_of && !lost && (needs & ~has) == 0;
			wants += (unsigned)__builtin_popcount(needs & ~base);
			served += (unsigned)__builtin_popcount(needs & ~base & has);
		}
		if (rule->measure == ADVI_QUOTA_SHARE)
			asked = (rule->least * wants + 99) / 100;
		got = rule->measure == ADVI_QUOTA_SHARE ? served : covered;
		sum += got < asked ? asked - got : 0;
	}
	return sum;
}

static uint32_t random_set(unsigned from, unsigned to, unsigned one_in)
{
	uint32_t set = 0;

	for (unsigned i = from; i < to; i++)
		if (any(one_in) == 0)
			set |= BIT(i);
	return set;
}

static void random_quotas(struct scene *scene)
{
	static char projects[3][4] = {"sea", "sky", "ice"};

	for (size_t i = 0; i < scene->workloads.all.count; i++)
		scene->workloads.all.at[i].project = projects[any(3)];
	for (unsigned i = 0; any(2) && i < 3; i++)
		if (any(2))
			add_quota(scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, projects[i],
				  1 + any(3));
		else
			add_quota(scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, projects[i],
				  10 + any(60));
}

static void random_scene(struct scene *scene)
{
	enum { BASE = 2, WANTED = 11, ALL = 15 };

	*scene = (struct scene){.limits = {.max_packages = 1 + any(9)}};
	if (any(3) == 0)
		scene->limits.max_bytes = 100 + any(1500);
	fake_init(&scene->fake, ALL, BASE);
	for (unsigned i = BASE; i < ALL; i++) {
		scene->fake.needs[i] = random_set(i + 1, ALL, 8);
		scene->fake.records[i].size = 10 + any(300);
		scene->fake.known[i] = i >= WANTED || any(12) != 0;
		if (any(6) == 0) {
			unsigned other = BASE + any(ALL - BASE);

			scene->fake.clashes[i] |= other == i ? 0 : BIT(other);
			scene->fake.clashes[other] |= other == i ? 0 : BIT(i);
		}
	}
	for (unsigned user = 0; user < 8; user++)
		for (unsigned e = 0; e <= any(3); e++)
			fake_workload(&scene->workloads, &scene->fake, user, e,
				      BIT(any(BASE)) | BIT(BASE + any(WANTED - BASE)) |
					      random_set(BASE, WANTED, 5),
				      any(10) == 0);
	random_quotas(scene);
}

static uint64_t size_of(const struct fake *fake, uint32_t set)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < fake->count; i++)
		bytes += set >> i & 1 ? fake->records[i].size : 0;
	return bytes;
}

/* The most benefit of what comes nearest to the quotas; and how near that is. */
static double optimum(const struct scene *scene, uint32_t base, uint64_t *nearest)
{
	double best = benefit(scene, base);

	*nearest = missing(scene, base, base);

	for (uint32_t wish = 0; wish < 1u << 9; wish++) {
		uint32_t has = fake_closure(&scene->fake, base | wish << 2), more = has & ~base;

		if (!fake_holds(&scene->fake, has) ||
		    (unsigned)__builtin_popcount(more) > scene->limits.max_packages ||
		    (scene->limits.max_bytes &&
		     size_of(&scene->fake, more) > scene->limits.max_bytes))
			continue;
		if (missing(scene, base, has) > *nearest)
			continue;
		if (missing(scene, base, has) < *nearest || benefit(scene, has) > best)
			best = benefit(scene, has);
		*nearest = missing(scene, base, has);
	}
	return best;
}

static uint32_t result(const struct scene *scene)
{
	uint32_t has = 0;

	for (size_t i = 0; i < scene->choice.env.records.count; i++)
		has |= BIT(atol(scene->choice.env.records.at[i]->name + 1));
	return has;
}

/* What the choice says of itself, counted again from its environment. */
static void check_claims(const struct scene *scene, uint32_t base, uint32_t has)
{
	uint32_t more = has & ~base, claimed = 0;
	double own = (double)scene->choice.benefit / (double)ADVI_USER_SCALE;

	assert_true(fake_holds(&scene->fake, has));
	assert_true(has == fake_closure(&scene->fake, has));
	assert_int_equal(scene->choice.packages, __builtin_popcount(more));
	assert_int_equal(scene->choice.bytes, size_of(&scene->fake, more));
	assert_true(scene->choice.packages <= scene->limits.max_packages);
	assert_true(!scene->limits.max_bytes || scene->choice.bytes <= scene->limits.max_bytes);
	assert_true(own - benefit(scene, has) < 1e-6 && benefit(scene, has) - own < 1e-6);
	for (size_t i = 0; i < scene->choice.taken.count; i++)
		for (size_t j = 0; j < scene->choice.taken.at[i].closure.count; j++) {
			uint32_t bit = BIT(atol(scene->choice.taken.at[i].closure.at[j] + 1));

			assert_false(claimed & bit);
			claimed |= bit;
		}
	assert_true(claimed == more);
	for (size_t i = 0; i < scene->demand.packages.count; i++) {
		bool there = has >> atol(scene->demand.packages.at[i].name + 1) & 1;
		enum advi_fate f = scene->choice.fates[i];

		assert_int_equal(there, f == ADVI_FATE_TAKEN || f == ADVI_FATE_HAD);
		if (f == ADVI_FATE_BUDGET || f == ADVI_FATE_CONFLICT)
			assert_non_null(scene->choice.reasons[i]);
	}
}

/* What is said of the quotas is what is missing to them. */
static void check_quotas(const struct scene *scene, uint32_t base, uint32_t has)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < scene->choice.quotas.count; i++) {
		const struct advi_quota_result *result = &scene->choice.quotas.at[i];
		bool reached = result->reached >= result->quota.asked;

		assert_true(reached == !result->why);
		sum += reached ? 0 : result->quota.asked - result->reached;
	}
	assert_int_equal(sum, missing(scene, base, has));
}

struct sums {
	double part, lowest;
	unsigned cases, quotas;
};

/* One random scene against all of its choices. */
static void compare(struct sums *sums, bool greedy)
{
	struct scene scene;
	double best, had, got;
	uint64_t nearest;
	uint32_t base;

	random_scene(&scene);
	scene.limits.greedy = greedy;
	choose(&scene);
	base = fake_closure(&scene.fake, 3);
	check_claims(&scene, base, result(&scene));
	check_quotas(&scene, base, result(&scene));
	had = benefit(&scene, base);
	best = optimum(&scene, base, &nearest);
	got = benefit(&scene, result(&scene));
	assert_true(missing(&scene, base, result(&scene)) >= nearest);
	assert_true(scene.choice.proof.proved == (advi_cbc_there() && !greedy));
	if (scene.choice.proof.proved) {
		assert_int_equal(missing(&scene, base, result(&scene)), nearest);
		assert_true(got <= best + 1e-6);
		sums->quotas += scene.site.quotas.count > 0 && nearest == 0;
	}
	if (best > had + 1e-9 && missing(&scene, base, result(&scene)) == nearest) {
		double part = (got - had) / (best - had);

		sums->part += part;
		sums->lowest = part < sums->lowest ? part : sums->lowest;
		sums->cases++;
	}
	scene_clear(&scene);
}

static void test_random(void **state)
{
	struct sums exact = {.lowest = 1}, greedy = {.lowest = 1};

	(void)state;
	seed = 7;
	for (int round = 0; round < 300; round++)
		compare(&exact, false);
	seed = 7;
	for (int round = 0; round < 300; round++)
		compare(&greedy, true);
	print_message("# chosen / optimum: mean %.4f, lowest %.4f of %u, quotas reached in %u; "
		      "greedy: mean %.4f, lowest %.4f of %u\n",
		      exact.part / exact.cases, exact.lowest, exact.cases, exact.quotas,
		      greedy.part / greedy.cases, greedy.lowest, greedy.cases);
	assert_true(exact.cases > 200 && greedy.cases > 200);
	assert_true(greedy.part / greedy.cases >= 0.97);
	assert_true(exact.part / exact.cases >= (advi_cbc_there() ? 0.99 : 0.97));
	assert_true(exact.quotas > 40 || !advi_cbc_there());
}

/* The order in which workloads and packages come must not matter. */
static void test_order(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		struct scene one, two;

		seed = round + 100;
		random_scene(&one);
		seed = round + 100;
		random_scene(&two);
		for (size_t i = 0; i < two.workloads.all.count / 2; i++) {
			struct advi_workload *a = &two.workloads.all.at[i];
			struct advi_workload *b =
				&two.workloads.all.at[two.workloads.all.count - 1 - i];
			struct advi_workload c = *a;

			*a = *b;
			*b = c;
		}
		choose(&one);
		choose(&two);
		assert_true(result(&one) == result(&two));
		for (size_t i = 0; i < one.choice.taken.count; i++)
			assert_string_equal(taken(&one, i), taken(&two, i));
		scene_clear(&one);
		scene_clear(&two);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_most_wanted_first),
		cmocka_unit_test(test_fates),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_not_back),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_quota_out_of_reach),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("choosing", tests, NULL, NULL);
}
