/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundle recipes (YAML, schema advisor.bundle/1), and plans as a source of packages. */
#ifndef ADVI_BUNDLE_RECIPE_H
#define ADVI_BUNDLE_RECIPE_H

#include "bundle/source.h"

/* Reads the recipe 'text' of the file 'path' into 'source'; ADV_EINPUT with file and line. */
int advi_recipe_read(struct advi_source *source, const char *path, struct advi_str text,
		     struct adv_err *err);
/* Adds the environment of a plan. */
int advi_recipe_add_plan(struct advi_source *source, const char *path, struct adv_err *err);

#endif
