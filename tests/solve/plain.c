/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libsolv alone, with its own reader and its own MatchSpecs: plain VIRTUAL... -- REPODATA...
 * answers each line of standard input, specs between tabs, with "yes" or "no". VIRTUAL is
 * "__glibc 2.31".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solve/solv.h"

#include <solv/repo_conda.h>

static void fail(const char *what)
{
	fprintf(stderr, "plain: %s\n", what);
	exit(1);
}

static void add_virtual(Pool *pool, Repo *repo, char *text)
{
	char *version = strchr(text, ' ');
	Id id = repo_add_solvable(repo);
	Solvable *solvable = pool_id2solvable(pool, id);

	if (!version)
		fail(text);
	*version++ = '\0';
	solvable->name = pool_str2id(pool, text, 1);
	solvable->evr = pool_str2id(pool, version, 1);
	solvable->provides = repo_addid_dep(
		repo, 0, pool_rel2id(pool, solvable->name, solvable->evr, REL_EQ, 1), 0);
	solvable_set_str(solvable, SOLVABLE_BUILDFLAVOR, "0");
	solvable_set_str(solvable, SOLVABLE_BUILDVERSION, "0");
}

static void read_repodata(Pool *pool, const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file || repo_add_conda(repo_create(pool, path), file, 0) != 0)
		fail(path);
	fclose(file);
}

static bool solves(Pool *pool, char *line)
{
	Solver *solver = solver_create(pool);
	Queue jobs;
	bool solved;

	queue_init(&jobs);
	for (char *rest = line; rest && *rest;)
		queue_push2(&jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES,
			    pool_conda_matchspec(pool, strsep(&rest, "\t")));
	solved = solver_solve(solver, &jobs) == 0;
	queue_free(&jobs);
	solver_free(solver);
	return solved;
}

int main(int argc, char **argv)
{
	Pool *pool = pool_create();
	Repo *virtuals;
	char *line = NULL;
	size_t room = 0;
	int i = 1;

	pool_setdisttype(pool, DISTTYPE_CONDA);
	virtuals = repo_create(pool, "virtual");
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		add_virtual(pool, virtuals, argv[i]);
	repo_internalize(virtuals);
	for (i++; i < argc; i++)
		read_repodata(pool, argv[i]);
	pool_createwhatprovides(pool);
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		puts(solves(pool, line) ? "yes" : "no");
		fflush(stdout);
	}
	free(line);
	pool_free(pool);
	return 0;
}
