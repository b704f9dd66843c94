/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments of the users' own, by project, for the dashboard: without their paths. */
#include "report/html.h"
#include "report/owned.h"
#include "usage/history.h"

/* Of a project; all are counted, and those that most people use are listed. */
enum { LISTED = 40, NAMED = 6 };

/* Paths hold names of people: what is alike but for its path is alike. */
static int by_use(const void *a, const void *b)
{
	const struct advi_owned *x = a, *y = b;
	int order = 0;

	if (x->users != y->users)
		return x->users < y->users ? 1 : -1;
	if (x->node_hours != y->node_hours)
		return x->node_hours < y->node_hours ? 1 : -1;
	if (x->last != y->last)
		return x->last < y->last ? 1 : -1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->packages != y->packages)
		return x->packages < y->packages ? 1 : -1;
	if (x->lacking != y->lacking)
		return x->lacking < y->lacking ? 1 : -1;
	for (size_t i = 0; i < x->names.count && i < y->names.count && !order; i++)
		order = strcmp(x->names.at[i], y->names.at[i]);
	return order;
}

static void write_one(struct advi_jout *out, const struct adv_plan *plan,
		      const struct advi_owned *owned)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	size_t named = owned->names.count < NAMED ? owned->names.count : NAMED;

	advi_jout_object(out);
	if (plan && owned->bytes)
		advi_jout_key_u64(out, "bytes",
				  advi_installed_bytes(&plan->redundancy, owned->bytes));
	advi_jout_key_u64(out, "fate", owned->fate);
	advi_jout_texts(out, "for", owned->names.at, named);
	advi_jout_key(out, "hours");
	advi_jout_double(out, owned->node_hours);
	advi_jout_key_u64(out, "lacking", owned->lacking);
	advi_jout_key_text(out, "last", owned->last ? advi_month_text(&arena, owned->last) : NULL);
	advi_jout_key_u64(out, "packages", owned->packages);
	advi_jout_key_u64(out, "place", owned->place);
	advi_jout_key_u64(out, "users", owned->users);
	advi_jout_object_end(out);
}

void advi_html_write_owned(struct advi_jout *out, const struct advi_facts *facts,
			   const struct advi_scope *scope)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	uint64_t fates[3] = {0};
	advi_owns owned = {0};

	advi_owned_find(facts, scope, &arena, &owned);
	advi_vec_sort(&owned, by_use);
	for (size_t i = 0; i < owned.count; i++)
		fates[owned.at[i].fate]++;
	advi_jout_object(out);
	advi_jout_key(out, "fates");
	advi_jout_array(out);
	for (size_t i = 0; i < ADVI_COUNT(fates); i++)
		advi_jout_u64(out, fates[i]);
	advi_jout_array_end(out);
	advi_jout_key(out, "listed");
	advi_jout_array(out);
	for (size_t i = 0; i < owned.count && i < LISTED; i++)
		write_one(out, facts->plan, &owned.at[i]);
	advi_jout_array_end(out);
	advi_jout_object_end(out);
	advi_owned_clear(&owned);
}
