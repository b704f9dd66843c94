/* SPDX-License-Identifier: BSD-3-Clause */
/* Redundancy: what lies in environments of the users' own, and what reading it costs. */
#ifndef ADVI_ADVISE_REDUNDANCY_H
#define ADVI_ADVISE_REDUNDANCY_H

#include "advise/actions.h"

/*
 * Measured, and told in doc/FIGURES.md: what an import of one package opens, calls for each file
 * opened, and how much larger an installed package is than its archive.
 */
enum { ADVI_FILES_PER_IMPORT = 116, ADVI_CALLS_PER_FILE = 12, ADVI_EXPANSION_PERCENT = 350 };
/* A factor measured on fewer installed packages than this says nothing. */
enum { ADVI_EXPANSION_PACKAGES = 10, ADVI_REDUNDANT_ROWS = 20 };

/* Fills plan->redundancy, when additions and the result are there. */
int advi_redundancy_find(struct adv_plan *plan, const struct advi_workloads *workloads,
			 const struct advi_ground *ground);

#endif
