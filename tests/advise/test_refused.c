/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What choosing learned from a real channel is true: every constraint that came back from a refused
 * proposal, and candidates that were refused by themselves, are refused by plain libsolv too, with
 * the channel read by its own reader. Of constraints it is asked every second one, and all of them
 * with REFUSED=all in the environment.
 */
#include "unit.h"

#include "advise/benders.h"
#include "bench/peer.h"

static struct adv_err err;

/* Plain libsolv is asked about every so many-th candidate that can't join by itself. */
enum { EVERY = 20 };

static const char *const virtuals[] = {"__unix 0", "__linux 4.18", "__glibc 2.28", "__cuda 12.4",
				       "__archspec 1"};

struct scene {
	struct adv_site *site;
	struct adv_store *store;
	struct adv_world *world;
	struct advi_workloads workloads;
	struct advi_demand demand;
	struct advi_oracle oracle;
	char channel[4096], folder[4096], path[4200];
};

static void open_scene(struct scene *scene)
{
	const char *shared = getenv("SHARED");
	struct adv_ingest_summary summary;
	char log[4096], recipe[4096];
	const char *logs = log;

	snprintf(log, sizeof(log), "%s/data/usage/polaris-40MB.jsonl.zst", shared ? shared : "");
	snprintf(recipe, sizeof(recipe), "%s/data/usage/site.json", shared ? shared : "");
	snprintf(scene->channel, sizeof(scene->channel), "%s/data/channels/conda-forge",
		 shared ? shared : "");
	if (!shared || access(log, R_OK) != 0 || access(scene->channel, R_OK) != 0) {
		print_message("# skipped: no $SHARED with polaris-40MB and a channel\n");
		skip();
	}
	unit_folder(scene->folder);
	snprintf(scene->path, sizeof(scene->path), "%s/usage.db", scene->folder);
	assert_ok(adv_site_read(&scene->site, recipe, &err));
	adv_site_add_channel(scene->site, scene->channel);
	assert_ok(adv_store_open(&scene->store, scene->path, ADV_STORE_WRITE, &err));
	assert_ok(adv_ingest(scene->store, scene->site, &logs, 1, NULL, NULL, &summary, &err));
	assert_ok(adv_world_open(&scene->world, scene->site, NULL, NULL, NULL, &err));
	assert_ok(advi_workloads_load(&scene->workloads, scene->store, scene->site, NULL, NULL,
				      &err));
	advi_demand_make(&scene->demand, &scene->workloads, scene->site);
	scene->oracle = advi_oracle_of_world(scene->world);
}

static void close_scene(struct scene *scene)
{
	char command[4300];

	advi_demand_clear(&scene->demand);
	advi_workloads_clear(&scene->workloads);
	adv_world_free(scene->world);
	adv_store_free(scene->store);
	adv_site_free(scene->site);
	snprintf(command, sizeof(command), "rm -rf '%s'", scene->folder);
	assert_int_equal(system(command), 0);
}

/* What holds whatever joins: Python first, which suits libsolv best. */
static void list_rules(const struct scene *scene, const struct advi_prices *prices,
		       advi_names *specs)
{
	const struct advi_env *base = advi_world_base(scene->world);

	advi_vec_push(specs, "python 3.12.*");
	for (size_t i = 0; i < base->specs.count; i++)
		advi_vec_push(specs, base->specs.at[i]);
	for (size_t i = 0; i < prices->kept.count; i++)
		advi_vec_push(specs, prices->kept.at[i]);
}

static bool solves(struct peer *peer, const advi_names *rules, const struct advi_model *model,
		   struct advi_span core)
{
	advi_names specs = {0};
	bool solved;

	for (size_t i = 0; i < rules->count; i++)
		advi_vec_push(&specs, rules->at[i]);
	for (uint32_t i = 0; i < core.count; i++)
		advi_vec_push(&specs, model->items.at[advi_span_at(model, core)[i]].name);
	solved = peer_solve(peer, &specs, NULL, NULL, NULL);
	advi_vec_clear(&specs);
	return solved;
}

static void check_cores(struct peer *peer, const advi_names *rules,
			const struct advi_search *search)
{
	const struct advi_model *model = &search->shape->model;
	const char *wish = getenv("REFUSED");
	size_t step = wish && strcmp(wish, "all") == 0 ? 1 : 2;
	struct advi_span nothing = {0};

	assert_true(search->proved && search->refused > 0 && model->cores.count > 0);
	print_message("# constraints: %zu, asked again: %zu\n", model->cores.count,
		      (model->cores.count + step - 1) / step);
	assert_true(solves(peer, rules, model, nothing));
	for (size_t i = 0; i < model->cores.count; i += step) {
		struct advi_span core = model->cores.at[i];

		if (solves(peer, rules, model, core))
			fail_msg("%u packages can be had together, '%s' among them", core.count,
				 model->items.at[advi_span_at(model, core)[0]].name);
	}
}

static void check_single(struct peer *peer, const advi_names *rules,
			 const struct advi_prices *prices)
{
	size_t refused = 0, asked = 0;

	for (size_t i = 0; i < prices->demand->packages.count; i++) {
		const char *name = prices->demand->packages.at[i].name;

		if (prices->fates[i] != ADVI_FATE_CONFLICT || refused++ % EVERY)
			continue;
		asked++;
		if (peer_solve(peer, rules, name, NULL, NULL))
			fail_msg("'%s' can be had: %s", name, prices->reasons[i]);
	}
	print_message("# refused by themselves: %zu, asked again: %zu\n", refused, asked);
	assert_true(asked >= 3);
}

static void test_constraints(void **state)
{
	struct scene scene = {0};
	struct advi_limits limits = {0};
	struct advi_prices prices;
	struct advi_shape shape;
	struct advi_search search = {.shape = &shape,
				     .prices = &prices,
				     .oracle = &scene.oracle,
				     .limits = &limits,
				     .err = &err};
	advi_names rules = {0};
	struct peer peer;

	(void)state;
	unit_needs_speed();
	open_scene(&scene);
	search.site = scene.site;
	assert_ok(advi_prices_ask(&prices, &scene.demand, scene.site, &scene.oracle, ADVI_FAVOURED,
				  NULL, &err));
	advi_shape_make(&shape, &prices, NULL, &limits);
	assert_ok(advi_search_run(&search));
	list_rules(&scene, &prices, &rules);
	peer_open(&peer, scene.channel, virtuals, ADVI_COUNT(virtuals));
	check_cores(&peer, &rules, &search);
	check_single(&peer, &rules, &prices);
	peer_close(&peer);
	advi_vec_clear(&rules);
	advi_search_clear(&search);
	advi_shape_clear(&shape);
	advi_prices_clear(&prices);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constraints),
	};

	return cmocka_run_group_tests_name("refused proposals", tests, NULL, NULL);
}
