/* SPDX-License-Identifier: BSD-3-Clause */
/* Demand: what workloads need, in the form in which it is counted over and over. */
#include "advise/demand.h"

/* Environments whose packages are the users' own doing, so that base could spare them. */
static bool is_own(enum adv_place place)
{
	return place != ADV_PLACE_SITE && place != ADV_PLACE_SYSTEM && place != ADV_PLACE_BUILTIN;
}

static struct advi_wanted *wanted(struct advi_demand *demand, struct advi_str name)
{
	size_t index = advi_map_intern(&demand->names, name);

	if (index == demand->packages.count)
		advi_vec_new(&demand->packages)->name = demand->names.entries.at[index].key.ptr;
	return &demand->packages.at[index];
}

static void add_needs(struct advi_demand *demand, const struct advi_workloads *from,
		      const struct adv_site *site)
{
	uint32_t total = 0;

	for (size_t i = 0; i < from->all.count; i++) {
		struct advi_worth *worth = advi_vec_new(&demand->workloads);

		const char *project = from->all.at[i].project;
		const char *domain = advi_site_domain(site, project);

		worth->user = from->all.at[i].user;
		worth->project = (uint32_t)advi_map_intern(&demand->projects,
							   advi_str(project ? project : "unknown"));
		worth->domain = (uint32_t)advi_map_intern(&demand->domains, advi_str(domain));
		worth->nowhere = from->all.at[i].nowhere > 0;
		worth->first = total;
		worth->count = (uint32_t)from->all.at[i].needs.count;
		total += worth->count;
	}
	demand->needs = advi_calloc(total + 1, sizeof(*demand->needs));
	demand->by_package = advi_calloc(total + 1, sizeof(*demand->by_package));
	for (size_t i = 0; i < from->all.count; i++)
		for (uint32_t j = 0; j < demand->workloads.at[i].count; j++) {
			uint32_t at = from->all.at[i].needs.at[j].package;
			struct advi_wanted *package =
				wanted(demand, from->packages.entries.at[at].key);

			package->count++;
			demand->needs[demand->workloads.at[i].first + j] =
				(uint32_t)(package - demand->packages.at);
		}
}

/* Turns the packages' counts into places in by_package, and fills it. */
static void invert(struct advi_demand *demand)
{
	uint32_t at = 0;

	for (size_t i = 0; i < demand->packages.count; i++) {
		demand->packages.at[i].first = at;
		at += demand->packages.at[i].count;
		demand->packages.at[i].count = 0;
	}
	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		for (uint32_t j = 0; j < worth->count; j++) {
			struct advi_wanted *package =
				&demand->packages.at[demand->needs[worth->first + j]];

			demand->by_package[package->first + package->count++] = (uint32_t)i;
		}
	}
}

/* Users and workloads that use a package from outside base; workloads are sorted by user. */
static void count_outside(struct advi_demand *demand, const struct advi_workloads *from)
{
	uint32_t *last = advi_calloc(demand->packages.count + 1, sizeof(*last));
	uint32_t *mapped = advi_calloc(demand->packages.count + 1, sizeof(*mapped));

	for (size_t i = 0; i < from->all.count; i++) {
		const struct advi_workload *workload = &from->all.at[i];

		for (size_t j = 0; j < workload->needs.count; j++) {
			uint32_t index = demand->needs[demand->workloads.at[i].first + j];
			struct advi_wanted *package = &demand->packages.at[index];

			if (!workload->needs.at[j].outside)
				continue;
			package->workloads++;
			package->users += last[index] != workload->user + 1;
			last[index] = workload->user + 1;
			if (workload->needs.at[j].mapped) {
				package->mapped_users += mapped[index] != workload->user + 1;
				mapped[index] = workload->user + 1;
			}
			package->outside = package->outside || is_own(workload->place);
		}
	}
	free(last);
	free(mapped);
}

void advi_demand_make(struct advi_demand *out, const struct advi_workloads *workloads,
		      const struct adv_site *site)
{
	*out = (struct advi_demand){.user_count = workloads->users.entries.count,
				    .by_mapping = workloads->by_mapping};
	add_needs(out, workloads, site);
	for (size_t i = 0; i < site->always.count; i++)
		wanted(out, advi_str(site->always.at[i]));
	for (size_t i = 0; i < out->packages.count; i++)
		out->packages.at[i].by_pip =
			advi_site_by_pip(site, advi_str(out->packages.at[i].name));
	invert(out);
	advi_demand_weigh(out, workloads, ADV_WEIGHT_USERS, NULL);
	count_outside(out, workloads);
}

void advi_demand_clear(struct advi_demand *demand)
{
	advi_map_clear(&demand->names);
	advi_map_clear(&demand->projects);
	advi_map_clear(&demand->domains);
	advi_vec_clear(&demand->packages);
	advi_vec_clear(&demand->workloads);
	free(demand->needs);
	free(demand->by_package);
	*demand = (struct advi_demand){0};
}

void advi_demand_cover(const struct advi_demand *demand, const struct advi_map *has,
		       uint64_t *workloads, uint64_t *users)
{
	bool *there = advi_calloc(demand->packages.count + 1, sizeof(*there));
	bool *seen = advi_calloc(demand->user_count + 1, sizeof(*seen));
	bool *lacking = advi_calloc(demand->user_count + 1, sizeof(*lacking));

	for (size_t i = 0; i < demand->packages.count; i++)
		there[i] = demand->packages.at[i].by_pip ||
			   advi_map_get(has, demand->names.entries.at[i].key);
	*workloads = *users = 0;
	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];
		bool covered = !worth->nowhere;

		for (uint32_t j = 0; j < worth->count; j++)
			covered = covered && there[demand->needs[worth->first + j]];
		*workloads += covered;
		seen[worth->user] = true;
		lacking[worth->user] = lacking[worth->user] || !covered;
	}
	for (size_t i = 0; i < demand->user_count; i++)
		*users += seen[i] && !lacking[i];
	free(there);
	free(seen);
	free(lacking);
}
