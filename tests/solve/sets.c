/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Answers for sets.py: asks a world with an empty base about sets of specs, one a line of standard
 * input, specs between tabs. The first lines say its virtual packages: "virtual", name, version,
 * build. Then a line a set: "yes" and the files, or "no", the reason, whether the core can be had
 * after all ("solvable", "unsolvable"), and the specs of the core. Every core is put to the world
 * by itself, every so many-th one also to libsolv alone, with its own reader.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "site/site.h"
#include "solve/explain.h"
#include "solve/solv.h"

#include <solv/repo_conda.h>

/* libsolv without any of us but for the names of virtual packages. */
struct plain {
	Pool *pool;
	Queue virtuals; /* jobs: they are there */
	size_t every;   /* it is asked about the cores of so many sets' first one */
};

static void fail(const char *what)
{
	fprintf(stderr, "sets: %s\n", what);
	exit(1);
}

static void plain_read(struct plain *plain, const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file || repo_add_conda(repo_create(plain->pool, path), file, 0) != 0)
		fail(path);
	fclose(file);
}

static void plain_virtuals(struct plain *plain, const struct adv_site *site)
{
	Repo *repo = repo_create(plain->pool, "virtual");

	queue_init(&plain->virtuals);
	for (size_t i = 0; i < site->virtuals.count; i++) {
		const struct advi_virtual *from = &site->virtuals.at[i];
		const char *build = from->build ? from->build : "0";
		Id id = repo_add_solvable(repo);
		Solvable *solvable = pool_id2solvable(plain->pool, id);

		solvable->name = pool_str2id(plain->pool, from->name, 1);
		solvable->evr = pool_str2id(plain->pool, from->version, 1);
		solvable->provides = repo_addid_dep(
			repo, 0, pool_rel2id(plain->pool, solvable->name, solvable->evr, REL_EQ, 1),
			0);
		repo_set_poolstr(repo, id, SOLVABLE_BUILDFLAVOR, build);
		queue_push2(&plain->virtuals, SOLVER_INSTALL | SOLVER_SOLVABLE, id);
		printf("virtual\t%s\t%s\t%s\n", from->name, from->version, build);
	}
	repo_internalize(repo);
}

static bool plain_solves(const struct plain *plain, const char *const *specs, size_t count)
{
	Solver *solver;
	bool solvable;
	Queue jobs;

	queue_init_clone(&jobs, &plain->virtuals);
	for (size_t i = 0; i < count; i++)
		queue_push2(&jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES,
			    pool_conda_matchspec(plain->pool, specs[i]));
	solver = solver_create(plain->pool);
	solvable = solver_solve(solver, &jobs) == 0;
	solver_free(solver);
	queue_free(&jobs);
	return solvable;
}

static void say_yes(const struct advi_answer *answer)
{
	printf("yes");
	for (size_t i = 0; i < answer->added.count; i++)
		printf("\t%s/%s", answer->added.at[i]->subdir, answer->added.at[i]->fn);
	printf("\n");
}

/* The spec of the set that is printed as 'canonical'. */
static const char *as_written(const char *canonical, const char *const *specs, size_t count,
			      struct advi_arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO(buf) struct advi_buf printed = ADVI_BUF_INIT(1 << 16);
		struct advi_matchspec spec;

		if (advi_matchspec_parse(&spec, arena, advi_str(specs[i]), NULL) < 0)
			continue;
		advi_matchspec_print(&spec, &printed);
		if (strcmp(printed.ptr, canonical) == 0)
			return specs[i];
	}
	fail(canonical);
	return NULL;
}

/* Whether the world can do a core by itself after all. */
static bool world_solves(struct adv_world *world, const char *const *core, size_t count)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;
	bool possible;

	if (advi_world_extend(world, advi_world_base(world), core, count, ADVI_FAVOURED, &env,
			      &answer, NULL, &err) < 0)
		fail(err.text);
	possible = answer.possible;
	advi_env_clear(&env);
	advi_answer_clear(&answer);
	return possible;
}

static void say_no(struct adv_world *world, const struct plain *plain,
		   const struct advi_question *asked, size_t number, const char *why)
{
	const char *const *specs = asked->specs;
	size_t count = asked->count;
	bool solves;
	const char **core;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	struct advi_why found;
	size_t members = 0;

	if (advi_explain_join(&found, world, advi_world_base(world), specs, count, &arena, NULL,
			      &err) < 0)
		fail(err.text);
	core = advi_arena_alloc(&arena, (found.together.count + 1) * sizeof(*core));
	for (size_t i = 0; i < found.together.count; i++)
		core[members++] = as_written(found.together.at[i].spec, specs, count, &arena);
	if (!members && found.wanted)
		core[members++] = as_written(found.wanted, specs, count, &arena);
	solves = world_solves(world, core, members) ||
		 (number % plain->every == 0 && plain_solves(plain, core, members));
	printf("no\t%s\t%s", why, solves ? "solvable" : "unsolvable");
	for (size_t i = 0; i < members; i++)
		printf("\t%s", core[i]);
	printf("\n");
	advi_why_clear(&found);
	advi_arena_clear(&arena);
}

typedef ADVI_VEC(struct advi_question) questions;

/* Every line a question; what they hold lives in 'arena'. */
static void read_questions(questions *out, struct advi_arena *arena)
{
	char line[65536];

	while (fgets(line, sizeof(line), stdin)) {
		struct advi_str rest = advi_str_trim(advi_str(line)), word;
		const char **specs = advi_arena_alloc(arena, sizeof(line) * sizeof(*specs));
		size_t count = 0;

		while (advi_str_split(&rest, '\t', &word))
			specs[count++] = advi_arena_str(arena, word);
		advi_vec_push(out, ((struct advi_question){specs, count}));
	}
}

static void ask_all(struct adv_world *world, const struct plain *plain)
{
	struct advi_answer *answers;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	questions all = {0};

	read_questions(&all, &arena);
	answers = advi_calloc(all.count + 1, sizeof(*answers));
	if (advi_world_ask_many(world, advi_world_base(world), all.at, all.count, ADVI_FAVOURED,
				answers, NULL, &err) < 0)
		fail(err.text);
	for (size_t i = 0; i < all.count; i++) {
		if (answers[i].possible)
			say_yes(&answers[i]);
		else
			say_no(world, plain, &all.at[i], i, answers[i].why);
		advi_answer_clear(&answers[i]);
	}
	free(answers);
	advi_vec_clear(&all);
	advi_arena_clear(&arena);
}

/* CHANNEL EVERY FILE...: a channel, and its repodata.json files as libsolv can read them. */
int main(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(world) struct adv_world *world = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct adv_solving solving = {.workers = 2};
	struct plain plain = {pool_create(), {0}, argc > 2 ? strtoul(argv[2], NULL, 10) : 1};
	char *text = advi_format("name: x\nplaces: [{class: base, prefix: /b}]\n"
				 "channels: ['%s']\nbase_packages: []\n"
				 "virtual_packages: {__cuda: '12.4', __glibc: '2.31'}\n",
				 argc > 1 ? argv[1] : "");

	if (advi_site_parse(&site, advi_str(text), "sets.yml", &err) < 0 ||
	    adv_world_open(&world, site, NULL, &solving, NULL, &err) < 0)
		fail(err.text);
	pool_setdisttype(plain.pool, DISTTYPE_CONDA);
	for (int i = 3; i < argc; i++)
		plain_read(&plain, argv[i]);
	plain_virtuals(&plain, site);
	pool_createwhatprovides(plain.pool);
	ask_all(world, &plain);
	queue_free(&plain.virtuals);
	pool_free(plain.pool);
	free(text);
	return 0;
}
