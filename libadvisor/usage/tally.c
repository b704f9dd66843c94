/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting: runs group by group into the rows of an answer. */
#include "usage/tally.h"

struct advi_row_count *advi_rows_at(struct advi_rows *rows, const struct advi_row_key *key)
{
	struct advi_str text = {(const char *)key, sizeof(*key)};
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&rows->by_key, text, &is_new);

	if (!is_new)
		return &rows->all.at[entry->number];
	entry->number = rows->all.count;
	advi_vec_new(&rows->all)->key = *key;
	return &rows->all.at[entry->number];
}

void advi_rows_clear(struct advi_rows *rows)
{
	for (size_t i = 0; i < rows->all.count; i++) {
		struct advi_row_count *row = &rows->all.at[i];

		for (int place = 0; place < ADV_PLACE_COUNT; place++)
			advi_distinct_clear(&row->users[place]);
		advi_distinct_clear(&row->projects);
		advi_distinct_clear(&row->jobs);
	}
	advi_vec_clear(&rows->all);
	advi_map_clear(&rows->by_key);
}

struct counter {
	struct advi_rows *rows;
	const struct advi_data *data;
	const struct advi_question *question;
	struct advi_map overlaps; /* (user, month) -> set of the question's modules */
	uint64_t stamp;
};

/* Runs that differ in job and load alone lie side by side: they are counted in the same rows. */
static int by_group(const void *left, const void *right)
{
	const struct advi_run_data *a = left, *b = right;

	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	if (a->user != b->user)
		return a->user < b->user ? -1 : 1;
	return (a->project > b->project) - (a->project < b->project);
}

static bool same_group(const struct advi_run_data *a, const struct advi_run_data *b)
{
	return by_group(a, b) == 0;
}

static uint32_t domain_of(const struct advi_question *question, uint32_t project)
{
	return project ? question->domain_of.at[project - 1] : 0;
}

static bool asks_for_project(const struct advi_question *question, uint32_t project)
{
	return (question->all_projects || question->project == project) &&
	       (question->all_domains || question->domain == domain_of(question, project));
}

/* Index in the overlap of a module (index plus 1), or its count. */
static size_t overlap_of(const struct advi_question *question, uint32_t module)
{
	size_t i = 0;

	while (i < question->overlap.count && question->overlap.at[i] != module)
		i++;
	return i;
}

/* The set of modules that a user had, in the month when the question is by month. */
static struct advi_map_entry *overlap_at(struct counter *counter, uint32_t user, uint32_t month)
{
	uint32_t key[2] = {user, counter->question->by & ADV_BY_MONTH ? month : 0};

	return advi_map_add(&counter->overlaps, (struct advi_str){(const char *)key, sizeof(key)},
			    NULL);
}

static void find_overlaps(struct counter *counter)
{
	const struct advi_question *question = counter->question;
	const struct advi_data *data = counter->data;

	for (size_t i = 0; question->overlap.count && i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];
		const struct advi_set_data *set = &data->sets.at[run->set];
		struct advi_map_entry *entry;

		if ((i && same_group(run, run - 1)) || !asks_for_project(question, run->project))
			continue;
		entry = overlap_at(counter, run->user, run->month);
		for (size_t j = 0; j < set->count; j++) {
			const struct advi_use_data *use = &data->uses.at[set->first + j];
			size_t at = overlap_of(question, use->module + 1);

			if (use->evidence == question->evidence && at < question->overlap.count)
				entry->number |= (uint64_t)1 << at;
		}
	}
}

/* What a use is, to a question. */
struct use {
	uint32_t month, user, project; /* project, package: index plus 1 */
	uint32_t module, package;      /* package: 0 unless it comes from one */
	enum adv_place place;
};

/* The row that a use belongs to; false when the question does not ask for it. */
static bool key_of(struct counter *counter, const struct use *use, struct advi_row_key *key)
{
	const struct advi_question *question = counter->question;
	unsigned by = question->by;

	if ((!question->all_modules && question->module != use->module + 1) ||
	    (!question->all_packages && (!use->package || question->package != use->package)) ||
	    ((by & ADV_BY_PACKAGE) && !use->package) ||
	    (question->overlap.count &&
	     overlap_of(question, use->module + 1) == question->overlap.count))
		return false;
	*key = (struct advi_row_key){
		.month = by & ADV_BY_MONTH ? use->month : 0,
		.module = by & ADV_BY_MODULE ? use->module + 1 : 0,
		.package = by & ADV_BY_PACKAGE ? use->package : 0,
		.place = by & ADV_BY_PLACE ? (uint32_t)use->place + 1 : 0,
		.project = by & ADV_BY_PROJECT ? use->project : 0,
		.domain = by & ADV_BY_DOMAIN ? domain_of(question, use->project) : 0,
	};
	if (question->overlap.count)
		key->overlap = (uint32_t)overlap_at(counter, use->user, use->month)->number;
	return true;
}

/* Counts the runs of a group in a row, once however many of their uses belong to it. */
static void count_runs(struct counter *counter, struct advi_row_count *row,
		       const struct advi_run_data *runs, size_t count)
{
	if (row->stamp == counter->stamp)
		return;
	row->stamp = counter->stamp;
	row->runs += count;
	if (runs->project)
		advi_distinct_add(&row->projects, runs->project);
	for (size_t i = 0; i < count; i++) {
		row->no_hours |= runs[i].load < 0;
		row->load += runs[i].load;
		if (runs[i].job)
			advi_distinct_add(&row->jobs, runs[i].job);
	}
}

/* Modules are counted whole; packages by the parts that belong to them, too. */
static bool is_asked(const struct advi_question *question, uint8_t evidence)
{
	if ((evidence & ADVI_EVIDENCE_MAPPED) != question->evidence)
		return false;
	return !(evidence & ADVI_EVIDENCE_PART) || (question->by & ADV_BY_PACKAGE) ||
	       !question->all_packages;
}

static void count_group(struct counter *counter, const struct advi_run_data *runs, size_t count)
{
	const struct advi_data *data = counter->data;
	const struct advi_set_data *set = &data->sets.at[runs->set];

	counter->stamp++;
	if (!asks_for_project(counter->question, runs->project))
		return;
	for (size_t i = 0; i < set->count; i++) {
		struct advi_use_data at = data->uses.at[set->first + i];
		enum advi_use_kind kind = advi_use_kind(data, at);
		struct use use = {runs->month,
				  runs->user,
				  runs->project,
				  at.module,
				  kind == ADVI_USE_PACKAGE ? data->modules.at[at.module].package
							   : 0,
				  data->roots.at[at.root].place};
		struct advi_row_key key;
		struct advi_row_count *row;

		if (!is_asked(counter->question, at.evidence) || !key_of(counter, &use, &key))
			continue;
		row = advi_rows_at(counter->rows, &key);
		row->kinds |= kind;
		advi_distinct_add(&row->users[use.place], use.user);
		count_runs(counter, row, runs, count);
	}
}

/*
 * Ready-made counts know no jobs and no hours, and of what kind a module is only whether its name
 * is a package's. A run that imports two modules is in two of them, so runs can be added up only
 * for one module.
 */
static void count_ready_made(struct counter *counter, const struct advi_tally_data *tally)
{
	const struct advi_data *data = counter->data;
	uint32_t package =
		tally->place == ADV_PLACE_BUILTIN ? 0 : data->modules.at[tally->module].package;
	struct use use = {tally->month,   tally->user ? tally->user - 1 : UINT32_MAX,
			  tally->project, tally->module,
			  package,        tally->place};
	struct advi_row_key key;
	struct advi_row_count *row;

	if (!asks_for_project(counter->question, tally->project) || !key_of(counter, &use, &key))
		return;
	row = advi_rows_at(counter->rows, &key);
	row->kinds |= package ? ADVI_USE_PACKAGE : 0;
	if (tally->user)
		advi_distinct_add(&row->users[use.place], use.user);
	if (tally->project)
		advi_distinct_add(&row->projects, tally->project);
	row->no_users |= !tally->user;
	row->no_jobs = row->no_hours = true;
	row->no_runs |= row->counted && row->counted != tally->module + 1;
	row->counted = tally->module + 1;
	row->runs += tally->runs;
}

/* In an overlap, users known from ready-made counts are users like others. */
static void find_ready_made_overlaps(struct counter *counter)
{
	for (size_t i = 0; !counter->question->evidence && i < counter->data->tallies.count; i++) {
		const struct advi_tally_data *tally = &counter->data->tallies.at[i];
		size_t at = overlap_of(counter->question, tally->module + 1);

		if (tally->user && at < counter->question->overlap.count &&
		    asks_for_project(counter->question, tally->project))
			overlap_at(counter, tally->user - 1, tally->month)->number |= (uint64_t)1
										      << at;
	}
}

void advi_count(struct advi_rows *rows, struct advi_data *data,
		const struct advi_question *question)
{
	struct counter counter = {.rows = rows, .data = data, .question = question};

	advi_vec_sort(&data->runs, by_group);
	find_overlaps(&counter);
	find_ready_made_overlaps(&counter);
	for (size_t i = 0, end; i < data->runs.count; i = end) {
		for (end = i + 1;
		     end < data->runs.count && same_group(&data->runs.at[i], &data->runs.at[end]);)
			end++;
		count_group(&counter, &data->runs.at[i], end - i);
	}
	/* They were counted by somebody's import hook. */
	for (size_t i = 0; !question->evidence && i < data->tallies.count; i++)
		count_ready_made(&counter, &data->tallies.at[i]);
	advi_map_clear(&counter.overlaps);
}
