/* SPDX-License-Identifier: BSD-3-Clause */
/* A case of choosing. */
#include "advise/scene.h"

void scene_choose(struct scene *scene)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_oracle oracle = fake_oracle(&scene->fake);

	fake_seal(&scene->fake);
	advi_demand_make(&scene->demand, &scene->workloads, &scene->site);
	assert_ok(advi_choose(&scene->choice, &scene->demand, &scene->site, &oracle, &scene->limits,
			      NULL, &err));
}

void scene_clear(struct scene *scene)
{
	advi_choice_clear(&scene->choice);
	advi_demand_clear(&scene->demand);
	advi_workloads_clear(&scene->workloads);
	fake_clear(&scene->fake);
	advi_vec_clear(&scene->site.always);
	advi_vec_clear(&scene->site.never);
	advi_vec_clear(&scene->site.by_module);
	advi_vec_clear(&scene->site.quotas);
	advi_map_clear(&scene->site.domains);
}

const char *scene_taken(const struct scene *scene, size_t i)
{
	return i < scene->choice.taken.count
		       ? scene->demand.packages.at[scene->choice.taken.at[i].package].name
		       : "";
}

enum advi_fate scene_fate(const struct scene *scene, const char *name)
{
	const struct advi_map_entry *entry = advi_map_get(&scene->demand.names, advi_str(name));

	assert_non_null(entry);
	return scene->choice.fates[entry - scene->demand.names.entries.at];
}

const char *scene_reason(const struct scene *scene, const char *name)
{
	return scene->choice.reasons[advi_map_get(&scene->demand.names, advi_str(name)) -
				     scene->demand.names.entries.at];
}

void scene_quota(struct scene *scene, enum advi_quota_group group, enum advi_quota_measure measure,
		 const char *pattern, uint64_t least)
{
	advi_vec_push(&scene->site.quotas,
		      ((struct advi_quota_rule){group, measure, pattern, least, 1}));
}
