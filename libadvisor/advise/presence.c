/* SPDX-License-Identifier: BSD-3-Clause */
/* What a set of packages is worth to a demand. */
#include "advise/steps.h"

bool *advi_presence_of(const struct advi_demand *demand, const struct advi_env *env)
{
	bool *there = advi_calloc(demand->packages.count + 1, sizeof(*there));

	for (size_t i = 0; i < demand->packages.count; i++)
		there[i] = demand->packages.at[i].by_pip ||
			   advi_env_find(env, demand->packages.at[i].name);
	return there;
}

static uint32_t served(const struct advi_demand *demand, const struct advi_worth *worth,
		       const bool *there)
{
	uint32_t count = 0;

	for (uint32_t j = 0; j < worth->count; j++)
		count += there[demand->needs[worth->first + j]];
	return count;
}

uint64_t advi_benefit_of(const struct advi_demand *demand, const bool *there)
{
	uint64_t benefit = 0;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];
		uint32_t count = served(demand, worth, there);

		benefit += worth->share * count + (count == worth->count ? worth->whole : 0);
	}
	return benefit;
}

uint64_t advi_covered_by(const struct advi_demand *demand, const bool *there)
{
	enum { SEEN = 1, LACKS = 2 };
	uint8_t *users = advi_calloc(demand->user_count + 1, 1);
	uint64_t covered = 0;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];
		bool all = !worth->nowhere && served(demand, worth, there) == worth->count;

		users[worth->user] |= all ? SEEN : LACKS;
	}
	for (size_t i = 0; i < demand->user_count; i++)
		covered += users[i] == SEEN;
	free(users);
	return covered;
}
