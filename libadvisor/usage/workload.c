/* SPDX-License-Identifier: BSD-3-Clause */
/* Workloads: what one user imports from one environment, over all of its runs. */
#include "usage/workload.h"

#include "usage/data.h"

/* A run, or a ready-made count, on its way into a workload. Ranks are in the order of the texts. */
struct member {
	uint32_t user, environment; /* ranks */
	uint32_t project;           /* index plus 1; 0: none */
	uint32_t set;               /* of a run */
	uint32_t module;            /* of a count: index plus 1; 0: it is a run */
	uint32_t month;
	enum adv_place place; /* of a count */
	uint64_t runs;
	int64_t load;
	uint64_t starts; /* nodes that it started on, in thousandths */
};

/* What one workload has of a set. */
struct set_total {
	uint32_t stamp; /* of the workload */
	uint64_t runs;
	unsigned __int128 starts;
};

struct collector {
	const struct advi_data *data;
	struct advi_workloads *out;
	struct advi_map environments; /* texts; number: its place */
	ADVI_VEC(struct member) members;
	ADVI_VEC(uint32_t) user_site;  /* by set: index plus 1 of the user-site root, 0: none */
	ADVI_VEC(uint32_t) last_user;  /* by module: the rank plus 1 of who last had it nowhere */
	ADVI_VEC(uint32_t) need_of;    /* by package: stamp of the workload that has it */
	ADVI_VEC(uint32_t) need_at;    /* by package: index into its needs */
	ADVI_VEC(uint32_t) nowhere_of; /* by module: stamp of the workload */
	ADVI_VEC(struct set_total) totals; /* by set */
	ADVI_VEC(uint32_t) sets;           /* of the workload, each once */
};

bool advi_place_is_own(enum adv_place place)
{
	return place == ADV_PLACE_USER_SITE || place == ADV_PLACE_HOME ||
	       place == ADV_PLACE_PROJECT || place == ADV_PLACE_TMP || place == ADV_PLACE_OTHER;
}

/* Base and the centre's other trees: what a person adds to them lies in the user site. */
static bool is_shared(enum adv_place place)
{
	return place == ADV_PLACE_BASE || place == ADV_PLACE_SITE || place == ADV_PLACE_SYSTEM;
}

/* The user-site root that a set imports from, the first one in byte order. */
static uint32_t user_site_of(const struct advi_data *data, const struct advi_set_data *set)
{
	const struct advi_root_data *best = NULL;

	for (size_t i = 0; i < set->count; i++) {
		const struct advi_root_data *root =
			&data->roots.at[data->uses.at[set->first + i].root];

		if (!advi_use_counts(data, data->uses.at[set->first + i]))
			continue;
		if (root->place == ADV_PLACE_USER_SITE && root->kind == ADVI_ROOT_PACKAGES &&
		    (!best || strcmp(root->path, best->path) < 0))
			best = root;
	}
	return best ? (uint32_t)(best - data->roots.at) + 1 : 0;
}

/*
 * The index of a run's environment. Names are as they were logged: one folder under two names of
 * an aliased file system is two environments, since nothing says that both were used knowingly.
 */
static uint32_t environment_of(struct collector *collector, const struct advi_run_data *run)
{
	const struct advi_data *data = collector->data;
	const struct advi_root_data *own =
		run->environment ? &data->roots.at[run->environment - 1] : NULL;
	uint32_t user_site = collector->user_site.at[run->set];
	struct advi_str text = own ? advi_str(own->path) : ADVI_STR("unknown");
	enum adv_place place = own ? own->place : ADV_PLACE_OTHER;
	struct advi_map_entry *entry;

	if ((!own || is_shared(place)) && user_site) {
		text = advi_root_prefix(advi_str(data->roots.at[user_site - 1].path));
		place = ADV_PLACE_USER_SITE;
	}
	entry = advi_map_add(&collector->environments, text, NULL);
	entry->number = (uint64_t)place;
	return (uint32_t)(entry - collector->environments.entries.at);
}

static uint32_t counted_environment(struct collector *collector, enum adv_place place)
{
	char text[64];
	struct advi_map_entry *entry;

	snprintf(text, sizeof(text), "counted (%s)", adv_place_name(place));
	entry = advi_map_add(&collector->environments, advi_str(text), NULL);
	entry->number = (uint64_t)place;
	return (uint32_t)(entry - collector->environments.entries.at);
}

static void collect(struct collector *collector)
{
	const struct advi_data *data = collector->data;

	for (size_t i = 0; i < data->sets.count; i++)
		advi_vec_push(&collector->user_site, user_site_of(data, &data->sets.at[i]));
	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];

		if (!data->sets.at[run->set].imported && !data->by_mapping)
			continue;
		advi_vec_push(&collector->members,
			      ((struct member){.user = run->user,
					       .environment = environment_of(collector, run),
					       .project = run->project,
					       .set = run->set,
					       .month = run->month,
					       .runs = 1,
					       .starts = run->starts,
					       .load = run->load > 0 ? run->load : 0}));
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];

		if (tally->user)
			advi_vec_push(&collector->members,
				      ((struct member){.user = tally->user - 1,
						       .environment = counted_environment(
							       collector, tally->place),
						       .project = tally->project,
						       .module = tally->module + 1,
						       .place = tally->place,
						       .month = tally->month,
						       .runs = tally->runs}));
	}
}

struct ranked {
	const char *text;
	uint32_t index;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct ranked *)a)->text, ((const struct ranked *)b)->text);
}

/* The ranks of texts: rank[index]; sorts 'texts'. The caller frees it. */
static uint32_t *rank(struct ranked *texts, size_t count)
{
	uint32_t *ranks = advi_calloc(count, sizeof(*ranks));

	if (count)
		qsort(texts, count, sizeof(*texts), by_text);
	for (size_t i = 0; i < count; i++)
		ranks[texts[i].index] = (uint32_t)i;
	return ranks;
}

static int by_member(const void *left, const void *right)
{
	const struct member *a = left, *b = right;

	if (a->user != b->user)
		return a->user < b->user ? -1 : 1;
	if (a->environment != b->environment)
		return a->environment < b->environment ? -1 : 1;
	return (a->project > b->project) - (a->project < b->project);
}

/* Uses of a package from one place by one workload. */
struct taking {
	enum adv_place place;
	uint64_t uses;
	unsigned __int128 starts; /* nodes that they started on, in thousandths */
	bool mapped, probe;
};

/* 'stamp' is the workload's number plus 1. */
static void need(struct collector *collector, struct advi_workload *workload, uint32_t stamp,
		 uint32_t package, const struct taking *taking)
{
	bool outside = taking->place != ADV_PLACE_BASE;
	struct advi_need *one;

	if (collector->need_of.at[package] != stamp) {
		collector->need_of.at[package] = stamp;
		collector->need_at.at[package] = (uint32_t)workload->needs.count;
		advi_vec_new(&workload->needs)->package = package;
	}
	one = &workload->needs.at[collector->need_at.at[package]];
	one->outside |= outside;
	one->base |= !outside && !taking->probe;
	one->mapped |= outside && taking->mapped;
	one->used |= !taking->probe;
	if (taking->probe)
		return;
	if (outside)
		workload->reads += taking->starts;
	if (!advi_place_is_own(taking->place))
		return;
	one->own += taking->uses;
	one->own_starts += taking->starts;
}

/* Takes what was never more than a probe out of a workload's needs, and counts it. */
static void sort_out_probes(struct collector *collector, struct advi_workload *workload)
{
	struct advi_workloads *out = collector->out;
	size_t kept = 0;

	for (size_t i = 0; i < workload->needs.count; i++) {
		struct advi_need one = workload->needs.at[i];
		struct advi_probe *probe;
		size_t index;

		if (one.used)
			workload->needs.at[kept++] = one;
		if (one.used || !one.outside)
			continue;
		index = advi_map_intern(&out->probed,
					collector->data->packages.entries.at[one.package].key);
		probe = index < out->probes.count ? &out->probes.at[index]
						  : advi_vec_new(&out->probes);
		probe->workloads++;
		probe->users += probe->last != workload->user + 1;
		probe->last = workload->user + 1;
	}
	workload->needs.count = kept;
}

/* A user that has a module from nowhere; members come user by user. */
static void from_nowhere(struct collector *collector, struct advi_workload *workload,
			 uint32_t stamp, uint32_t module, uint32_t user)
{
	if (collector->nowhere_of.at[module] != stamp)
		workload->nowhere++;
	collector->nowhere_of.at[module] = stamp;
	if (collector->last_user.at[module] == user + 1)
		return;
	collector->last_user.at[module] = user + 1;
	advi_map_add(&collector->out->nowhere, advi_str(collector->data->modules.at[module].name),
		     NULL)
		->number++;
}

/* Of counts it is known neither on how many nodes they ran nor how often they were left out. */
static void take_count(struct collector *collector, struct advi_workload *workload, uint32_t stamp,
		       const struct member *member)
{
	uint32_t package = collector->data->modules.at[member->module - 1].package;
	struct taking taking = {.place = member->place,
				.uses = member->runs,
				.starts = (unsigned __int128)member->runs * 1000};

	if (package)
		need(collector, workload, stamp, package - 1, &taking);
}

/* Runs are taken set by set, when all of the workload's are known. */
static void note_run(struct collector *collector, uint32_t stamp, const struct member *member)
{
	struct set_total *total = &collector->totals.at[member->set];

	if (total->stamp != stamp) {
		*total = (struct set_total){.stamp = stamp};
		advi_vec_push(&collector->sets, member->set);
	}
	total->runs += member->runs;
	total->starts += member->starts;
}

static void take_set(struct collector *collector, struct advi_workload *workload, uint32_t stamp,
		     uint32_t index, uint32_t user)
{
	const struct advi_data *data = collector->data;
	const struct advi_set_data *set = &data->sets.at[index];
	const struct set_total *total = &collector->totals.at[index];

	for (size_t i = 0; i < set->count; i++) {
		struct advi_use_data use = data->uses.at[set->first + i];
		enum advi_use_kind kind = advi_use_kind(data, use);
		struct taking taking = {data->roots.at[use.root].place, total->runs, total->starts,
					use.mapped, use.probe};

		if (!advi_use_counts(data, use))
			continue;
		if (kind == ADVI_USE_PACKAGE) {
			need(collector, workload, stamp, data->modules.at[use.module].package - 1,
			     &taking);
		} else if (kind == ADVI_USE_NOWHERE && !use.evidence) {
			from_nowhere(collector, workload, stamp, use.module, user);
			workload->nowhere_own += advi_place_is_own(taking.place) ? taking.uses : 0;
		}
	}
}

/* The account of most runs among members that are sorted by account; the first by name on a tie. */
static const char *project_of(const struct collector *collector, const struct member *members,
			      size_t count)
{
	const char *best = NULL;
	uint64_t most = 0, runs = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t project = members[i].project;
		const char *name = project ? collector->data->projects.at[project - 1] : NULL;

		runs = i && members[i - 1].project == project ? runs + members[i].runs
							      : members[i].runs;
		if (name && (runs > most || (runs == most && best && strcmp(name, best) < 0))) {
			most = runs;
			best = name;
		}
	}
	return best;
}

static int by_need_name(const void *a, const void *b, void *context)
{
	const struct advi_map *packages = context;

	return advi_str_cmp(packages->entries.at[((const struct advi_need *)a)->package].key,
			    packages->entries.at[((const struct advi_need *)b)->package].key);
}

static void make_one(struct collector *collector, const struct member *members, size_t count,
		     const char *user, const struct advi_map_entry *environment)
{
	struct advi_workloads *out = collector->out;
	struct advi_workload *workload = advi_vec_new(&out->all);
	uint32_t stamp = (uint32_t)out->all.count;
	__int128 load = 0;

	workload->user = (uint32_t)advi_map_intern(&out->users, advi_str(user));
	workload->environment = (uint32_t)advi_map_intern(&out->environments, environment->key);
	workload->place = (enum adv_place)environment->number;
	workload->project = advi_arena_dup(&out->arena, project_of(collector, members, count));
	for (size_t i = 0; i < count; i++) {
		if (members[i].module)
			take_count(collector, workload, stamp, &members[i]);
		else
			note_run(collector, stamp, &members[i]);
		workload->runs += members[i].runs;
		if (!workload->first || members[i].month < workload->first)
			workload->first = members[i].month;
		if (members[i].month > workload->last)
			workload->last = members[i].month;
		load += members[i].load;
	}
	for (size_t i = 0; i < collector->sets.count; i++)
		take_set(collector, workload, stamp, collector->sets.at[i], members->user);
	collector->sets.count = 0;
	workload->load = (unsigned __int128)load;
	workload->node_hours = advi_load_hours(load);
	sort_out_probes(collector, workload);
	for (size_t i = 0; i < workload->needs.count; i++) {
		struct advi_need *one = &workload->needs.at[i];

		one->package = (uint32_t)advi_map_intern(
			&out->packages, collector->data->packages.entries.at[one->package].key);
	}
	if (workload->needs.count)
		qsort_r(workload->needs.at, workload->needs.count, sizeof(*workload->needs.at),
			by_need_name, &out->packages);
}

/* Groups members by user and environment, both in the order of their texts. */
static void group(struct collector *collector)
{
	const struct advi_data *data = collector->data;
	struct advi_map_entry *environments = collector->environments.entries.at;
	size_t environment_count = collector->environments.entries.count;
	ADVI_AUTO_PTR struct ranked *users = advi_calloc(data->users.count, sizeof(*users));
	ADVI_AUTO_PTR struct ranked *places = advi_calloc(environment_count, sizeof(*places));
	ADVI_AUTO_PTR uint32_t *user_rank = NULL, *environment_rank = NULL;
	struct member *at = collector->members.at;
	size_t count = collector->members.count;

	for (size_t i = 0; i < data->users.count; i++)
		users[i] = (struct ranked){data->users.at[i], (uint32_t)i};
	for (size_t i = 0; i < environment_count; i++)
		places[i] = (struct ranked){environments[i].key.ptr, (uint32_t)i};
	user_rank = rank(users, data->users.count);
	environment_rank = rank(places, environment_count);
	for (size_t i = 0; i < count; i++) {
		at[i].user = user_rank[at[i].user];
		at[i].environment = environment_rank[at[i].environment];
	}
	if (count)
		qsort(at, count, sizeof(*at), by_member);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && at[end].user == at[i].user &&
				  at[end].environment == at[i].environment;)
			end++;
		make_one(collector, at + i, end - i, users[at[i].user].text,
			 &environments[places[at[i].environment].index]);
	}
}

static void clear(struct collector *collector)
{
	advi_map_clear(&collector->environments);
	advi_vec_clear(&collector->members);
	advi_vec_clear(&collector->user_site);
	advi_vec_clear(&collector->last_user);
	advi_vec_clear(&collector->need_of);
	advi_vec_clear(&collector->need_at);
	advi_vec_clear(&collector->nowhere_of);
	advi_vec_clear(&collector->totals);
	advi_vec_clear(&collector->sets);
}

void advi_workloads_collect(struct advi_workloads *out, const struct advi_data *data)
{
	struct collector collector = {.out = out, .data = data};

	*out = (struct advi_workloads){.by_mapping = data->by_mapping};
	for (size_t i = 0; i < data->modules.count; i++) {
		advi_vec_new(&collector.last_user);
		advi_vec_new(&collector.nowhere_of);
	}
	for (size_t i = 0; i < data->packages.entries.count; i++) {
		advi_vec_new(&collector.need_of);
		advi_vec_new(&collector.need_at);
	}
	for (size_t i = 0; i < data->sets.count; i++)
		advi_vec_new(&collector.totals);
	collect(&collector);
	group(&collector);
	clear(&collector);
}

int advi_workloads_load(struct advi_workloads *out, const struct adv_store *store,
			const struct adv_site *site, const char *since, const char *until,
			struct adv_err *err)
{
	struct advi_data data;
	uint32_t first, last;
	int r;

	*out = (struct advi_workloads){0};
	if ((r = advi_data_site(&site, store, site, err)) < 0 ||
	    (r = advi_month_range(&first, &last, since, until, err)) < 0 ||
	    (r = advi_data_load(&data, store, site, first, last, err)) < 0)
		return r;
	advi_data_mark_probes(&data);
	advi_workloads_collect(out, &data);
	advi_data_clear(&data);
	return 0;
}

void advi_workloads_clear(struct advi_workloads *workloads)
{
	for (size_t i = 0; i < workloads->all.count; i++)
		advi_vec_clear(&workloads->all.at[i].needs);
	advi_vec_clear(&workloads->all);
	advi_map_clear(&workloads->users);
	advi_map_clear(&workloads->environments);
	advi_map_clear(&workloads->packages);
	advi_map_clear(&workloads->nowhere);
	advi_map_clear(&workloads->probed);
	advi_vec_clear(&workloads->probes);
	advi_arena_clear(&workloads->arena);
}
