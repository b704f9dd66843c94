/* SPDX-License-Identifier: BSD-3-Clause */
/* A case of choosing: what it needs, and what came of it. */
#ifndef TESTS_ADVISE_SCENE_H
#define TESTS_ADVISE_SCENE_H

#include "unit.h"

#include "advise/cbc.h"
#include "advise/fake.h"
#include "site/read.h"

#define BIT(i) (UINT32_C(1) << (i))

struct scene {
	struct fake fake;
	struct advi_workloads workloads;
	struct adv_site site;
	struct advi_limits limits;
	struct advi_demand demand;
	struct advi_choice choice;
};

/* Adds a quota to the recipe. */
void scene_quota(struct scene *scene, enum advi_quota_group group, enum advi_quota_measure measure,
		 const char *pattern, uint64_t least);
/* Chooses, once the fake, workloads, recipe and limits are as the case wants them. */
void scene_choose(struct scene *scene);
void scene_clear(struct scene *scene);

/* The name of the package that was taken as the i-th; "": there is none. */
const char *scene_taken(const struct scene *scene, size_t i);
enum advi_fate scene_fate(const struct scene *scene, const char *name);
/* Why a package was not taken, or NULL. */
const char *scene_reason(const struct scene *scene, const char *name);

#endif
