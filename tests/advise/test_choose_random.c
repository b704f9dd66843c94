/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing in random worlds, against every possible choice. */
#include "advise/scene.h"

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
			scene_quota(scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, projects[i],
				    1 + any(3));
		else
			scene_quota(scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, projects[i],
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
	scene_choose(&scene);
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
		scene_choose(&one);
		scene_choose(&two);
		assert_true(result(&one) == result(&two));
		for (size_t i = 0; i < one.choice.taken.count; i++)
			assert_string_equal(scene_taken(&one, i), scene_taken(&two, i));
		scene_clear(&one);
		scene_clear(&two);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("choosing in random worlds", tests, NULL, NULL);
}
