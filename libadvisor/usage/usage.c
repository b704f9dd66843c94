/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions to a usage store, and their answers. */
#include <math.h>

#include "base/mem.h"
#include "usage/tally.h"

struct adv_usage {
	struct advi_arena arena;
	ADVI_VEC(struct adv_usage_row) rows;
	unsigned by;
	enum adv_evidence evidence;
};

/* What turns counted rows into an answer's. */
struct answering {
	struct adv_usage *usage;
	const struct advi_data *data;
	const struct advi_question *question;
	const struct adv_usage_query *query;
};

static const char *month_text(struct answering *answering, uint32_t month)
{
	return advi_arena_printf(&answering->usage->arena, "%04u-%02u", month / 100, month % 100);
}

/* "torch+tensorflow" */
static const char *overlap_text(struct answering *answering, uint32_t modules)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)64 << 10);

	for (size_t i = 0; i < answering->query->overlap_count; i++)
		if (modules & (uint32_t)1 << i) {
			if (text.len)
				advi_buf_byte(&text, '+');
			advi_buf_text(&text, answering->query->overlap[i]);
		}
	return advi_arena_str(&answering->usage->arena, advi_buf_str(&text));
}

static const char *kinds_text(struct answering *answering, unsigned kinds)
{
	static const struct {
		enum advi_use_kind kind;
		const char *name;
	} names[] = {{ADVI_USE_NAMESPACE, "namespace"},
		     {ADVI_USE_NOWHERE, "nowhere"},
		     {ADVI_USE_PACKAGE, "package"},
		     {ADVI_USE_PRIVATE, "private"},
		     {ADVI_USE_STDLIB, "stdlib"}};
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	for (size_t i = 0; i < ADVI_COUNT(names); i++)
		if (kinds & names[i].kind)
			advi_buf_printf(&text, "%s%s", text.len ? "," : "", names[i].name);
	return advi_arena_str(&answering->usage->arena, advi_buf_str(&text));
}

/* A name by its index plus 1, "unknown" for 0. */
static const char *name_text(struct answering *answering, const char *name)
{
	return advi_arena_dup(&answering->usage->arena, name ? name : "unknown");
}

static void fill_keys(struct answering *answering, const struct advi_row_count *from,
		      struct adv_usage_row *to)
{
	const struct advi_row_key *key = &from->key;
	const struct advi_data *data = answering->data;
	unsigned by = answering->question->by;

	if (by & ADV_BY_MONTH)
		to->month = month_text(answering, key->month);
	if (by & ADV_BY_MODULE) {
		const struct advi_module_data *module = &data->modules.at[key->module - 1];

		to->module = name_text(answering, module->name);
		to->kinds = kinds_text(answering, from->kinds);
		if (from->kinds & ADVI_USE_PACKAGE)
			to->of_package = name_text(
				answering, data->packages.entries.at[module->package - 1].key.ptr);
	}
	if (by & ADV_BY_PACKAGE) {
		const struct advi_map_entry *package = &data->packages.entries.at[key->package - 1];

		to->package = name_text(answering, package->key.ptr);
		to->in_base = (int)package->number;
	}
	if (by & ADV_BY_PLACE)
		to->place = (int)key->place - 1;
	if (by & ADV_BY_PROJECT)
		to->project = name_text(answering,
					key->project ? data->projects.at[key->project - 1] : NULL);
	if (by & ADV_BY_DOMAIN)
		to->domain = name_text(
			answering,
			key->domain
				? answering->question->domains.entries.at[key->domain - 1].key.ptr
				: NULL);
	if (answering->query->overlap_count)
		to->overlap = overlap_text(answering, key->overlap);
}

/* Unique users: of all places, of base alone, of base and elsewhere, of elsewhere alone. */
static void fill_users(struct advi_row_count *from, struct adv_usage_row *to)
{
	struct advi_distinct custom = {0};
	struct advi_distinct *base = &from->users[ADV_PLACE_BASE];
	int64_t shared;

	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		to->place_users[place] = (int64_t)advi_distinct_settle(&from->users[place]);
		if (place != ADV_PLACE_BASE)
			advi_distinct_join(&custom, &from->users[place]);
	}
	advi_distinct_settle(&custom);
	shared = (int64_t)advi_distinct_shared(base, &custom);
	to->users = (int64_t)(base->count + custom.count) - shared;
	to->users_base_only = (int64_t)base->count - shared;
	to->users_both = shared;
	to->users_custom_only = (int64_t)custom.count - shared;
	advi_distinct_clear(&custom);
}

static void forget_users(struct adv_usage_row *row)
{
	row->users = row->users_base_only = row->users_both = row->users_custom_only = -1;
	for (int place = 0; place < ADV_PLACE_COUNT; place++)
		row->place_users[place] = -1;
}

static void answer_row(struct answering *answering, struct advi_row_count *from)
{
	struct adv_usage_row *to = advi_vec_new(&answering->usage->rows);

	to->place = to->in_base = -1;
	fill_keys(answering, from, to);
	fill_users(from, to);
	if (from->no_users)
		forget_users(to);
	if (!(answering->question->by & (ADV_BY_MODULE | ADV_BY_PACKAGE)))
		to->users_base_only = to->users_both = to->users_custom_only = -1;
	to->projects = (int64_t)advi_distinct_settle(&from->projects);
	to->jobs = from->no_jobs ? -1 : (int64_t)advi_distinct_settle(&from->jobs);
	to->runs = from->no_runs ? -1 : (int64_t)from->runs;
	to->node_hours = from->no_hours ? NAN : advi_load_hours(from->load);
}

static int compare_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : 0;
}

/* By the keys in the order of enum adv_usage_by. */
static int by_keys(const void *left, const void *right)
{
	const struct adv_usage_row *a = left, *b = right;
	int order;

	if ((order = compare_text(a->month, b->month)) ||
	    (order = compare_text(a->module, b->module)) ||
	    (order = compare_text(a->package, b->package)) || (order = a->place - b->place) ||
	    (order = compare_text(a->project, b->project)) ||
	    (order = compare_text(a->domain, b->domain)))
		return order;
	return compare_text(a->overlap, b->overlap);
}

static int answer(struct adv_usage *usage, struct advi_data *data,
		  const struct adv_usage_query *query, struct adv_err *err)
{
	struct advi_question question;
	struct advi_rows rows = {0};
	struct answering answering = {usage, data, &question, query};
	int r = advi_question_make(&question, data, query, err);

	if (r == 0) {
		advi_count(&rows, data, &question);
		for (size_t i = 0; i < rows.all.count; i++)
			answer_row(&answering, &rows.all.at[i]);
		advi_vec_sort(&usage->rows, by_keys);
	}
	advi_rows_clear(&rows);
	advi_question_clear(&question);
	return r;
}

int adv_usage_ask(struct adv_usage **out, const struct adv_store *store,
		  const struct adv_usage_query *query, struct adv_err *err)
{
	ADV_AUTO(usage) struct adv_usage *usage = advi_calloc(1, sizeof(*usage));
	const struct adv_site *site;
	struct advi_data data;
	uint32_t since, until;
	int r;

	usage->by = query->by;
	usage->evidence = query->evidence;
	if ((r = advi_month_range(&since, &until, query->since, query->until, err)) < 0 ||
	    (r = advi_data_site(&site, store, query->site, err)) < 0 ||
	    (r = advi_data_load(&data, store, site, since, until, err)) < 0)
		return r;
	r = answer(usage, &data, query, err);
	advi_data_clear(&data);
	if (r < 0)
		return r;
	*out = advi_take(usage);
	return 0;
}

const char *adv_in_base_name(int in_base)
{
	return in_base == ADV_IN_BASE ? "yes" : in_base == ADV_IN_BASE_BY_PIP ? "pip" : "no";
}

void adv_usage_free(struct adv_usage *usage)
{
	if (!usage)
		return;
	advi_vec_clear(&usage->rows);
	advi_arena_clear(&usage->arena);
	free(usage);
}

size_t adv_usage_count(const struct adv_usage *usage)
{
	return usage->rows.count;
}

const struct adv_usage_row *adv_usage_row(const struct adv_usage *usage, size_t i)
{
	return &usage->rows.at[i];
}

unsigned adv_usage_by(const struct adv_usage *usage)
{
	return usage->by;
}

enum adv_evidence adv_usage_evidence(const struct adv_usage *usage)
{
	return usage->evidence;
}
