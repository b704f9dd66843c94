/* SPDX-License-Identifier: BSD-3-Clause */
/* Packages over the months: who used them when, and which versions users bring. */
#include "usage/history.h"

#include "base/err.h"
#include "usage/data.h"

/* That a user used something in a month: a set of imports, or a module of a ready-made count. */
struct moment {
	uint32_t user, month;
	uint32_t what;  /* index of a set, or of a module */
	uint8_t place;  /* of a count */
	bool is_module; /* it is a count */
};

struct reading {
	const struct advi_data *data;
	struct advi_history *out;
	ADVI_VEC(struct moment) moments;
	ADVI_VEC(uint64_t) seen;   /* by package: user and month that were counted last, plus 1 */
	ADVI_VEC(uint32_t) recent; /* by package: user plus 1 who was counted last */
	ADVI_VEC(uint32_t) former;
	ADVI_VEC(const char *) versions; /* copies, by index; NULL: not needed yet */
	uint32_t since;
};

static uint32_t number_of(uint32_t month)
{
	return month / 100 * 12 + month % 100 - 1;
}

uint32_t advi_months_between(uint32_t later, uint32_t earlier)
{
	return number_of(later) - number_of(earlier);
}

uint32_t advi_month_before(uint32_t month, uint32_t count)
{
	uint32_t number = number_of(month);

	number = number > count ? number - count : 0;
	return number / 12 * 100 + number % 12 + 1;
}

const char *advi_month_text(struct advi_arena *arena, uint32_t month)
{
	return advi_arena_printf(arena, "%04u-%02u", month / 100, month % 100);
}

static int by_user_month(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	if (x->is_module != y->is_module)
		return x->is_module ? 1 : -1;
	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static void note_month(struct advi_history *out, uint32_t month)
{
	out->first = !out->first || month < out->first ? month : out->first;
	out->last = month > out->last ? month : out->last;
}

static void note_last(struct reading *reading, uint32_t package, uint32_t month)
{
	uint32_t *last = &reading->out->all.at[package].last;

	*last = month > *last ? month : *last;
}

/* Collects what was used when; of a set that somebody repeats in a month one is enough. */
static void collect(struct reading *reading)
{
	const struct advi_data *data = reading->data;
	size_t kept = 0;

	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];

		if (!data->sets.at[run->set].imported && !data->by_mapping)
			continue;
		note_month(reading->out, run->month);
		advi_vec_push(&reading->moments,
			      ((struct moment){
				      .user = run->user, .month = run->month, .what = run->set}));
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];
		uint32_t package = data->modules.at[tally->module].package;

		note_month(reading->out, tally->month);
		if (tally->user)
			advi_vec_push(&reading->moments,
				      ((struct moment){.user = tally->user - 1,
						       .month = tally->month,
						       .what = tally->module,
						       .place = (uint8_t)tally->place,
						       .is_module = true}));
		else if (package)
			note_last(reading, package - 1, tally->month);
	}
	advi_vec_sort(&reading->moments, by_user_month);
	for (size_t i = 0; i < reading->moments.count; i++)
		if (!kept || by_user_month(&reading->moments.at[i], &reading->moments.at[kept - 1]))
			reading->moments.at[kept++] = reading->moments.at[i];
	reading->moments.count = kept;
}

static void set_window(struct advi_window *window, uint32_t last, uint32_t months)
{
	*window = (struct advi_window){months ? advi_month_before(last, months - 1) : 0,
				       months ? last : 0, months, 0};
}

static void set_windows(struct advi_history *out)
{
	uint32_t recent, former;

	out->months = out->last ? advi_months_between(out->last, out->first) + 1 : 0;
	recent = out->months / 2;
	recent = recent < ADVI_RECENT_MONTHS ? recent : ADVI_RECENT_MONTHS;
	former = out->months - recent;
	former = former < ADVI_FORMER_MONTHS ? former : ADVI_FORMER_MONTHS;
	if (!recent)
		former = 0;
	set_window(&out->recent, out->last, recent);
	set_window(&out->former, recent ? advi_month_before(out->last, recent) : 0, former);
}

static bool within(const struct advi_window *window, uint32_t month)
{
	return window->months && month >= window->first && month <= window->last;
}

static void count_package(struct reading *reading, uint32_t package, const struct moment *at)
{
	struct advi_history *out = reading->out;
	struct advi_package_history *history = &out->all.at[package];
	uint64_t stamp = ((uint64_t)at->user << 32 | at->month) + 1;

	if (reading->seen.at[package] == stamp)
		return;
	reading->seen.at[package] = stamp;
	note_last(reading, package, at->month);
	if (within(&out->recent, at->month)) {
		history->recent++;
		history->recent_users += reading->recent.at[package] != at->user + 1;
		reading->recent.at[package] = at->user + 1;
	}
	if (within(&out->former, at->month)) {
		history->former++;
		history->former_users += reading->former.at[package] != at->user + 1;
		reading->former.at[package] = at->user + 1;
	}
}

static const char *version_text(struct reading *reading, uint32_t version)
{
	const char **text = &reading->versions.at[version - 1];

	if (!*text)
		*text = advi_arena_dup(&reading->out->arena,
				       reading->data->versions.at[version - 1]);
	return *text;
}

static void take_set(struct reading *reading, const struct moment *at)
{
	const struct advi_data *data = reading->data;
	const struct advi_set_data *set = &data->sets.at[at->what];

	for (size_t i = set->first; i < set->first + set->count; i++) {
		struct advi_use_data use = data->uses.at[i];
		uint32_t package;

		if (!advi_use_counts(data, use) || use.probe ||
		    advi_use_kind(data, use) != ADVI_USE_PACKAGE)
			continue;
		package = data->modules.at[use.module].package - 1;
		count_package(reading, package, at);
		if (use.version && data->roots.at[use.root].place != ADV_PLACE_BASE &&
		    at->month >= reading->since)
			advi_vec_push(&reading->out->brought,
				      ((struct advi_brought){package, at->user,
							     version_text(reading, use.version)}));
	}
}

static void count_active(struct advi_history *out, uint32_t month)
{
	out->recent.active += within(&out->recent, month);
	out->former.active += within(&out->former, month);
}

static void count(struct reading *reading)
{
	const struct moment *before = NULL;

	for (size_t i = 0; i < reading->moments.count; i++) {
		const struct moment *at = &reading->moments.at[i];

		if (!before || before->user != at->user || before->month != at->month)
			count_active(reading->out, at->month);
		before = at;
		if (!at->is_module)
			take_set(reading, at);
		else if (reading->data->modules.at[at->what].package)
			count_package(reading, reading->data->modules.at[at->what].package - 1, at);
	}
}

static int by_package_user(const void *a, const void *b)
{
	const struct advi_brought *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return strcmp(x->version, y->version);
}

static void sort_brought(struct advi_history *out)
{
	size_t kept = 0;

	advi_vec_sort(&out->brought, by_package_user);
	for (size_t i = 0; i < out->brought.count; i++)
		if (!kept || by_package_user(&out->brought.at[i], &out->brought.at[kept - 1]))
			out->brought.at[kept++] = out->brought.at[i];
	out->brought.count = kept;
}

static int read_all(struct reading *reading, struct adv_err *err)
{
	const struct advi_data *data = reading->data;
	struct advi_history *out = reading->out;

	for (size_t i = 0; i < data->packages.entries.count; i++) {
		advi_map_intern(&out->packages, data->packages.entries.at[i].key);
		advi_vec_new(&out->all);
		advi_vec_new(&reading->seen);
		advi_vec_new(&reading->recent);
		advi_vec_new(&reading->former);
	}
	for (size_t i = 0; i < data->versions.count; i++)
		advi_vec_new(&reading->versions);
	collect(reading);
	if (out->last && advi_months_between(out->last, out->first) >= ADVI_HISTORY_MONTHS)
		return advi_fail(err, ADV_EINPUT,
				 "the store has usage from %u to %u, more than %d months; some log "
				 "has a wrong clock: give --since and --until",
				 out->first, out->last, ADVI_HISTORY_MONTHS);
	set_windows(out);
	count(reading);
	sort_brought(out);
	return 0;
}

static int make(struct advi_history *out, const struct advi_data *data, uint32_t since,
		struct adv_err *err)
{
	struct reading reading = {.data = data, .out = out, .since = since};
	int r = read_all(&reading, err);

	advi_vec_clear(&reading.moments);
	advi_vec_clear(&reading.seen);
	advi_vec_clear(&reading.recent);
	advi_vec_clear(&reading.former);
	advi_vec_clear(&reading.versions);
	return r;
}

int advi_history_load(struct advi_history *out, struct advi_workloads *workloads,
		      const struct adv_store *store, const struct adv_site *site, const char *since,
		      const char *until, struct adv_err *err)
{
	struct advi_data data;
	uint32_t first, last;
	int r;

	*out = (struct advi_history){0};
	*workloads = (struct advi_workloads){0};
	if ((r = advi_data_site(&site, store, site, err)) < 0 ||
	    (r = advi_month_range(&first, &last, since, until, err)) < 0 ||
	    (r = advi_data_load(&data, store, site, 0, last, err)) < 0)
		return r;
	advi_data_mark_probes(&data);
	r = make(out, &data, first, err);
	if (r == 0 && !first)
		advi_workloads_collect(workloads, &data);
	advi_data_clear(&data);
	/* What is a probe is told by the runs of the months that are asked for. */
	return r == 0 && first ? advi_workloads_load(workloads, store, site, since, until, err) : r;
}

const struct advi_package_history *advi_history_of(const struct advi_history *history,
						   const char *package)
{
	const struct advi_map_entry *entry = advi_map_get(&history->packages, advi_str(package));

	return entry ? &history->all.at[entry - history->packages.entries.at] : NULL;
}

void advi_history_clear(struct advi_history *history)
{
	advi_arena_clear(&history->arena);
	advi_map_clear(&history->packages);
	advi_vec_clear(&history->all);
	advi_vec_clear(&history->brought);
}
