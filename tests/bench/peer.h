/* SPDX-License-Identifier: BSD-3-Clause */
/* The peer of every bench: plain libsolv, with channels read by its own repo_add_conda. */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H

#include <stdbool.h>

#include "base/vec.h"

struct s_Pool;
struct s_Solver;

/* What it found, as "name version build", sorted. */
typedef ADVI_VEC(char *) peer_lines;
void peer_lines_clear(peer_lines *lines);

struct peer {
	struct s_Pool *pool;
};

/*
 * Reads the subdirs linux-64 and noarch of a channel folder, repodata.json or .json.zst. 'names'
 * and 'versions' are the virtual packages.
 */
void peer_open(struct peer *peer, const char *channel, const char *const *virtuals, size_t count);
void peer_close(struct peer *peer);

/*
 * Asks for 'specs' and then for 'more' (NULL: nothing).
 *   solver  used again when it is not NULL, and made when '*solver' is
 *   out     the solution, when there is one; may be NULL
 * Returns whether there is one.
 */
bool peer_solve(struct peer *peer, const advi_names *specs, const char *more,
		struct s_Solver **solver, peer_lines *out);
void peer_solver_free(struct s_Solver *solver);

#endif
