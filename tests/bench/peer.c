/* SPDX-License-Identifier: BSD-3-Clause */
/* Plain libsolv, used as its documentation says. */
#include "peer.h"

#include <unistd.h>

#include "base/text.h"
#include "bench.h"
#include "solve/solv.h"

#include <solv/repo_conda.h>
#include <solv/solv_xfopen.h>

void peer_lines_clear(peer_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i]);
	advi_vec_clear(lines);
}

static void read_subdir(struct peer *peer, const char *channel, const char *subdir)
{
	static const char *const endings[] = {"", ".zst"};

	for (size_t i = 0; i < ADVI_COUNT(endings); i++) {
		ADVI_AUTO_PTR char *path =
			advi_format("%s/%s/repodata.json%s", channel, subdir, endings[i]);
		FILE *file = access(path, R_OK) == 0 ? solv_xfopen(path, "r") : NULL;

		if (!file)
			continue;
		if (repo_add_conda(repo_create(peer->pool, subdir), file, 0) != 0)
			bench_fail("libsolv can't read '%s'", path);
		fclose(file);
		return;
	}
	bench_fail("'%s' has no repodata of %s that libsolv reads", channel, subdir);
}

/* "__glibc 2.31" */
static void add_virtual(struct peer *peer, Repo *repo, const char *text)
{
	ADVI_AUTO_PTR char *name = advi_strdup(text);
	char *version = strchr(name, ' ');
	Id id = repo_add_solvable(repo);
	Solvable *solvable = pool_id2solvable(peer->pool, id);

	*version++ = '\0';
	solvable->name = pool_str2id(peer->pool, name, 1);
	solvable->evr = pool_str2id(peer->pool, version, 1);
	solvable->provides = repo_addid_dep(
		repo, 0, pool_rel2id(peer->pool, solvable->name, solvable->evr, REL_EQ, 1), 0);
	solvable_set_str(solvable, SOLVABLE_BUILDFLAVOR, "0");
	solvable_set_str(solvable, SOLVABLE_BUILDVERSION, "0");
}

void peer_open(struct peer *peer, const char *channel, const char *const *virtuals, size_t count)
{
	Repo *repo;

	peer->pool = pool_create();
	pool_setdisttype(peer->pool, DISTTYPE_CONDA);
	read_subdir(peer, channel, "linux-64");
	read_subdir(peer, channel, "noarch");
	repo = repo_create(peer->pool, "virtual");
	for (size_t i = 0; i < count; i++)
		add_virtual(peer, repo, virtuals[i]);
	repo_internalize(repo);
	pool_createwhatprovides(peer->pool);
}

void peer_close(struct peer *peer)
{
	pool_free(peer->pool);
}

void peer_solver_free(Solver *solver)
{
	if (solver)
		solver_free(solver);
}

static void add_job(struct peer *peer, Queue *jobs, const char *spec)
{
	queue_push2(jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES,
		    pool_conda_matchspec(peer->pool, spec));
}

static void read_solution(struct peer *peer, Solver *solver, peer_lines *out)
{
	Queue decided;

	queue_init(&decided);
	solver_get_decisionqueue(solver, &decided);
	for (int i = 0; i < decided.count; i++) {
		Id id = decided.elements[i];
		Solvable *solvable = pool_id2solvable(peer->pool, id);

		if (id <= SYSTEMSOLVABLE || strcmp(solvable->repo->name, "virtual") == 0)
			continue;
		advi_vec_push(out,
			      advi_format("%s %s %s", pool_id2str(peer->pool, solvable->name),
					  pool_id2str(peer->pool, solvable->evr),
					  solvable_lookup_str(solvable, SOLVABLE_BUILDFLAVOR)));
	}
	queue_free(&decided);
	advi_vec_sort(out, advi_cmp_cstr);
}

bool peer_solve(struct peer *peer, const advi_names *specs, const char *more, Solver **solver,
		peer_lines *out)
{
	Solver *used = solver && *solver ? *solver : solver_create(peer->pool);
	Queue jobs;
	bool solved;

	queue_init(&jobs);
	for (size_t i = 0; i < specs->count; i++)
		add_job(peer, &jobs, specs->at[i]);
	if (more)
		add_job(peer, &jobs, more);
	solved = solver_solve(used, &jobs) == 0;
	if (solved && out)
		read_solution(peer, used, out);
	if (solver)
		*solver = used;
	else
		solver_free(used);
	queue_free(&jobs);
	return solved;
}
