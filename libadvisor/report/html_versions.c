/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions of packages that users have elsewhere than in base, for the dashboard. */
#include "report/html.h"

#include "base/map.h"

/* That somebody had a set of imports. */
struct having {
	uint32_t user, set;
};

/* That somebody had a version of a package. */
struct brought {
	uint32_t package, version, user;
};

struct finding {
	const struct advi_data *data;
	ADVI_VEC(struct having) sets;
	ADVI_VEC(struct brought) brought;
};

static int by_having(const void *a, const void *b)
{
	const struct having *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return (x->set > y->set) - (x->set < y->set);
}

static int by_brought(const void *a, const void *b)
{
	const struct brought *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	return (x->user > y->user) - (x->user < y->user);
}

/* As advi_history has it: what was only looked for is left out. */
static void take_set(struct finding *f, const struct having *at)
{
	const struct advi_data *data = f->data;
	const struct advi_set_data *set = &data->sets.at[at->set];

	for (size_t i = set->first; i < set->first + set->count; i++) {
		struct advi_use_data use = data->uses.at[i];

		if (use.version && advi_use_counts(data, use) && !use.probe &&
		    advi_use_kind(data, use) == ADVI_USE_PACKAGE &&
		    data->roots.at[use.root].place != ADV_PLACE_BASE)
			advi_vec_push(&f->brought,
				      ((struct brought){data->modules.at[use.module].package - 1,
							use.version - 1, at->user}));
	}
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_html_version *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	if (x->users != y->users)
		return x->users < y->users ? 1 : -1;
	return strcmp(x->version, y->version);
}

static void count_users(advi_html_versions *out, struct finding *f)
{
	advi_vec_sort(&f->brought, by_brought);
	for (size_t i = 0; i < f->brought.count; i++) {
		const struct brought *at = &f->brought.at[i], *last = at - 1;
		bool same = i && last->package == at->package && last->version == at->version;

		if (!same)
			advi_vec_push(out,
				      ((struct advi_html_version){
					      at->package, 1, f->data->versions.at[at->version]}));
		else if (last->user != at->user)
			out->at[out->count - 1].users++;
	}
	advi_vec_sort(out, most_users_first);
}

void advi_html_find_versions(advi_html_versions *out, const struct advi_data *data)
{
	struct finding f = {.data = data};

	for (size_t i = 0; i < data->runs.count; i++)
		if (data->sets.at[data->runs.at[i].set].imported || data->by_mapping)
			advi_vec_push(&f.sets, ((struct having){data->runs.at[i].user,
								data->runs.at[i].set}));
	advi_vec_sort(&f.sets, by_having);
	for (size_t i = 0; i < f.sets.count; i++)
		if (!i || by_having(&f.sets.at[i], &f.sets.at[i - 1]) != 0)
			take_set(&f, &f.sets.at[i]);
	count_users(out, &f);
	advi_vec_clear(&f.sets);
	advi_vec_clear(&f.brought);
}
