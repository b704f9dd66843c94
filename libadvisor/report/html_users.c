/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs and counts as groups, in an order that tells nothing about who is who. */
#include <string.h>

#include "report/html_groups.h"

/* That a job has runs in a group. */
struct presence {
	uint32_t job, group;
};

struct collecting {
	struct grouping *grouping;
	ADVI_VEC(struct presence) jobs; /* groups by their numbers */
	uint32_t numbers;               /* given to groups so far */
};

/* What was imported, when and for which project; and by whom, where that is asked for. */
struct deed {
	uint32_t user, set, month, project;
};

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_deeds(struct deed a, struct deed b)
{
	int order = compare(a.user, b.user);

	order = order ? order : compare(a.set, b.set);
	order = order ? order : compare(a.month, b.month);
	return order ? order : compare(a.project, b.project);
}

static struct deed run_deed(const struct advi_run_data *run)
{
	return (struct deed){run->user, run->set, run->month, run->project};
}

static struct deed group_deed(const struct advi_html_group *group)
{
	return (struct deed){group->user, group->set, group->month, group->project};
}

static int by_group(const void *left, const void *right)
{
	const struct advi_run_data *a = left, *b = right;
	int order = compare_deeds(run_deed(a), run_deed(b));

	return order ? order : compare(a->job, b->job);
}

static int by_identity(const void *left, const void *right)
{
	const struct advi_html_group *a = left, *b = right;
	int order = compare_deeds(group_deed(a), group_deed(b));

	return order ? order : a->counted - b->counted;
}

static void note_month(struct advi_html_groups *out, uint32_t month)
{
	out->first = !out->first || month < out->first ? month : out->first;
	out->last = month > out->last ? month : out->last;
}

static void add_run(struct collecting *collecting, const struct advi_run_data *run, bool is_new)
{
	struct advi_html_groups *out = collecting->grouping->out;
	struct advi_html_group *group;

	if (is_new)
		advi_vec_push(&out->all,
			      ((struct advi_html_group){.user = run->user + 1,
							.set = run->set,
							.month = run->month,
							.project = run->project,
							.number = collecting->numbers++}));
	group = &out->all.at[out->all.count - 1];
	group->runs++;
	group->load = group->load < 0 || run->load < 0 ? -1 : group->load + run->load;
	if (run->job && (is_new || !collecting->jobs.count ||
			 collecting->jobs.at[collecting->jobs.count - 1].job != run->job))
		advi_vec_push(&collecting->jobs, ((struct presence){run->job, group->number}));
	note_month(out, run->month);
}

static void add_runs(struct collecting *collecting)
{
	struct grouping *grouping = collecting->grouping;
	struct advi_data *data = grouping->data;

	for (size_t i = 0; i < data->runs.count; i++) {
		struct advi_run_data *run = &data->runs.at[i];

		run->set = grouping->set_of[run->set];
		run->project = run->project ? grouping->project_rank[run->project - 1] : 0;
	}
	advi_vec_sort(&data->runs, by_group);
	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i], *last = run - 1;

		add_run(collecting, run, !i || compare_deeds(run_deed(run), run_deed(last)) != 0);
	}
}

static void add_tallies(struct collecting *collecting)
{
	struct grouping *grouping = collecting->grouping;
	struct advi_html_groups *out = grouping->out;

	for (size_t i = 0; i < grouping->data->tallies.count; i++) {
		const struct advi_tally_data *tally = &grouping->data->tallies.at[i];
		uint32_t project = tally->project ? grouping->project_rank[tally->project - 1] : 0;

		advi_vec_push(&out->all, ((struct advi_html_group){.user = tally->user,
								   .set = grouping->set_of_tally[i],
								   .month = tally->month,
								   .project = project,
								   .runs = tally->runs,
								   .load = -1,
								   .counted = true}));
		note_month(out, tally->month);
	}
}

static int by_job(const void *left, const void *right)
{
	const struct presence *a = left, *b = right;

	return a->job != b->job ? compare(a->job, b->job) : compare(a->group, b->group);
}

/* What one group or user did, compared with another: never by who it was. */
static int compare_groups(const struct advi_html_group *a, const struct advi_html_group *b)
{
	struct deed left = group_deed(a), right = group_deed(b);
	int order;

	left.user = right.user = 0;
	order = compare_deeds(left, right);
	if (order)
		return order;
	if (a->counted != b->counted)
		return a->counted ? 1 : -1;
	if (a->runs != b->runs)
		return a->runs < b->runs ? -1 : 1;
	return (a->load > b->load) - (a->load < b->load);
}

struct user {
	const struct advi_html_group *groups;
	size_t count;
	const char *name; /* settles what does not matter: both did the same */
};

static int by_deeds(const void *left, const void *right)
{
	const struct user *a = left, *b = right;
	int order = 0;

	for (size_t i = 0; i < a->count && i < b->count && !order; i++)
		order = compare_groups(&a->groups[i], &b->groups[i]);
	if (order)
		return order;
	return a->count != b->count ? (a->count < b->count ? -1 : 1) : strcmp(a->name, b->name);
}

/* Ready-made counts of the same become one group; groups of runs are so already. */
static void merge_groups(struct advi_html_groups *out)
{
	size_t kept = 0;

	advi_vec_sort(&out->all, by_identity);
	for (size_t i = 0; i < out->all.count; i++)
		if (kept && by_identity(&out->all.at[kept - 1], &out->all.at[i]) == 0)
			out->all.at[kept - 1].runs += out->all.at[i].runs;
		else
			out->all.at[kept++] = out->all.at[i];
	out->all.count = kept;
}

/* Gives users their numbers by what they did, and moves their groups into that order. */
static void order_users(struct grouping *grouping)
{
	struct advi_html_groups *out = grouping->out;
	ADVI_AUTO_PTR struct advi_html_group *from = advi_calloc(out->all.count + 1, sizeof(*from));
	ADVI_VEC(struct user) users = {0};
	size_t at = 0;

	if (out->all.count)
		memcpy(from, out->all.at, out->all.count * sizeof(*from));
	while (at < out->all.count && !from[at].user)
		at++;
	for (size_t i = at, end; i < out->all.count; i = end) {
		for (end = i + 1; end < out->all.count && from[end].user == from[i].user;)
			end++;
		advi_vec_push(&users, ((struct user){&from[i], end - i,
						     grouping->data->users.at[from[i].user - 1]}));
	}
	advi_vec_sort(&users, by_deeds);
	for (size_t i = 0; i < users.count; i++)
		for (size_t j = 0; j < users.at[i].count; j++) {
			out->all.at[at] = users.at[i].groups[j];
			out->all.at[at++].user = (uint32_t)i + 1;
		}
	out->users = (uint32_t)users.count + 1;
	advi_vec_clear(&users);
}

/* A job that one group alone has is a number there; the others are put together by their groups. */
static void count_jobs(struct collecting *collecting, struct advi_map *together)
{
	struct advi_html_groups *out = collecting->grouping->out;
	ADVI_AUTO_PTR uint32_t *place = advi_calloc(collecting->numbers + 1, sizeof(*place));
	ADVI_VEC(uint32_t) groups = {0};

	for (size_t i = 0; i < out->all.count; i++)
		if (!out->all.at[i].counted)
			place[out->all.at[i].number] = (uint32_t)i;
	for (size_t i = 0; i < collecting->jobs.count; i++)
		collecting->jobs.at[i].group = place[collecting->jobs.at[i].group];
	advi_vec_sort(&collecting->jobs, by_job);
	for (size_t i = 0, end; i < collecting->jobs.count; i = end) {
		groups.count = 0;
		for (end = i; end < collecting->jobs.count &&
			      collecting->jobs.at[end].job == collecting->jobs.at[i].job;
		     end++)
			advi_vec_push(&groups, collecting->jobs.at[end].group);
		if (groups.count == 1)
			out->all.at[groups.at[0]].jobs++;
		else
			advi_map_add(together,
				     (struct advi_str){(const char *)groups.at,
						       groups.count * sizeof(*groups.at)},
				     NULL)
				->number++;
	}
	advi_vec_clear(&groups);
}

static int by_numbers(const void *a, const void *b)
{
	const struct advi_map_entry *x = *(const struct advi_map_entry *const *)a;
	const struct advi_map_entry *y = *(const struct advi_map_entry *const *)b;

	return advi_html_compare_numbers(x->key, y->key);
}

static void write_shared(struct advi_html_groups *out, const struct advi_map *together)
{
	ADVI_VEC(const struct advi_map_entry *) order = {0};

	for (size_t i = 0; i < together->entries.count; i++)
		advi_vec_push(&order, &together->entries.at[i]);
	advi_vec_sort(&order, by_numbers);
	for (size_t i = 0; i < order.count; i++) {
		struct advi_str groups = order.at[i]->key;

		advi_vec_push(&out->shared_jobs, order.at[i]->number);
		for (size_t at = 0; at < groups.len; at += sizeof(uint32_t))
			advi_vec_push(&out->shared, advi_html_number(groups, at));
		advi_vec_push(&out->shared_ends, (uint32_t)out->shared.count);
	}
	advi_vec_clear(&order);
}

void advi_html_collect(struct grouping *grouping)
{
	struct collecting collecting = {.grouping = grouping};
	ADVI_AUTO(map) struct advi_map together = {0};

	add_runs(&collecting);
	add_tallies(&collecting);
	merge_groups(grouping->out);
	order_users(grouping);
	count_jobs(&collecting, &together);
	write_shared(grouping->out, &together);
	advi_vec_clear(&collecting.jobs);
}
