/* SPDX-License-Identifier: BSD-3-Clause */
/* Dependencies as libsolv's own conda matching understands them, and by ours where it does not. */
#ifndef ADVI_SOLVE_NATIVE_H
#define ADVI_SOLVE_NATIVE_H

#include "solve/pool.h"

/* Whether every dependency of a list can be evaluated; otherwise 'err' says why not. */
bool advi_native_usable(const struct advi_list *list, struct advi_arena *arena,
			struct adv_err *err);
/* The name that a dependency is about; empty for one that is about no single name. */
struct advi_str advi_native_name(struct advi_str text, struct advi_arena *arena);
/* Makes libsolv ask us where its matching differs from conda's. Names must be indexed. */
void advi_native_watch(struct advi_pool *pool);
/* Adds the dependencies of a list to pool->dependencies and their indexes to pool->uses. */
struct advi_span advi_native_add(struct advi_pool *pool, const struct advi_list *list);

#endif
