/* SPDX-License-Identifier: BSD-3-Clause */
/* What packages would have done for the usage of some months. */
#include "advise/reach.h"

/* Takes one workload in; returns whether it is covered. */
static bool take(struct advi_reach *out, const struct advi_workload *workload, const bool *there)
{
	uint64_t uses = workload->nowhere_own, served = 0;
	bool covered = workload->nowhere == 0;

	for (size_t i = 0; i < workload->needs.count; i++) {
		const struct advi_need *need = &workload->needs.at[i];

		uses += need->own;
		served += there[need->package] ? need->own : 0;
		covered = covered && there[need->package];
	}
	out->workloads++;
	out->workloads_covered += covered;
	out->uses += uses;
	out->uses_served += served;
	out->uses_gone += covered ? uses : 0;
	return covered;
}

void advi_reach_measure(struct advi_reach *out, const struct advi_workloads *workloads,
			const struct adv_site *site, const struct advi_map *has)
{
	size_t packages = workloads->packages.entries.count, users = workloads->users.entries.count;
	ADVI_AUTO_PTR bool *there = advi_calloc(packages + 1, sizeof(*there));
	ADVI_AUTO_PTR bool *lacking = advi_calloc(users + 1, sizeof(*lacking));

	*out = (struct advi_reach){.users = users};
	for (size_t i = 0; i < packages; i++) {
		struct advi_str name = workloads->packages.entries.at[i].key;

		there[i] = advi_map_get(has, name) || advi_site_by_pip(site, name);
	}
	for (size_t i = 0; i < workloads->all.count; i++)
		if (!take(out, &workloads->all.at[i], there))
			lacking[workloads->all.at[i].user] = true;
	for (size_t i = 0; i < users; i++)
		out->users_covered += !lacking[i];
}
