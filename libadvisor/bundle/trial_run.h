/* SPDX-License-Identifier: BSD-3-Clause */
/* Imports, some at a time, each in a process of its own. */
#ifndef ADVI_BUNDLE_TRIAL_RUN_H
#define ADVI_BUNDLE_TRIAL_RUN_H

#include "bundle/modules.h"

struct advi_trial_plan {
	const struct advi_modules *modules;
	/* of a layer without an overlay: where it is, and what of it Python is told, by a line in a
	 * .pth file or by PYTHONPATH */
	const char *layer, *pth, *python_path;
	const char *prefix; /* where the image is seen */
	unsigned threads, seconds;
};

/*
 * Imports all modules; 'context' is a struct advi_trial_plan. Writes a line for each when it is
 * done: its index, "+" or "-", the seconds it took, and why it did not work, separated by tabs.
 */
void advi_trial_run(const void *context, int out);

#endif
