/* SPDX-License-Identifier: BSD-3-Clause */
/* What a report counts of some workloads: users and workloads, by place and by package. */
#include "report/tally.h"

struct counting {
	struct advi_tally *out;
	const struct advi_workloads *workloads;
	const bool *now, *then;
	uint32_t *row_of; /* by package: its row plus 1 */
	/* The user whose workloads come, plus 1: all of them are covered; one is. */
	uint32_t user;
	bool all_now, all_then, some_now, some_then;
	uint32_t last_place[ADV_PLACE_COUNT], last_own;
};

static bool covered(const struct advi_workload *workload, const bool *has)
{
	if (workload->nowhere)
		return false;
	for (size_t i = 0; i < workload->needs.count; i++)
		if (!has[workload->needs.at[i].package])
			return false;
	return true;
}

static void end_user(struct counting *c)
{
	struct advi_cover *cover = &c->out->cover;

	if (!c->user)
		return;
	cover->users++;
	cover->users_now += c->all_now;
	cover->users_then += c->all_then;
	cover->some_now += c->some_now;
	cover->some_then += c->some_then;
}

/* Workloads come sorted by user. */
static void count_cover(struct counting *c, uint32_t user, bool now, bool then)
{
	if (c->user != user + 1) {
		end_user(c);
		c->user = user + 1;
		c->all_now = c->all_then = true;
		c->some_now = c->some_then = false;
	}
	c->all_now &= now;
	c->all_then &= then;
	c->some_now |= now;
	c->some_then |= then;
	c->out->cover.workloads++;
	c->out->cover.workloads_now += now;
	c->out->cover.workloads_then += then;
}

static bool first_time(uint32_t *last, uint32_t user)
{
	bool first = *last != user + 1;

	*last = user + 1;
	return first;
}

static struct advi_tally_package *row_of(struct counting *c, uint32_t package)
{
	struct advi_tally_package *row;

	if (!c->row_of[package]) {
		row = advi_vec_new(&c->out->packages);
		row->package = package;
		row->name = c->workloads->packages.entries.at[package].key.ptr;
		c->row_of[package] = (uint32_t)c->out->packages.count;
	}
	return &c->out->packages.at[c->row_of[package] - 1];
}

static void count_packages(struct counting *c, const struct advi_workload *workload)
{
	size_t lacking = 0;
	struct advi_tally_package *only = NULL;

	for (size_t i = 0; i < workload->needs.count; i++) {
		const struct advi_need *need = &workload->needs.at[i];
		struct advi_tally_package *row = row_of(c, need->package);

		row->users += first_time(&row->last, workload->user);
		if (need->outside) {
			row->users_outside += first_time(&row->last_outside, workload->user);
			row->place_users[workload->place] +=
				first_time(&row->last_place[workload->place], workload->user);
		}
		if (c->then[need->package])
			continue;
		row->kept++;
		row->kept_users += first_time(&row->last_kept, workload->user);
		lacking++;
	}
	for (size_t i = 0; i < workload->needs.count && lacking == 1 && !workload->nowhere; i++)
		if (!c->then[workload->needs.at[i].package])
			only = row_of(c, workload->needs.at[i].package);
	if (only)
		only->kept_alone++;
}

static int by_users(const void *a, const void *b)
{
	const struct advi_tally_package *left = a, *right = b;

	if (left->users_outside != right->users_outside)
		return left->users_outside < right->users_outside ? 1 : -1;
	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void count_workload(struct counting *c, const struct advi_workload *workload)
{
	struct advi_tally_place *place = &c->out->places[workload->place];

	count_cover(c, workload->user, covered(workload, c->now), covered(workload, c->then));
	place->workloads++;
	place->users += first_time(&c->last_place[workload->place], workload->user);
	place->node_hours += workload->node_hours;
	c->out->nowhere += workload->nowhere > 0;
	if (advi_place_is_own(workload->place)) {
		c->out->own++;
		c->out->own_users += first_time(&c->last_own, workload->user);
	}
	count_packages(c, workload);
}

void advi_tally_make(struct advi_tally *out, const struct advi_workloads *workloads,
		     const uint32_t *members, size_t count, const bool *now, const bool *then)
{
	struct counting c = {.out = out, .workloads = workloads, .now = now};

	*out = (struct advi_tally){0};
	c.then = then ? then : now;
	c.row_of = advi_calloc(workloads->packages.entries.count + 1, sizeof(*c.row_of));
	for (size_t i = 0; i < count; i++)
		count_workload(&c, &workloads->all.at[members[i]]);
	end_user(&c);
	advi_vec_sort(&out->packages, by_users);
	for (size_t i = 0; i < out->packages.count; i++)
		c.row_of[out->packages.at[i].package] = (uint32_t)i + 1;
	for (size_t i = 0; i < workloads->packages.entries.count; i++)
		if (c.row_of[i])
			advi_vec_push(&out->by_package, c.row_of[i] - 1);
	free(c.row_of);
}

const struct advi_tally_package *advi_tally_row(const struct advi_tally *tally, uint32_t package)
{
	size_t low = 0, high = tally->by_package.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct advi_tally_package *row =
			&tally->packages.at[tally->by_package.at[middle]];

		if (row->package == package)
			return row;
		if (row->package < package)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void advi_tally_clear(struct advi_tally *tally)
{
	advi_vec_clear(&tally->packages);
	advi_vec_clear(&tally->by_package);
}
