/* SPDX-License-Identifier: BSD-3-Clause */
/* What the recipe's quotas ask for, of the groups that there are. */
#include "advise/quotas.h"

#include <string.h>

#include "base/buf.h"

/* A workload of a group. */
struct member {
	uint32_t group, user, workload;
};
typedef ADVI_VEC(struct member) members;

struct counting {
	struct advi_quotas *out;
	const struct advi_demand *demand;
	const struct adv_site *site;
	const bool *there;
};

static const struct advi_map *groups_of(const struct advi_demand *demand,
					enum advi_quota_group group)
{
	return group == ADVI_GROUP_DOMAIN ? &demand->domains : &demand->projects;
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static int by_group(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	if (left->user != right->user)
		return left->user < right->user ? -1 : 1;
	return left->workload < right->workload ? -1 : left->workload > right->workload;
}

/* --- parts --- */

/* What a user's workloads in a group need, each once, into the pool. False: it is nowhere. */
static bool list_needs(struct counting *c, const struct member *of, size_t count, bool lacking,
		       struct advi_quota_part *part)
{
	size_t kept, first = c->out->packages.count;
	bool possible = true;
	uint32_t *at;

	for (size_t i = 0; i < count; i++) {
		const struct advi_worth *worth = &c->demand->workloads.at[of[i].workload];

		possible = possible && !worth->nowhere;
		for (uint32_t j = 0; j < worth->count; j++) {
			uint32_t package = c->demand->needs[worth->first + j];

			if (!lacking || !c->there[package])
				advi_vec_push(&c->out->packages, package);
		}
	}
	kept = first;
	at = c->out->packages.at;
	if (c->out->packages.count > first)
		qsort(at + first, c->out->packages.count - first, sizeof(*at), by_number);
	for (size_t i = first; i < c->out->packages.count; i++)
		if (i == first || at[i] != at[i - 1])
			at[kept++] = at[i];
	c->out->packages.count = kept;
	*part = (struct advi_quota_part){(uint32_t)first, (uint32_t)(kept - first)};
	return possible;
}

static size_t user_end(const struct member *of, size_t count, size_t from)
{
	size_t end = from;

	while (end < count && of[end].user == of[from].user)
		end++;
	return end;
}

static void count_users(struct counting *c, const struct member *of, size_t count,
			struct advi_group_quota *quota)
{
	for (size_t from = 0, end; from < count; from = end) {
		struct advi_quota_part part;

		end = user_end(of, count, from);
		quota->all++;
		if (!list_needs(c, of + from, end - from, false, &part))
			continue;
		advi_vec_push(&c->out->parts, part);
	}
}

static void count_wants(struct counting *c, const struct member *of, size_t count,
			struct advi_group_quota *quota)
{
	for (size_t from = 0, end; from < count; from = end) {
		struct advi_quota_part part;

		end = user_end(of, count, from);
		list_needs(c, of + from, end - from, true, &part);
		for (uint32_t i = 0; i < part.count; i++)
			advi_vec_push(&c->out->parts,
				      ((struct advi_quota_part){part.first + i, 1}));
		quota->all += part.count;
	}
	quota->percent = quota->asked;
	quota->asked = (quota->percent * quota->all + 99) / 100;
}

static void (*const counters[ADVI_QUOTA_MEASURES])(struct counting *c, const struct member *of,
						   size_t count, struct advi_group_quota *quota) = {
	[ADVI_QUOTA_USERS] = count_users,
	[ADVI_QUOTA_SHARE] = count_wants,
};

/* --- groups --- */

static void add_quotas(struct counting *c, enum advi_quota_group group, const char *name,
		       const struct member *of, size_t count)
{
	for (enum advi_quota_measure m = 0; m < ADVI_QUOTA_MEASURES; m++) {
		struct advi_group_quota quota = {
			.group = group,
			.measure = m,
			.name = name,
			.asked = advi_site_quota(c->site, group, m, name),
			.first = (uint32_t)c->out->parts.count,
		};

		if (!quota.asked)
			continue;
		counters[m](c, of, count, &quota);
		quota.count = (uint32_t)c->out->parts.count - quota.first;
		advi_vec_push(&c->out->all, quota);
	}
}

static void add_groups(struct counting *c, enum advi_quota_group group)
{
	const struct advi_map *names = groups_of(c->demand, group);
	members all = {0};

	for (uint32_t i = 0; i < c->demand->workloads.count; i++) {
		const struct advi_worth *worth = &c->demand->workloads.at[i];
		uint32_t of = group == ADVI_GROUP_DOMAIN ? worth->domain : worth->project;

		advi_vec_push(&all, ((struct member){of, worth->user, i}));
	}
	advi_vec_sort(&all, by_group);
	for (size_t from = 0, end = 0; from < all.count; from = end) {
		while (end < all.count && all.at[end].group == all.at[from].group)
			end++;
		add_quotas(c, group, names->entries.at[all.at[from].group].key.ptr, all.at + from,
			   end - from);
	}
	advi_vec_clear(&all);
}

/* What is named, and nobody is of it, is told too: it may be a slip of the pen. */
static void add_absent(struct counting *c)
{
	for (size_t i = 0; i < c->site->quotas.count; i++) {
		const struct advi_quota_rule *rule = &c->site->quotas.at[i];
		bool share = rule->measure == ADVI_QUOTA_SHARE;

		if (!rule->least || strchr(rule->pattern, '*') ||
		    advi_map_get(groups_of(c->demand, rule->group), advi_str(rule->pattern)))
			continue;
		advi_vec_push(&c->out->all, ((struct advi_group_quota){
						    .group = rule->group,
						    .measure = rule->measure,
						    .name = rule->pattern,
						    .percent = share ? rule->least : 0,
						    .asked = share ? 0 : rule->least,
						    .absent = true,
					    }));
	}
}

static int by_name(const void *a, const void *b)
{
	const struct advi_group_quota *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	if (order)
		return order;
	return left->measure < right->measure ? -1 : left->measure > right->measure;
}

void advi_quotas_make(struct advi_quotas *out, const struct advi_demand *demand,
		      const struct adv_site *site, const bool *there)
{
	struct counting c = {out, demand, site, there};

	*out = (struct advi_quotas){0};
	if (!site->quotas.count)
		return;
	for (enum advi_quota_group group = 0; group < ADVI_GROUPS; group++)
		add_groups(&c, group);
	add_absent(&c);
	advi_vec_sort(&out->all, by_name);
}

void advi_quotas_clear(struct advi_quotas *quotas)
{
	advi_vec_clear(&quotas->all);
	advi_vec_clear(&quotas->parts);
	advi_vec_clear(&quotas->packages);
}

uint64_t advi_quota_reached(const struct advi_quotas *quotas, const struct advi_group_quota *quota,
			    const bool *there)
{
	uint64_t reached = 0;

	for (uint32_t i = 0; i < quota->count; i++) {
		const struct advi_quota_part *part = &quotas->parts.at[quota->first + i];
		bool all = true;

		for (uint32_t j = 0; j < part->count && all; j++)
			all = there[quotas->packages.at[part->first + j]];
		reached += all;
	}
	return reached;
}

char *advi_quota_why_not(const struct advi_quotas *quotas, const struct advi_quota_result *result,
			 const bool *possible, bool limited, bool proved)
{
	const struct advi_group_quota *quota = &result->quota;
	const char *what = quota->measure == ADVI_QUOTA_USERS ? "users" : "wants";
	unsigned long long asked = quota->asked, all = quota->all, most;

	if (quota->absent)
		return advi_format("no workload is of a %s of this name",
				   advi_quota_group_name(quota->group));
	if (result->reached >= asked)
		return NULL;
	if (all < asked)
		return advi_format("there %s only %llu user%s", all == 1 ? "is" : "are", all,
				   all == 1 ? "" : "s");
	most = advi_quota_reached(quotas, quota, possible);
	if (most < asked)
		return advi_format("of %llu %s only %llu can be served by what can join base", all,
				   what, most);
	if (!proved)
		return advi_strdup("no choice was found that reaches it");
	return advi_format("it can't be reached %s%s",
			   limited ? "within the budget" : "with what solves together",
			   quotas->all.count > 1 ? " beside the other quotas" : "");
}
