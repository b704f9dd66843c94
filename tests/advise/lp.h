/* SPDX-License-Identifier: BSD-3-Clause */
/* An integer program as others read it. */
#ifndef TESTS_ADVISE_LP_H
#define TESTS_ADVISE_LP_H

#include "advise/program.h"

/*
 * Writes it in the LP format of CPLEX, as COIN-OR's programs read it. Its constant is left out.
 * Returns whether it could be written.
 */
bool lp_write(const struct advi_program *program, const char *path);
/* The objective that the cbc program finds and proves for that file; NAN when there is no cbc. */
double lp_optimum(const char *path);

#endif
