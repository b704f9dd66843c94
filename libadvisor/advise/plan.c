/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan's files: the plan, environment.yml and the lockfile, together or not at all. */
#include "advise/plan_bundles.h"

#include <libgen.h>

#include "base/err.h"
#include "conda/envfile.h"
#include "conda/lockfile.h"
#include "io/file.h"

double adv_plan_seconds(const struct adv_plan *plan)
{
	return plan->choice.seconds;
}

void adv_plan_free(struct adv_plan *plan)
{
	if (!plan)
		return;
	advi_plan_bundles_clear(plan);
	advi_vec_clear(&plan->additions);
	advi_vec_clear(&plan->present);
	advi_vec_clear(&plan->quotas);
	advi_vec_clear(&plan->refused);
	advi_vec_clear(&plan->unmapped);
	advi_vec_clear(&plan->probes);
	advi_vec_clear(&plan->trends);
	advi_vec_clear(&plan->actions);
	advi_vec_clear(&plan->upgrades);
	advi_vec_clear(&plan->drops);
	advi_vec_clear(&plan->removed);
	advi_vec_clear(&plan->changed);
	advi_vec_clear(&plan->environment);
	advi_vec_clear(&plan->specs);
	advi_vec_clear(&plan->channels);
	advi_vec_clear(&plan->inputs);
	advi_vec_clear(&plan->redundancy.packages);
	advi_vec_clear(&plan->pip);
	advi_arena_clear(&plan->arena);
	free(plan);
}

void advi_plan_environment(const struct adv_plan *plan, FILE *file)
{
	advi_names pip = {0};
	char name[256];

	/* conda refuses these in an environment's name */
	snprintf(name, sizeof(name), "%s", plan->site);
	for (char *at = name; (at = strpbrk(at, " /:#")); at++)
		*at = '-';
	fputs("# What base would be asked for; conda-linux-64.lock beside it is the exact answer.\n",
	      file);
	for (size_t i = 0; i < plan->pip.count; i++)
		advi_vec_push(&pip, plan->pip.at[i].requirement);
	advi_envfile_write(file, name, &plan->channels, &plan->specs, &pip);
	advi_vec_clear(&pip);
}

void advi_plan_lockfile(const struct adv_plan *plan, FILE *file)
{
	advi_lockfile_write(file, plan->platform, plan->environment.at, plan->environment.count);
}

typedef void write_fn(const struct adv_plan *plan, FILE *file);

/* What stands beside a plan. It is put in place first: a plan is there when all of it is. */
static const struct {
	const char *name;
	write_fn *write;
} beside[] = {
	{"conda-linux-64.lock", advi_plan_lockfile},
	{"environment.yml", advi_plan_environment},
};

enum { BESIDE = sizeof(beside) / sizeof(beside[0]) };

static int open_all(struct advi_out *outs, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *copy = advi_strdup(path);
	ADVI_AUTO_PTR char *folder = advi_strdup(dirname(copy));
	const char *slash = strrchr(path, '/');
	int r = 0;

	for (size_t i = 0; i < BESIDE && r == 0; i++) {
		ADVI_AUTO_PTR char *name = advi_path_join(folder, beside[i].name);

		if (strcmp(slash ? slash + 1 : path, beside[i].name) == 0)
			return advi_fail(err, ADV_EUSAGE,
					 "'%s' is what is written beside the plan; "
					 "give the plan another name",
					 path);
		r = advi_out_open(&outs[i], name, err);
	}
	return r == 0 ? advi_out_open(&outs[BESIDE], path, err) : r;
}

int adv_plan_write(const struct adv_plan *plan, const char *path, struct adv_err *err)
{
	struct advi_out outs[BESIDE + 1] = {0};
	/* nothing stands beside what flows */
	size_t first = advi_out_flows(path) ? BESIDE : 0;
	int r = first ? advi_out_open(&outs[BESIDE], path, err) : open_all(outs, path, err);

	if (r == 0) {
		for (size_t i = first; i < BESIDE; i++)
			beside[i].write(plan, outs[i].file);
		advi_plan_json(plan, outs[BESIDE].file);
	}
	for (size_t i = first; i <= BESIDE && r == 0; i++)
		r = advi_out_settle(&outs[i], err);
	for (size_t i = first; i <= BESIDE && r == 0; i++)
		r = advi_out_commit(&outs[i], err);
	for (size_t i = 0; i <= BESIDE; i++)
		advi_out_clear(&outs[i]);
	return r;
}
