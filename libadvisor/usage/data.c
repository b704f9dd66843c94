/* SPDX-License-Identifier: BSD-3-Clause */
/* A store's content in memory. */
#include "usage/data.h"

#include <math.h>

#include "base/mem.h"
#include "usage/months.h"
#include "usage/pack.h"
#include "usage/record.h"
#include "usage/workload.h"

enum { ALL_EVIDENCE = ADVI_EVIDENCE_MAPPED | ADVI_EVIDENCE_PART };

struct loading {
	struct advi_data *data;
	const struct adv_store *store;
	const struct adv_site *site;
	uint32_t since, until;
	const char *project; /* NULL: all of the store */
};

/* A store is a file from outside, too: numbers in it are checked before they are used. */
static int damaged(const struct loading *loading, const char *what, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT,
			 "store '%s': it is damaged (%s); make it anew from the logs",
			 loading->store->path, what);
}

/* Ids of names run from 1 without a gap; gives the index, or says that there is no such name. */
static bool index_of(sqlite3_stmt *row, int column, size_t count, uint32_t *out)
{
	sqlite3_int64 id = sqlite3_column_int64(row, column);

	*out = (uint32_t)(id - 1);
	return id >= 1 && (uint64_t)id <= count;
}

/* As index_of for what may be missing: index plus 1, or 0. */
static bool optional_index(sqlite3_stmt *row, int column, size_t count, uint32_t *out)
{
	sqlite3_int64 id = sqlite3_column_int64(row, column);

	*out = (uint32_t)id;
	return id >= 0 && (uint64_t)id <= count;
}

static int add_user(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;

	(void)err;
	advi_vec_push(&data->users, advi_arena_str(&data->arena, advi_sql_column(row, 1)));
	return 0;
}

static int add_project(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;

	(void)err;
	advi_vec_push(&data->projects, advi_arena_str(&data->arena, advi_sql_column(row, 1)));
	return 0;
}

static int add_version(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;

	(void)err;
	advi_vec_push(&data->versions, advi_arena_str(&data->arena, advi_sql_column(row, 1)));
	return 0;
}

static int add_module(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	struct advi_str name = advi_sql_column(row, 1);
	const char *package = advi_site_package(loading->site, name);
	struct advi_module_data *module = advi_vec_new(&data->modules);

	(void)err;
	module->name = advi_arena_str(&data->arena, name);
	if (package) {
		struct advi_str text = advi_str(package);

		module->package = (uint32_t)advi_map_intern(&data->packages, text) + 1;
		data->packages.entries.at[module->package - 1].number =
			advi_site_by_pip(loading->site, text)    ? ADV_IN_BASE_BY_PIP
			: advi_site_in_base(loading->site, text) ? ADV_IN_BASE
								 : ADV_NOT_IN_BASE;
	}
	return 0;
}

static int add_root(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	struct advi_str path = advi_sql_column(row, 1);
	int kind = sqlite3_column_int(row, 2);
	struct advi_root_data *root = advi_vec_new(&data->roots);

	if (kind < 0 || kind >= ADVI_ROOT_KINDS)
		return damaged(loading, "a root of an unknown kind", err);
	root->path = advi_arena_str(&data->arena, path);
	root->kind = (enum advi_root_kind)kind;
	root->place = advi_site_place(loading->site, path);
	return 0;
}

/* A part says what the whole is good for; wholes are read before parts. */
static void mark_whole(struct advi_data *data, const struct advi_set_data *set,
		       const struct advi_use_data *part)
{
	struct advi_str name = advi_str(data->modules.at[part->module].name);

	name.len = advi_str_find(name, '.');
	for (size_t i = set->first; i < data->uses.count; i++) {
		struct advi_use_data *use = &data->uses.at[i];

		if (use->evidence == (part->evidence & ADVI_EVIDENCE_MAPPED) &&
		    advi_str_is(name, data->modules.at[use->module].name))
			use->parts = true;
	}
}

static int add_use(struct loading *loading, struct advi_set_data *set, const struct advi_item *item,
		   struct adv_err *err)
{
	struct advi_data *data = loading->data;
	struct advi_use_data *use = advi_vec_new(&data->uses);

	if (item->module - 1 >= data->modules.count || item->root - 1 >= data->roots.count ||
	    item->version > data->versions.count)
		return damaged(loading, "an import of an unknown module, root or version", err);
	use->module = item->module - 1;
	use->root = item->root - 1;
	use->version = item->version;
	use->evidence = item->evidence & ALL_EVIDENCE;
	set->count++;
	set->imported |= use->evidence == 0;
	if (use->evidence & ADVI_EVIDENCE_PART)
		mark_whole(data, set, use);
	return 0;
}

static int add_set(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	const char *items = sqlite3_column_blob(row, 1);
	struct advi_str packed = {items, items ? (size_t)sqlite3_column_bytes(row, 1) : 0};
	struct advi_set_data *set = advi_vec_new(&data->sets);
	struct advi_item item;
	int r;

	*set = (struct advi_set_data){.id = sqlite3_column_int64(row, 0),
				      .first = data->uses.count};
	while ((r = advi_unpack_item(&packed, &item)) > 0)
		if ((r = add_use(loading, set, &item, err)) < 0)
			return r;
	return r < 0 ? damaged(loading, "a set of imports", err) : 0;
}

static int by_id(const void *key, const void *element)
{
	int64_t id = *(const int64_t *)key, other = ((const struct advi_set_data *)element)->id;

	return (id > other) - (id < other);
}

/* Capped, so that a sum of as many runs as there can be stays within 128 bits. */
static int64_t load_of(double ticks, double nodes, double probability)
{
	double load =
		ticks * nodes * 1000 / (probability > 0 && probability <= 1 ? probability : 1);

	return load >= 0 && load < 9e18 ? llround(load) : 0;
}

/* On how many nodes runs like it started, in thousandths; capped likewise. */
static uint64_t starts_of(double nodes, double probability)
{
	double starts = nodes * 1000 / (probability > 0 && probability <= 1 ? probability : 1);

	return starts >= 0 && starts < 1e12 ? (uint64_t)llround(starts) : 0;
}

static int add_run(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	struct advi_run_data *run;
	int64_t set = sqlite3_column_int64(row, 0);
	const struct advi_set_data *found = NULL;
	uint32_t month = (uint32_t)sqlite3_column_int64(row, 1);

	if (!advi_month_ok(sqlite3_column_int64(row, 1)))
		return damaged(loading, "a run of no month", err);
	if (month < loading->since || (loading->until && month > loading->until))
		return 0;
	if (data->sets.count)
		found = bsearch(&set, data->sets.at, data->sets.count, sizeof(*data->sets.at),
				by_id);
	run = advi_vec_new(&data->runs);
	if (!found || !index_of(row, 2, data->users.count, &run->user) ||
	    !optional_index(row, 3, data->projects.count, &run->project) ||
	    !optional_index(row, 5, data->roots.count, &run->environment))
		return damaged(loading, "a run of an unknown user, project, environment or set",
			       err);
	run->set = (uint32_t)(found - data->sets.at);
	run->month = month;
	run->job = (uint32_t)sqlite3_column_int64(row, 4);
	run->load = sqlite3_column_type(row, 6) == SQLITE_NULL
			    ? -1
			    : load_of(sqlite3_column_double(row, 6), sqlite3_column_double(row, 7),
				      sqlite3_column_double(row, 8));
	run->starts = starts_of(sqlite3_column_double(row, 7), sqlite3_column_double(row, 8));
	return 0;
}

static int add_tally(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	struct advi_tally_data *tally;
	struct advi_str place = advi_sql_column(row, 4);
	uint32_t month = (uint32_t)sqlite3_column_int64(row, 0);
	int at = 0;

	if (!advi_month_ok(sqlite3_column_int64(row, 0)))
		return damaged(loading, "a count of no month", err);
	if (month < loading->since || (loading->until && month > loading->until))
		return 0;
	while (at < ADV_PLACE_COUNT && !advi_str_is(place, adv_place_name((enum adv_place)at)))
		at++;
	tally = advi_vec_new(&data->tallies);
	if (at == ADV_PLACE_COUNT || !optional_index(row, 1, data->users.count, &tally->user) ||
	    !optional_index(row, 2, data->projects.count, &tally->project) ||
	    !index_of(row, 3, data->modules.count, &tally->module))
		return damaged(loading, "a count of an unknown user, project, module or place",
			       err);
	tally->month = month;
	tally->place = (enum adv_place)at;
	tally->runs = (uint64_t)sqlite3_column_int64(row, 5);
	return 0;
}

static int add_mappable(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	uint32_t module, root, package;

	if (!index_of(row, 0, data->modules.count, &module) ||
	    !index_of(row, 1, data->roots.count, &root))
		return damaged(loading, "an import of an unknown module or root", err);
	package = data->modules.at[module].package;
	if (package && data->roots.at[root].kind == ADVI_ROOT_PACKAGES)
		data->whole->mappable[package - 1] = true;
	return 0;
}

static int add_whole(struct loading *loading, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_data_whole *whole = loading->data->whole;

	whole->imported = sqlite3_column_int(row, 0);
	if (sqlite3_column_type(row, 1) == SQLITE_NULL)
		return 0;
	if (!advi_month_ok(sqlite3_column_int64(row, 1)) ||
	    !advi_month_ok(sqlite3_column_int64(row, 2)))
		return damaged(loading, "a run of no month", err);
	whole->first = (uint32_t)sqlite3_column_int64(row, 1);
	whole->last = (uint32_t)sqlite3_column_int64(row, 2);
	return 0;
}

/* Who has a run or a count for the project ?1. */
#define ITS_USERS                                                                                  \
	"(SELECT user FROM counted WHERE project=(SELECT id FROM project WHERE name=?1)"           \
	" UNION SELECT user FROM tally WHERE project=(SELECT id FROM project WHERE name=?1))"

/* In this order: later tables refer to earlier ones. */
static const struct table {
	const char *sql;
	int (*add)(struct loading *loading, sqlite3_stmt *row, struct adv_err *err);
	const char *of_project; /* NULL: a project needs all of it */
} tables[] = {
	{"SELECT id, name FROM user ORDER BY id", add_user},
	{"SELECT id, name FROM project ORDER BY id", add_project},
	{"SELECT id, name FROM version ORDER BY id", add_version},
	{"SELECT id, name FROM module ORDER BY id", add_module},
	{"SELECT id, path, kind FROM root ORDER BY id", add_root},
	{"SELECT id, items FROM import_set ORDER BY id", add_set,
	 "SELECT id, items FROM import_set WHERE id IN"
	 " (SELECT set_id FROM run WHERE user IN " ITS_USERS ") ORDER BY id"},
	{"SELECT set_id, month, user, project, job, environment, ticks, nodes, probability"
	 " FROM counted WHERE set_id IS NOT NULL",
	 add_run,
	 "SELECT set_id, month, user, project, job, environment, ticks, nodes, probability"
	 " FROM counted WHERE set_id IS NOT NULL AND user IN " ITS_USERS},
	{"SELECT month, user, project, module, place, runs FROM tally", add_tally, NULL},
};

/* What is asked of the whole store for a part of it. */
static const struct table rest[] = {
	{"SELECT DISTINCT module, root FROM import WHERE evidence & 1", add_mappable, NULL},
	{"SELECT EXISTS(SELECT 1 FROM import WHERE evidence = 0), min(month), max(month) FROM run"
	 " WHERE set_id IS NOT NULL AND month >= ?1 AND (?2 = 0 OR month <= ?2)",
	 add_whole, NULL},
};

static int load_table(struct loading *loading, const struct table *table, struct adv_err *err)
{
	ADVI_AUTO_SQL *statement = NULL;
	const char *path = loading->store->path;
	bool in_part = loading->project && table->of_project;
	int r = advi_sql_prepare(&statement, loading->store->db, path,
				 in_part ? table->of_project : table->sql, err);

	if (r == 0 && in_part) {
		advi_sql_text(statement, 1, advi_str(loading->project));
	} else if (r == 0 && sqlite3_bind_parameter_count(statement) == 2) {
		sqlite3_bind_int64(statement, 1, loading->since);
		sqlite3_bind_int64(statement, 2, loading->until);
	}
	while (r == 0 && (r = advi_sql_step(statement, path, err)) > 0)
		r = table->add(loading, statement, err);
	return r;
}

static int load_rest(struct loading *loading, struct adv_err *err)
{
	struct advi_data *data = loading->data;
	int r = 0;

	data->whole = advi_calloc(1, sizeof(*data->whole));
	data->whole->mappable =
		advi_calloc(data->packages.entries.count + 1, sizeof(*data->whole->mappable));
	for (size_t i = 0; i < ADVI_COUNT(rest) && r == 0; i++)
		r = load_table(loading, &rest[i], err);
	return r;
}

static int load_all(struct loading *loading, struct adv_err *err)
{
	const struct adv_store *store = loading->store;
	/* One transaction, so that all tables are of one moment. */
	int r = advi_sql_run(store->db, store->path, "BEGIN", err);

	*loading->data = (struct advi_data){0};
	for (size_t i = 0; i < ADVI_COUNT(tables) && r == 0; i++)
		r = load_table(loading, &tables[i], err);
	if (r == 0 && loading->project)
		r = load_rest(loading, err);
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (r < 0)
		advi_data_clear(loading->data);
	return r;
}

int advi_data_load(struct advi_data *out, const struct adv_store *store,
		   const struct adv_site *site, uint32_t since, uint32_t until, struct adv_err *err)
{
	return load_all(&(struct loading){out, store, site, since, until, NULL}, err);
}

int advi_data_load_project(struct advi_data *out, const struct adv_store *store,
			   const struct adv_site *site, uint32_t since, uint32_t until,
			   const char *project, struct adv_err *err)
{
	return load_all(&(struct loading){out, store, site, since, until, project}, err);
}

void advi_data_clear(struct advi_data *data)
{
	if (data->whole)
		free(data->whole->mappable);
	free(data->whole);
	advi_arena_clear(&data->arena);
	advi_vec_clear(&data->users);
	advi_vec_clear(&data->projects);
	advi_vec_clear(&data->versions);
	advi_vec_clear(&data->modules);
	advi_vec_clear(&data->roots);
	advi_map_clear(&data->packages);
	advi_vec_clear(&data->uses);
	advi_vec_clear(&data->sets);
	advi_vec_clear(&data->runs);
	advi_vec_clear(&data->tallies);
}

enum advi_use_kind advi_use_kind(const struct advi_data *data, struct advi_use_data use)
{
	const struct advi_root_data *root = &data->roots.at[use.root];

	switch (root->kind) {
	case ADVI_ROOT_PACKAGES:
		if (data->modules.at[use.module].package)
			return ADVI_USE_PACKAGE;
		return use.parts ? ADVI_USE_NAMESPACE : ADVI_USE_NOWHERE;
	case ADVI_ROOT_STDLIB:
		return ADVI_USE_STDLIB;
	case ADVI_ROOT_BUILTIN:
		return strcmp(root->path, "unknown") == 0 ? ADVI_USE_PRIVATE : ADVI_USE_STDLIB;
	case ADVI_ROOT_PRIVATE:
	case ADVI_ROOT_PREFIX:
	case ADVI_ROOT_KINDS:
		break;
	}
	return ADVI_USE_PRIVATE;
}

double advi_load_hours(__int128 load)
{
	return (double)((long double)load / 3.6e10L);
}

int advi_month_option(uint32_t *out, const char *text, struct adv_err *err)
{
	*out = text ? advi_month_read(advi_str(text)) : 0;
	return !text || *out ? 0
			     : advi_fail(err, ADV_EUSAGE, "'%s' is no month such as 2025-03", text);
}

int advi_month_range(uint32_t *first, uint32_t *last, const char *since, const char *until,
		     struct adv_err *err)
{
	int r;

	if ((r = advi_month_option(first, since, err)) < 0 ||
	    (r = advi_month_option(last, until, err)) < 0)
		return r;
	return *last && *last < *first
		       ? advi_fail(err, ADV_EUSAGE,
				   "there is no month from %s until %s; the first comes first",
				   since, until)
		       : 0;
}

int advi_data_site(const struct adv_site **out, const struct adv_store *store,
		   const struct adv_site *site, struct adv_err *err)
{
	*out = site ? site : store->site;
	return *out ? 0
		    : advi_fail(err, ADV_EINPUT,
				"store '%s': it has no site recipe; nothing was ingested",
				store->path);
}
