/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundles: small cases by hand, and random ones against every possible grouping. */
#include "unit.h"

#include "advise/bundles.h"
#include "advise/fake.h"

static struct adv_err err;

#define BIT(i) (UINT32_C(1) << (i))

/* A planned base, what it leaves, and what came of it. Base stays as it is: nothing joins. */
struct scene {
	struct fake fake;
	struct advi_workloads workloads;
	struct adv_site site;
	struct advi_bundle_limits limits;
	struct advi_demand demand;
	struct advi_choice choice;
	struct advi_bundles bundles;
	uint32_t base;
};

static unsigned index_of(const char *name)
{
	return (unsigned)atol(name + 1);
}

static void leave_base(struct scene *scene)
{
	size_t count = scene->demand.packages.count;
	struct advi_choice *choice = &scene->choice;

	choice->package_count = count;
	choice->fates = advi_calloc(count + 1, sizeof(*choice->fates));
	choice->reasons = advi_calloc(count + 1, sizeof(*choice->reasons));
	for (size_t i = 0; i < count; i++) {
		unsigned package = index_of(scene->demand.packages.at[i].name);

		choice->fates[i] = scene->base >> package & 1    ? ADVI_FATE_HAD
				   : !scene->fake.known[package] ? ADVI_FATE_ABSENT
								 : ADVI_FATE_BUDGET;
	}
	advi_env_copy(&choice->env, &scene->fake.env);
}

static void group(struct scene *scene)
{
	struct advi_oracle oracle = fake_oracle(&scene->fake);

	fake_seal(&scene->fake);
	scene->base = fake_closure(&scene->fake, BIT(scene->fake.base) - 1);
	advi_demand_make(&scene->demand, &scene->workloads, &scene->site);
	leave_base(scene);
	assert_ok(advi_bundles_make(&scene->bundles, &scene->demand, &scene->choice, &scene->site,
				    &oracle, &scene->limits, NULL, &err));
}

static void scene_clear(struct scene *scene)
{
	advi_bundles_clear(&scene->bundles);
	advi_choice_clear(&scene->choice);
	advi_demand_clear(&scene->demand);
	advi_workloads_clear(&scene->workloads);
	advi_vec_clear(&scene->site.never);
	fake_clear(&scene->fake);
}

static uint32_t bits_of(const struct advi_env *env)
{
	uint32_t set = 0;

	for (size_t i = 0; i < env->records.count; i++)
		set |= BIT(index_of(env->records.at[i]->name));
	return set;
}

/* What two groups of people need, each of which goes with base but not with the other. */
static void test_two_groups(void **state)
{
	struct scene scene = {.limits = {.max_bundles = 3}};
	const struct advi_bundle *first, *second;

	(void)state;
	fake_init(&scene.fake, 8, 1);
	scene.fake.clashes[2] = BIT(5);
	scene.fake.clashes[5] = BIT(2);
	scene.fake.needs[2] = BIT(7);
	for (unsigned user = 0; user < 3; user++)
		fake_workload(&scene.workloads, &scene.fake, user, 0,
			      BIT(0) | BIT(2) | (user ? BIT(3) : 0), 0);
	fake_workload(&scene.workloads, &scene.fake, 3, 0, BIT(5) | BIT(3), 0);
	fake_workload(&scene.workloads, &scene.fake, 4, 0, BIT(6), 1);
	group(&scene);
	assert_int_equal(scene.bundles.all.count, 2);
	first = &scene.bundles.all.at[0];
	second = &scene.bundles.all.at[1];
	assert_true(first->layer);
	assert_int_equal(bits_of(&first->env), BIT(0) | BIT(2) | BIT(3) | BIT(7));
	assert_string_equal(first->name, "p02");
	assert_int_equal(first->packages, 3);
	assert_int_equal(first->bytes, 300);
	assert_int_equal(first->users, 3);
	assert_int_equal(first->users_freed, 3);
	assert_int_equal(first->workloads, 3);
	assert_int_equal(first->wanted.count, 2);
	assert_string_equal(second->name, "p05");
	assert_int_equal(second->users_freed, 1);
	assert_int_equal(scene.bundles.users, 4);
	assert_int_equal(scene.bundles.workloads, 4);
	assert_int_equal(scene.bundles.left, 0);
	scene_clear(&scene);
}

/* What can't be with base stands on its own, with what its users need of base. */
static void test_whole(void **state)
{
	struct scene scene = {.limits = {.max_bundles = 3}};

	(void)state;
	fake_init(&scene.fake, 6, 2);
	scene.fake.clashes[3] = BIT(1);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(0) | BIT(3), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(1) | BIT(3), 0);
	group(&scene);
	assert_int_equal(scene.bundles.all.count, 1);
	assert_false(scene.bundles.all.at[0].layer);
	assert_int_equal(bits_of(&scene.bundles.all.at[0].env), BIT(0) | BIT(3));
	assert_int_equal(scene.bundles.all.at[0].packages, 2);
	assert_int_equal(scene.bundles.all.at[0].specs.count, 2);
	assert_int_equal(scene.bundles.users, 1);
	scene_clear(&scene);
}

/* Limits: the number of bundles, their bytes, and what the recipe never wants. */
static void test_limits(void **state)
{
	(void)state;
	for (int what = 0; what < 3; what++) {
		struct scene scene = {.limits = {.max_bundles = what == 0 ? 1 : 3,
						 .max_bytes = what == 1 ? 150 : 0}};

		fake_init(&scene.fake, 6, 1);
		scene.fake.needs[2] = BIT(3);
		for (unsigned user = 0; user < 3; user++)
			fake_workload(&scene.workloads, &scene.fake, user, 0,
				      user ? BIT(2) : BIT(4), 0);
		if (what == 2)
			advi_vec_push(&scene.site.never, "p03");
		group(&scene);
		assert_int_equal(scene.bundles.all.count, 1);
		assert_string_equal(scene.bundles.all.at[0].name, what ? "p04" : "p02");
		assert_int_equal(scene.bundles.left, what ? 2 : 1);
		scene_clear(&scene);
	}
}

/* What pip put into base serves in a layer, and nowhere else. */
static void test_nothing_to_do(void **state)
{
	struct scene scene = {.limits = {.max_bundles = 2}};

	(void)state;
	fake_init(&scene.fake, 4, 2);
	scene.fake.known[2] = false;
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(0) | BIT(1), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(2), 0);
	group(&scene);
	assert_int_equal(scene.bundles.all.count, 0);
	assert_int_equal(scene.bundles.users, 1);
	assert_int_equal(scene.bundles.left, 0);
	scene_clear(&scene);
}

/* --- against every possible grouping --- */

static unsigned seed;

static unsigned any(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static uint32_t random_set(unsigned from, unsigned to, unsigned one_in)
{
	uint32_t set = 0;

	for (unsigned i = from; i < to; i++)
		if (any(one_in) == 0)
			set |= BIT(i);
	return set;
}

enum { BASE = 3, WANTED = 12, ALL = 16, KITS = 9 };

static void random_scene(struct scene *scene, unsigned most)
{
	uint32_t kits[KITS];

	*scene = (struct scene){.limits = {.max_bundles = most}};
	if (any(3) == 0)
		scene->limits.max_bytes = 300 + any(1500);
	fake_init(&scene->fake, ALL, BASE);
	for (unsigned i = BASE; i < ALL; i++) {
		scene->fake.needs[i] = random_set(i + 1, ALL, 8);
		scene->fake.records[i].size = 10 + any(300);
		scene->fake.known[i] = i >= WANTED || any(12) != 0;
		if (any(8) == 0)
			scene->fake.clashes[i] |= BIT(any(BASE));
		if (any(2) == 0) {
			unsigned other = BASE + any(ALL - BASE);

			scene->fake.clashes[i] |= other == i ? 0 : BIT(other);
			scene->fake.clashes[other] |= other == i ? 0 : BIT(i);
		}
	}
	for (unsigned k = 0; k < KITS; k++)
		kits[k] = (any(2) ? BIT(any(BASE)) : 0) | BIT(BASE + any(WANTED - BASE)) |
			  random_set(BASE, WANTED, 4);
	for (unsigned user = 0; user < 8; user++)
		for (unsigned e = 0; e <= any(3); e++)
			fake_workload(&scene->workloads, &scene->fake, user, e, kits[any(KITS)],
				      any(10) == 0);
}

static uint32_t needs_of(const struct scene *scene, size_t workload)
{
	const struct advi_worth *worth = &scene->demand.workloads.at[workload];
	uint32_t set = 0;

	for (uint32_t j = 0; j < worth->count; j++)
		set |= BIT(index_of(
			scene->demand.packages.at[scene->demand.needs[worth->first + j]].name));
	return set;
}

static uint64_t bytes_of(const struct fake *fake, uint32_t set)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < fake->count; i++)
		bytes += set >> i & 1 ? fake->records[i].size : 0;
	return bytes;
}

/* Whether some of the kits, put together one by one, each overlap with those before. */
static bool hangs_together(const struct scene *scene, const uint32_t *kits, size_t count,
			   uint32_t chosen, uint32_t start)
{
	for (size_t first = 0; first < count; first++) {
		uint32_t in = 0, has;

		if (!(chosen >> first & 1))
			continue;
		in = BIT(first);
		for (bool more = true; more;) {
			more = false;
			has = start;
			for (size_t k = 0; k < count; k++)
				has |= in >> k & 1 ? kits[k] : 0;
			has = fake_closure(&scene->fake, has) & ~scene->base;
			for (size_t k = 0; k < count; k++)
				if ((chosen & ~in) >> k & 1 && (kits[k] & has)) {
					in |= BIT(k);
					more = true;
				}
		}
		if (in == chosen)
			return true;
	}
	return false;
}

/* The worth of what some environments cover and base does not. */
static uint64_t worth_of(const struct scene *scene, const uint32_t *has, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < scene->demand.workloads.count; i++) {
		uint32_t needs = needs_of(scene, i);
		bool covered = false;

		for (size_t n = 0; n < count; n++)
			covered = covered || !(needs & ~has[n]);
		if (covered && (needs & ~scene->base))
			sum += scene->demand.workloads.at[i].whole;
	}
	return sum;
}

struct pool {
	uint32_t has[2 * 512];
	size_t count;
};

static bool can_layer(const struct scene *scene, uint32_t needs)
{
	uint32_t has = fake_closure(&scene->fake, scene->base | needs);

	return fake_holds(&scene->fake, has) &&
	       (!scene->limits.max_bytes ||
		bytes_of(&scene->fake, has & ~scene->base) <= scene->limits.max_bytes);
}

/* Every environment that a bundle could be: what can be layered stands in none of its own. */
static void every_bundle(const struct scene *scene, struct pool *pool)
{
	uint32_t kits[64], layers = 0, seen;
	size_t count = 0;

	for (size_t i = 0; i < scene->demand.workloads.count; i++) {
		uint32_t needs = needs_of(scene, i);
		bool known = !(needs & ~scene->base) || scene->demand.workloads.at[i].nowhere;

		for (size_t k = 0; k < count; k++)
			known = known || kits[k] == needs;
		if (!known)
			kits[count++] = needs;
	}
	assert_true(count <= KITS);
	for (size_t k = 0; k < count; k++)
		layers |= can_layer(scene, kits[k]) ? BIT(k) : 0;
	pool->count = 0;
	for (uint32_t chosen = 1; chosen < BIT(count); chosen++)
		for (int layer = 0; layer < 2; layer++) {
			uint32_t start = layer ? scene->base : 0, has = start, own;

			for (size_t k = 0; k < count; k++)
				has |= chosen >> k & 1 ? kits[k] : 0;
			has = fake_closure(&scene->fake, has);
			own = has & ~start;
			seen = 0;
			if ((chosen & (layer ? ~layers : layers)) ||
			    !fake_holds(&scene->fake, has) ||
			    (scene->limits.max_bytes &&
			     bytes_of(&scene->fake, own) > scene->limits.max_bytes) ||
			    !hangs_together(scene, kits, count, chosen, start))
				continue;
			for (size_t i = 0; i < pool->count; i++)
				seen |= pool->has[i] == has;
			if (!seen)
				pool->has[pool->count++] = has;
		}
}

static uint64_t optimum(const struct scene *scene)
{
	static struct pool pool;
	uint64_t best = 0;

	every_bundle(scene, &pool);
	for (size_t i = 0; i < pool.count; i++)
		for (size_t j = scene->limits.max_bundles > 1 ? 0 : i;
		     j < (scene->limits.max_bundles > 1 ? pool.count : i + 1); j++) {
			uint64_t worth = worth_of(scene, (uint32_t[]){pool.has[i], pool.has[j]}, 2);

			best = worth > best ? worth : best;
		}
	return best;
}

static uint64_t users_with(const struct scene *scene, uint32_t has)
{
	uint64_t users = 0;

	for (size_t user = 0; user < scene->demand.user_count; user++) {
		bool all = true, one = false;

		for (size_t i = 0; i < scene->demand.workloads.count; i++) {
			uint32_t needs = needs_of(scene, i);

			if (scene->demand.workloads.at[i].user != user)
				continue;
			one = true;
			all = all && !scene->demand.workloads.at[i].nowhere &&
			      (!(needs & ~scene->base) || !(needs & ~has));
		}
		users += one && all;
	}
	return users;
}

/* What the bundles say of themselves, counted again from their environments. */
static uint64_t check_claims(const struct scene *scene)
{
	const struct advi_bundles *bundles = &scene->bundles;
	uint32_t has[8];

	assert_true(bundles->all.count <= scene->limits.max_bundles);
	for (size_t i = 0; i < bundles->all.count; i++) {
		const struct advi_bundle *bundle = &bundles->all.at[i];
		uint32_t own;

		has[i] = bits_of(&bundle->env);
		own = has[i] & ~(bundle->layer ? scene->base : 0);
		assert_true(fake_holds(&scene->fake, has[i]));
		assert_true(has[i] == fake_closure(&scene->fake, has[i]));
		assert_true(!bundle->layer || !(scene->base & ~has[i]));
		assert_int_equal(bundle->packages, __builtin_popcount(own));
		assert_int_equal(bundle->bytes, bytes_of(&scene->fake, own));
		assert_true(!scene->limits.max_bytes || bundle->bytes <= scene->limits.max_bytes);
		assert_int_equal(bundle->worth, worth_of(scene, &has[i], 1));
		assert_true(bundle->worth > 0);
		assert_int_equal(bundle->users_freed,
				 users_with(scene, has[i]) - users_with(scene, 0));
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(bundles->all.at[n].name, bundle->name);
	}
	return worth_of(scene, has, bundles->all.count);
}

static void against_brute_force(unsigned most, double least)
{
	double sum = 0, lowest = 1;
	unsigned cases = 0;

	seed = 11 + most;
	for (int round = 0; round < 300; round++) {
		struct scene scene;
		uint64_t best, got;

		random_scene(&scene, most);
		group(&scene);
		got = check_claims(&scene);
		best = optimum(&scene);
		assert_true(got <= best);
		if (best) {
			double ratio = (double)got / (double)best;

			sum += ratio;
			lowest = ratio < lowest ? ratio : lowest;
			cases++;
		}
		scene_clear(&scene);
	}
	print_message("# %u bundle%s / optimum: mean %.4f, lowest %.4f of %u\n", most,
		      most == 1 ? "" : "s", sum / cases, lowest, cases);
	assert_true(cases > 230);
	assert_true(sum / cases >= least);
}

static void test_one(void **state)
{
	(void)state;
	against_brute_force(1, 0.98);
}

static void test_two(void **state)
{
	(void)state;
	against_brute_force(2, 0.98);
}

/* The order in which workloads come must not matter. */
static void test_order(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		struct scene one, two;

		seed = round + 100;
		random_scene(&one, 3);
		seed = round + 100;
		random_scene(&two, 3);
		for (size_t i = 0; i < two.workloads.all.count / 2; i++) {
			struct advi_workload *a = &two.workloads.all.at[i];
			struct advi_workload *b =
				&two.workloads.all.at[two.workloads.all.count - 1 - i];
			struct advi_workload c = *a;

			*a = *b;
			*b = c;
		}
		group(&one);
		group(&two);
		assert_int_equal(one.bundles.all.count, two.bundles.all.count);
		for (size_t i = 0; i < one.bundles.all.count; i++) {
			assert_string_equal(one.bundles.all.at[i].name, two.bundles.all.at[i].name);
			assert_int_equal(bits_of(&one.bundles.all.at[i].env),
					 bits_of(&two.bundles.all.at[i].env));
		}
		scene_clear(&one);
		scene_clear(&two);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_groups), cmocka_unit_test(test_whole),
		cmocka_unit_test(test_limits),     cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_one),        cmocka_unit_test(test_two),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("bundles", tests, NULL, NULL);
}
