/* SPDX-License-Identifier: BSD-3-Clause */
/* What workloads weigh: by users, by node-hours, by how much they read from file systems. */
#include "advise/demand.h"
#include "base/err.h"

/* Half of a workload's part is for the share of its packages that is served, half for all. */
static void give(struct advi_worth *worth, uint64_t part)
{
	uint64_t half = part / 2;

	worth->whole = worth->nowhere ? 0 : half;
	worth->share = worth->count ? half / worth->count : 0;
}

/* A user's weight is one, whatever the number of workloads. */
static void by_users(struct advi_demand *demand, const struct advi_workloads *from)
{
	uint64_t *of_user = advi_calloc(from->users.entries.count + 1, sizeof(*of_user));

	for (size_t i = 0; i < from->all.count; i++)
		of_user[from->all.at[i].user]++;
	for (size_t i = 0; i < from->all.count; i++)
		give(&demand->workloads.at[i],
		     ADVI_USER_SCALE / of_user[demand->workloads.at[i].user]);
	free(of_user);
}

typedef unsigned __int128 measure_fn(const struct advi_workload *workload);

static unsigned __int128 load_of(const struct advi_workload *workload)
{
	return workload->load;
}

static unsigned __int128 reads_of(const struct advi_workload *workload)
{
	return workload->reads;
}

static const struct {
	const char *name;
	measure_fn *measure;
	const char *lack;
} rules[ADV_WEIGHT_COUNT] = {
	[ADV_WEIGHT_USERS] = {"users", NULL, NULL},
	[ADV_WEIGHT_NODE_HOURS] = {"node-hours", load_of, "the length of no run is known"},
	[ADV_WEIGHT_FILE_OPERATIONS] = {"file-operations", reads_of,
					"nothing is imported from elsewhere than base"},
};

const char *adv_weight_name(enum adv_weight weight)
{
	return rules[weight].name;
}

/* floor(whole * part / all) by long division, as whole * part may be beyond 128 bits. */
static uint64_t portion(uint64_t whole, unsigned __int128 part, unsigned __int128 all)
{
	unsigned __int128 rest = 0, result = 0;

	for (int bit = 63; bit >= 0; bit--) {
		rest <<= 1;
		result <<= 1;
		if (rest >= all) {
			rest -= all;
			result++;
		}
		if (!(whole >> bit & 1))
			continue;
		rest += part;
		if (rest >= all) {
			rest -= all;
			result++;
		}
	}
	return (uint64_t)result;
}

int advi_demand_weigh(struct advi_demand *demand, const struct advi_workloads *workloads,
		      enum adv_weight weight, struct adv_err *err)
{
	uint64_t whole = demand->user_count * ADVI_USER_SCALE;
	unsigned __int128 all = 0;

	if (!rules[weight].measure) {
		by_users(demand, workloads);
		return 0;
	}
	for (size_t i = 0; i < workloads->all.count; i++)
		all += rules[weight].measure(&workloads->all.at[i]);
	if (!all && workloads->all.count)
		return advi_fail(err, ADV_EINPUT,
				 "nothing can be weighed by %s: %s; weigh by users, the default",
				 rules[weight].name, rules[weight].lack);
	for (size_t i = 0; i < workloads->all.count; i++)
		give(&demand->workloads.at[i],
		     portion(whole, rules[weight].measure(&workloads->all.at[i]), all));
	return 0;
}
