/* SPDX-License-Identifier: BSD-3-Clause */
/* What a report counts: users and workloads, by place, package and project. */
#include "report/tally.h"

static bool covered(const struct advi_workloads *workloads, const struct advi_workload *workload,
		    const struct advi_map *has)
{
	if (workload->nowhere)
		return false;
	for (size_t i = 0; i < workload->needs.count; i++)
		if (!advi_map_get(
			    has, workloads->packages.entries.at[workload->needs.at[i].package].key))
			return false;
	return true;
}

/* Ends a user of a project: he is covered when every workload was. */
static void end_user(struct advi_tally_project *row)
{
	if (!row->last)
		return;
	row->cover.users++;
	row->cover.users_now += row->now;
	row->cover.users_then += row->then;
}

/* Workloads come sorted by user. */
static void count_cover(struct advi_tally_project *row, uint32_t user, bool now, bool then)
{
	if (row->last != user + 1) {
		end_user(row);
		row->last = user + 1;
		row->now = row->then = true;
	}
	row->now = row->now && now;
	row->then = row->then && then;
	row->cover.workloads++;
	row->cover.workloads_now += now;
	row->cover.workloads_then += then;
}

static bool first_time(uint32_t *last, uint32_t user)
{
	bool first = *last != user + 1;

	*last = user + 1;
	return first;
}

static void count_packages(struct advi_tally *tally, const struct advi_workload *workload)
{
	for (size_t i = 0; i < workload->needs.count; i++) {
		const struct advi_need *need = &workload->needs.at[i];
		struct advi_tally_package *row = &tally->packages.at[need->package];

		row->users += first_time(&row->last, workload->user);
		if (!need->outside)
			continue;
		row->users_outside += first_time(&row->last_outside, workload->user);
		row->place_users[workload->place] +=
			first_time(&row->last_place[workload->place], workload->user);
	}
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

static int by_project_users(const void *a, const void *b)
{
	const struct advi_tally_project *left = a, *right = b;

	if (left->cover.users != right->cover.users)
		return left->cover.users < right->cover.users ? 1 : -1;
	return strcmp(left->name, right->name);
}

static struct advi_tally_project *project_of(struct advi_tally *tally, struct advi_map *names,
					     const char *name)
{
	size_t index = advi_map_intern(names, advi_str(name));

	if (index == tally->projects.count)
		advi_vec_new(&tally->projects)->name = name;
	return &tally->projects.at[index];
}

/* Drops packages that nobody of the counted workloads uses, and puts the rest in order. */
static void finish(struct advi_tally *tally)
{
	size_t kept = 0;

	for (size_t i = 0; i < tally->packages.count; i++)
		if (tally->packages.at[i].users)
			tally->packages.at[kept++] = tally->packages.at[i];
	tally->packages.count = kept;
	advi_vec_sort(&tally->packages, by_users);
	for (size_t i = 0; i < tally->projects.count; i++)
		end_user(&tally->projects.at[i]);
	advi_vec_sort(&tally->projects, by_project_users);
}

void advi_tally_make(struct advi_tally *out, const struct advi_workloads *workloads,
		     const char *project, const struct advi_map *now, const struct advi_map *then)
{
	ADVI_AUTO(map) struct advi_map names = {0};
	struct advi_tally_project all = {0};
	uint32_t last[ADV_PLACE_COUNT] = {0};

	*out = (struct advi_tally){0};
	for (size_t i = 0; i < workloads->packages.entries.count; i++)
		advi_vec_new(&out->packages)->name = workloads->packages.entries.at[i].key.ptr;
	for (size_t i = 0; i < workloads->all.count; i++) {
		const struct advi_workload *workload = &workloads->all.at[i];
		bool is_now, is_then;

		if (project && (!workload->project || strcmp(workload->project, project) != 0))
			continue;
		is_now = covered(workloads, workload, now);
		is_then = then ? covered(workloads, workload, then) : is_now;
		count_cover(&all, workload->user, is_now, is_then);
		if (workload->project)
			count_cover(project_of(out, &names, workload->project), workload->user,
				    is_now, is_then);
		out->places[workload->place].workloads++;
		out->places[workload->place].users +=
			first_time(&last[workload->place], workload->user);
		out->places[workload->place].node_hours += workload->node_hours;
		out->nowhere += workload->nowhere > 0;
		count_packages(out, workload);
	}
	end_user(&all);
	out->cover = all.cover;
	finish(out);
}

void advi_tally_clear(struct advi_tally *tally)
{
	advi_vec_clear(&tally->packages);
	advi_vec_clear(&tally->projects);
}
