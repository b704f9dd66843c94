/* SPDX-License-Identifier: BSD-3-Clause */
/* Who imports which packages from base, and in which versions. */
#include "usage/base_imports.h"

#include "usage/data.h"

/* That a user ran a set for a project: once, however often. */
struct moment {
	uint32_t set, user, project;
};
typedef ADVI_VEC(struct moment) moments;

static int by_moment(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct moment));
}

static int by_package(const void *a, const void *b)
{
	const struct advi_base_import *x = a, *y = b;
	const uint32_t left[] = {x->package, x->user, x->project, x->version};
	const uint32_t right[] = {y->package, y->user, y->project, y->version};

	for (size_t i = 0; i < ADVI_COUNT(left); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static void note_month(struct advi_base_imports *out, uint32_t month)
{
	out->first = !out->first || month < out->first ? month : out->first;
	out->last = month > out->last ? month : out->last;
}

static void collect(moments *out, struct advi_base_imports *imports, const struct advi_data *data)
{
	size_t kept = 0;

	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];

		if (!data->sets.at[run->set].imported && !data->by_mapping)
			continue;
		note_month(imports, run->month);
		advi_vec_push(out, ((struct moment){run->set, run->user, run->project}));
	}
	advi_vec_sort(out, by_moment);
	for (size_t i = 0; i < out->count; i++)
		if (!kept || by_moment(&out->at[kept - 1], &out->at[i]) != 0)
			out->at[kept++] = out->at[i];
	out->count = kept;
}

static void take_set(struct advi_base_imports *out, const struct advi_data *data,
		     const struct moment *at)
{
	const struct advi_set_data *set = &data->sets.at[at->set];

	for (size_t i = set->first; i < set->first + set->count; i++) {
		struct advi_use_data use = data->uses.at[i];

		if (!advi_use_counts(data, use) || use.probe ||
		    advi_use_kind(data, use) != ADVI_USE_PACKAGE ||
		    data->roots.at[use.root].place != ADV_PLACE_BASE)
			continue;
		advi_vec_push(&out->all,
			      ((struct advi_base_import){data->modules.at[use.module].package - 1,
							 at->user, at->project, use.version}));
	}
}

static void take_tallies(struct advi_base_imports *out, const struct advi_data *data)
{
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];
		uint32_t package = data->modules.at[tally->module].package;

		note_month(out, tally->month);
		if (package && tally->user && tally->place == ADV_PLACE_BASE)
			advi_vec_push(&out->all,
				      ((struct advi_base_import){package - 1, tally->user - 1,
								 tally->project, 0}));
	}
}

static void settle(struct advi_base_imports *out)
{
	size_t kept = 0;

	advi_vec_sort(&out->all, by_package);
	for (size_t i = 0; i < out->all.count; i++)
		if (!kept || by_package(&out->all.at[kept - 1], &out->all.at[i]) != 0)
			out->all.at[kept++] = out->all.at[i];
	out->all.count = kept;
}

static void copy(struct advi_base_imports *out, advi_names *to, const char *const *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		advi_vec_push(to, advi_arena_dup(&out->arena, at[i]));
}

static void copy_names(struct advi_base_imports *out, const struct advi_data *data)
{
	for (size_t i = 0; i < data->packages.entries.count; i++)
		advi_vec_push(&out->packages,
			      advi_arena_str(&out->arena, data->packages.entries.at[i].key));
	copy(out, &out->users, data->users.at, data->users.count);
	copy(out, &out->projects, data->projects.at, data->projects.count);
	copy(out, &out->versions, data->versions.at, data->versions.count);
}

int advi_base_imports_load(struct advi_base_imports *out, const struct adv_store *store,
			   const struct adv_site *site, const char *since, const char *until,
			   struct adv_err *err)
{
	struct advi_data data = {0};
	moments all = {0};
	uint32_t first, last;
	int r;

	*out = (struct advi_base_imports){0};
	if ((r = advi_data_site(&site, store, site, err)) < 0 ||
	    (r = advi_month_range(&first, &last, since, until, err)) < 0 ||
	    (r = advi_data_load(&data, store, site, first, last, err)) < 0)
		return r;
	advi_data_mark_probes(&data);
	collect(&all, out, &data);
	for (size_t i = 0; i < all.count; i++)
		take_set(out, &data, &all.at[i]);
	take_tallies(out, &data);
	settle(out);
	copy_names(out, &data);
	advi_vec_clear(&all);
	advi_data_clear(&data);
	return 0;
}

void advi_base_imports_clear(struct advi_base_imports *imports)
{
	advi_vec_clear(&imports->packages);
	advi_vec_clear(&imports->users);
	advi_vec_clear(&imports->projects);
	advi_vec_clear(&imports->versions);
	advi_vec_clear(&imports->all);
	advi_arena_clear(&imports->arena);
}
