/* SPDX-License-Identifier: BSD-3-Clause */
/* The pool's cross-references: who has a name, who satisfies, needs and excludes what. */
#ifndef ADVI_SOLVE_INDEX_H
#define ADVI_SOLVE_INDEX_H

#include "solve/pool.h"

/* Fills 'named' and 'by_name'; 'by_channel': a preferred channel goes before a better record. */
void advi_index_names(struct advi_pool *pool, bool by_channel);
/* Fills providers, users and provided; names must be indexed. */
void advi_index_dependencies(struct advi_pool *pool);

#endif
