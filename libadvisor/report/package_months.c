/* SPDX-License-Identifier: BSD-3-Clause */
/* Unique users of every package by month, probes left out: what published charts are drawn from. */
#include "report/facts.h"

#include "usage/history.h"

/* That somebody had a set of imports, or a ready-made count, in a month. */
struct moment {
	uint32_t user, month;
	uint32_t set;    /* plus 1; 0: it is a count */
	uint32_t module; /* of a count */
};

struct counting {
	const struct advi_facts *facts;
	struct advi_package_months *out;
	const struct moment *before; /* whose user and month are counted */
	ADVI_VEC(struct moment) moments;
	uint32_t *index_of; /* by package of the data: of the workloads, plus 1 */
	size_t *last; /* by package of the workloads: the user and month counted last, plus 1 */
	size_t stamp;
};

static int by_user_month(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return (x->module > y->module) - (x->module < y->module);
}

static void collect(struct counting *c)
{
	const struct advi_data *data = &c->facts->data;

	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];

		if (data->sets.at[run->set].imported || data->by_mapping)
			advi_vec_push(&c->moments,
				      ((struct moment){run->user, run->month, run->set + 1, 0}));
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];

		if (tally->user)
			advi_vec_push(&c->moments, ((struct moment){tally->user - 1, tally->month,
								    0, tally->module}));
	}
	advi_vec_sort(&c->moments, by_user_month);
}

static void count_package(struct counting *c, uint32_t package, uint32_t month)
{
	uint32_t index = c->index_of[package];

	if (!index || c->last[index - 1] == c->stamp)
		return;
	c->last[index - 1] = c->stamp;
	c->out->users[(size_t)(index - 1) * c->out->months +
		      advi_months_between(month, c->facts->first)]++;
}

static void count_moment(struct counting *c, const struct moment *at)
{
	const struct advi_data *data = &c->facts->data;
	const struct advi_set_data *set = at->set ? &data->sets.at[at->set - 1] : NULL;

	if (!c->before || c->before->user != at->user || c->before->month != at->month)
		c->stamp++;
	if (!set && data->modules.at[at->module].package)
		count_package(c, data->modules.at[at->module].package - 1, at->month);
	for (size_t i = 0; set && i < set->count; i++) {
		struct advi_use_data use = data->uses.at[set->first + i];

		if (advi_use_counts(data, use) && !use.probe &&
		    advi_use_kind(data, use) == ADVI_USE_PACKAGE)
			count_package(c, data->modules.at[use.module].package - 1, at->month);
	}
	c->before = at;
}

void advi_package_months_count(struct advi_package_months *out, const struct advi_facts *facts)
{
	const struct advi_map *from = &facts->data.packages, *to = &facts->workloads.packages;
	struct counting c = {.facts = facts, .out = out};

	*out = (struct advi_package_months){0};
	if (!facts->first || advi_months_between(facts->last, facts->first) >= ADVI_HISTORY_MONTHS)
		return;
	out->months = advi_months_between(facts->last, facts->first) + 1;
	out->users = advi_calloc(to->entries.count * out->months + 1, sizeof(*out->users));
	c.last = advi_calloc(to->entries.count + 1, sizeof(*c.last));
	c.index_of = advi_calloc(from->entries.count + 1, sizeof(*c.index_of));
	for (size_t i = 0; i < from->entries.count; i++) {
		const struct advi_map_entry *entry = advi_map_get(to, from->entries.at[i].key);

		c.index_of[i] = entry ? (uint32_t)(entry - to->entries.at) + 1 : 0;
	}
	collect(&c);
	for (size_t i = 0; i < c.moments.count; i++)
		if (!i || by_user_month(&c.moments.at[i], &c.moments.at[i - 1]) != 0)
			count_moment(&c, &c.moments.at[i]);
	advi_vec_clear(&c.moments);
	free(c.index_of);
	free(c.last);
}

void advi_package_months_clear(struct advi_package_months *months)
{
	free(months->users);
	*months = (struct advi_package_months){0};
}
