/* SPDX-License-Identifier: BSD-3-Clause */
/* libsolv's headers, which do not hold to our warnings. */
#ifndef ADVI_SOLVE_SOLV_H
#define ADVI_SOLVE_SOLV_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

#include <solv/pool.h>

#include <solv/bitmap.h>
#include <solv/conda.h>
#include <solv/problems.h>
#include <solv/repo.h>
#include <solv/repodata.h>
#include <solv/rules.h>
#include <solv/solvable.h>
#include <solv/solver.h>

#pragma GCC diagnostic pop

#endif
