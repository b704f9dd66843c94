/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is interested in a package: what a usage store tells of it. */
#include "advise/interest.h"

#include "usage/data.h"
#include "usage/history.h"

/* Users by what they have in common: a key and a user, many times over until it is settled. */
struct pair {
	uint32_t key, user;
};

enum facet {
	BY_ALL, /* the key says nothing */
	BY_OWN,
	BY_MAPPED,
	BY_MONTH,
	BY_MONTH_OWN,
	BY_PLACE,
	BY_PROJECT, /* index plus 1 */
	BY_DOMAIN,
	BY_VERSION, /* index plus 1 */
	BY_SET,
	BY_COMPANY, /* other packages of the sets */
	FACETS
};

struct counting {
	struct advi_interest *out;
	const struct advi_data *data;
	const struct adv_site *site;
	struct advi_arena *arena;
	uint32_t package; /* index plus 1 */
	struct advi_map domains;
	ADVI_VEC(struct pair) facets[FACETS];
	ADVI_VEC(bool) modules; /* by module: it was used */
	uint32_t first, last;
};

static int by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->user > y->user) - (x->user < y->user);
}

static void add(struct counting *c, enum facet facet, uint32_t key, uint32_t user)
{
	advi_vec_push(&c->facets[facet], ((struct pair){key, user}));
}

/* Sorts the pairs of a facet and leaves each once. */
static void settle(struct counting *c, enum facet facet)
{
	size_t kept = 0;

	advi_vec_sort(&c->facets[facet], by_pair);
	for (size_t i = 0; i < c->facets[facet].count; i++)
		if (!kept || by_pair(&c->facets[facet].at[i], &c->facets[facet].at[kept - 1]))
			c->facets[facet].at[kept++] = c->facets[facet].at[i];
	c->facets[facet].count = kept;
}

/* --- what was used --- */

static struct advi_interest_month *month_of(struct counting *c, uint32_t month)
{
	return &c->out->months.at[advi_months_between(month, c->first)];
}

/* One use by one user, or by nobody who is known (UINT32_MAX). */
static void take_use(struct counting *c, uint32_t user, uint32_t project, uint32_t month,
		     enum adv_place place, uint64_t uses)
{
	struct advi_interest_month *at = month_of(c, month);
	bool own = advi_place_is_own(place);

	c->out->uses += uses;
	c->out->own_uses += own ? uses : 0;
	at->uses += uses;
	at->own_uses += own ? uses : 0;
	if (user == UINT32_MAX)
		return;
	add(c, BY_ALL, 0, user);
	add(c, BY_MONTH, month, user);
	add(c, BY_PLACE, place, user);
	add(c, BY_PROJECT, project, user);
	add(c, BY_DOMAIN,
	    (uint32_t)advi_map_intern(
		    &c->domains,
		    advi_str(advi_site_domain(c->site,
					      project ? c->data->projects.at[project - 1] : NULL))),
	    user);
	if (!own)
		return;
	add(c, BY_OWN, 0, user);
	add(c, BY_MONTH_OWN, month, user);
}

static bool is_of(const struct counting *c, struct advi_use_data use)
{
	return c->data->modules.at[use.module].package == c->package && !use.probe &&
	       advi_use_counts(c->data, use) && advi_use_kind(c->data, use) == ADVI_USE_PACKAGE;
}

static void take_run(struct counting *c, const struct advi_run_data *run)
{
	const struct advi_set_data *set = &c->data->sets.at[run->set];
	bool found = false;

	for (size_t i = 0; i < set->count; i++) {
		struct advi_use_data use = c->data->uses.at[set->first + i];
		enum adv_place place = c->data->roots.at[use.root].place;

		if (!is_of(c, use))
			continue;
		found = true;
		c->modules.at[use.module] = true;
		take_use(c, run->user, run->project, run->month, place, 1);
		if (use.mapped)
			add(c, BY_MAPPED, 0, run->user);
		if (use.version && place != ADV_PLACE_BASE)
			add(c, BY_VERSION, use.version, run->user);
	}
	if (found)
		add(c, BY_SET, run->set, run->user);
}

static void take_all(struct counting *c)
{
	const struct advi_data *data = c->data;

	for (size_t i = 0; i < data->runs.count; i++)
		take_run(c, &data->runs.at[i]);
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];

		if (data->modules.at[tally->module].package != c->package)
			continue;
		c->modules.at[tally->module] = true;
		take_use(c, tally->user ? tally->user - 1 : UINT32_MAX, tally->project,
			 tally->month, tally->place, tally->runs);
	}
}

/* What else the sets have, for each user that has them. */
static void find_company(struct counting *c)
{
	settle(c, BY_SET);
	for (size_t i = 0; i < c->facets[BY_SET].count; i++) {
		struct pair pair = c->facets[BY_SET].at[i];
		const struct advi_set_data *set = &c->data->sets.at[pair.key];

		for (size_t j = 0; j < set->count; j++) {
			struct advi_use_data use = c->data->uses.at[set->first + j];
			uint32_t package = c->data->modules.at[use.module].package;

			if (package && package != c->package && !use.probe &&
			    advi_use_counts(c->data, use) &&
			    advi_use_kind(c->data, use) == ADVI_USE_PACKAGE)
				add(c, BY_COMPANY, package, pair.user);
		}
	}
}

/* --- and by how many --- */

static uint64_t users_of(struct counting *c, enum facet facet)
{
	settle(c, facet);
	return c->facets[facet].count;
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_group *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

/* The name that a key stands for. */
static const char *name_of(const struct counting *c, enum facet facet, uint32_t key)
{
	switch (facet) {
	case BY_PROJECT:
		return key ? c->data->projects.at[key - 1] : "unknown";
	case BY_DOMAIN:
		return c->domains.entries.at[key].key.ptr;
	case BY_VERSION:
		return c->data->versions.at[key - 1];
	default:
		return c->data->packages.entries.at[key - 1].key.ptr;
	}
}

static void make_groups(struct counting *c, enum facet facet, advi_groups *out)
{
	settle(c, facet);
	for (size_t i = 0, end; i < c->facets[facet].count; i = end) {
		uint32_t key = c->facets[facet].at[i].key;
		struct advi_group *group = advi_vec_new(out);

		for (end = i; end < c->facets[facet].count && c->facets[facet].at[end].key == key;)
			end++;
		group->name = advi_arena_dup(c->arena, name_of(c, facet, key));
		group->users = end - i;
		group->in_base = facet == BY_COMPANY &&
				 c->data->packages.entries.at[key - 1].number != ADV_NOT_IN_BASE;
	}
	advi_vec_sort(out, most_users_first);
}

static void count_months(struct counting *c)
{
	settle(c, BY_MONTH);
	settle(c, BY_MONTH_OWN);
	for (size_t i = 0; i < c->facets[BY_MONTH].count; i++)
		month_of(c, c->facets[BY_MONTH].at[i].key)->users++;
	for (size_t i = 0; i < c->facets[BY_MONTH_OWN].count; i++)
		month_of(c, c->facets[BY_MONTH_OWN].at[i].key)->own_users++;
}

static void count_users(struct counting *c)
{
	struct advi_interest *out = c->out;

	out->users = users_of(c, BY_ALL);
	out->own_users = users_of(c, BY_OWN);
	out->mapped_users = users_of(c, BY_MAPPED);
	settle(c, BY_PLACE);
	for (size_t i = 0; i < c->facets[BY_PLACE].count; i++)
		out->place_users[c->facets[BY_PLACE].at[i].key]++;
	count_months(c);
	make_groups(c, BY_PROJECT, &out->projects);
	make_groups(c, BY_DOMAIN, &out->domains);
	make_groups(c, BY_VERSION, &out->versions);
	make_groups(c, BY_COMPANY, &out->with);
	if (out->with.count > ADVI_INTEREST_WITH)
		out->with.count = ADVI_INTEREST_WITH;
	for (size_t i = 0; i < out->projects.count; i++)
		out->project_count += strcmp(out->projects.at[i].name, "unknown") != 0;
}

/* --- the frame --- */

static void note_month(struct counting *c, uint32_t month)
{
	c->first = !c->first || month < c->first ? month : c->first;
	c->last = month > c->last ? month : c->last;
}

static bool set_has(const struct counting *c, const struct advi_set_data *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (is_of(c, c->data->uses.at[set->first + i]))
			return true;
	return false;
}

/* Finds the months, and makes room for each; false when there is no use, or too long a time. */
static bool make_months(struct counting *c)
{
	const struct advi_data *data = c->data;
	ADVI_AUTO_PTR bool *has = advi_calloc(data->sets.count + 1, sizeof(*has));
	uint32_t months;

	for (size_t i = 0; i < data->sets.count; i++)
		has[i] = set_has(c, &data->sets.at[i]);
	for (size_t i = 0; i < data->runs.count; i++)
		if (has[data->runs.at[i].set])
			note_month(c, data->runs.at[i].month);
	for (size_t i = 0; i < data->tallies.count; i++)
		if (data->modules.at[data->tallies.at[i].module].package == c->package)
			note_month(c, data->tallies.at[i].month);
	months = c->first ? advi_months_between(c->last, c->first) + 1 : 0;
	if (!months || months > ADVI_INTEREST_MONTHS)
		return false;
	for (uint32_t i = 0; i < months; i++)
		advi_vec_new(&c->out->months)->month =
			advi_month_text(c->arena, advi_month_before(c->last, months - 1 - i));
	return true;
}

static void count_workloads(struct advi_interest *out, const struct advi_workloads *workloads)
{
	struct advi_str name = advi_str(out->name);
	const struct advi_map_entry *entry = advi_map_get(&workloads->packages, name);
	const struct advi_map_entry *probe = advi_map_get(&workloads->probed, name);
	size_t package = entry ? (size_t)(entry - workloads->packages.entries.at) : SIZE_MAX;

	if (probe)
		out->probe_users = workloads->probes.at[probe - workloads->probed.entries.at].users;
	for (size_t i = 0; i < workloads->all.count; i++)
		for (size_t j = 0; j < workloads->all.at[i].needs.count; j++) {
			const struct advi_need *need = &workloads->all.at[i].needs.at[j];

			out->workloads += need->package == package;
			out->own_workloads += need->package == package && need->outside;
		}
}

static void find_listed(struct advi_interest *out, const struct adv_site *site)
{
	const struct {
		const advi_names *names;
		const char *key;
	} lists[] = {{&site->never, "never"},
		     {&site->by_module, "by_module"},
		     {&site->always, "always"}};

	for (size_t i = 0; i < ADVI_COUNT(lists) && !out->listed; i++)
		if (advi_names_have(lists[i].names, out->name))
			out->listed = lists[i].key;
}

static void name_modules(struct counting *c)
{
	for (size_t i = 0; i < c->modules.count; i++)
		if (c->modules.at[i])
			advi_vec_push(&c->out->modules,
				      advi_arena_dup(c->arena, c->data->modules.at[i].name));
	advi_vec_sort(&c->out->modules, advi_cmp_cstr);
}

static void count_one(struct advi_interest *out, const char *name, const struct advi_data *data,
		      const struct advi_workloads *workloads, const struct adv_site *site,
		      struct advi_arena *arena)
{
	const struct advi_map_entry *entry = advi_map_get(&data->packages, advi_str(name));
	struct counting c = {.out = out, .data = data, .site = site, .arena = arena};

	*out = (struct advi_interest){.name = advi_arena_dup(arena, name)};
	find_listed(out, site);
	count_workloads(out, workloads);
	if (entry) {
		c.package = (uint32_t)(entry - data->packages.entries.at) + 1;
		for (size_t i = 0; i < data->modules.count; i++)
			advi_vec_push(&c.modules, false);
		if (make_months(&c)) {
			take_all(&c);
			find_company(&c);
			count_users(&c);
			name_modules(&c);
		}
	}
	for (int i = 0; i < FACETS; i++)
		advi_vec_clear(&c.facets[i]);
	advi_vec_clear(&c.modules);
	advi_map_clear(&c.domains);
}

void advi_interests_of(struct advi_interest *out, const char *const *names, size_t count,
		       const struct advi_data *data, const struct advi_workloads *workloads,
		       const struct adv_site *site, struct advi_arena *arena)
{
	for (size_t i = 0; i < count; i++)
		count_one(&out[i], names[i], data, workloads, site, arena);
}

int advi_interests_count(struct advi_interest *out, const char *const *names, size_t count,
			 const struct adv_store *store, const struct advi_workloads *workloads,
			 const struct adv_site *site, const char *since, const char *until,
			 struct advi_arena *arena, struct adv_err *err)
{
	struct advi_data data;
	uint32_t first, last;
	int r;

	if ((r = advi_month_range(&first, &last, since, until, err)) < 0 ||
	    (r = advi_data_load(&data, store, site, first, last, err)) < 0)
		return r;
	advi_data_mark_probes(&data);
	advi_interests_of(out, names, count, &data, workloads, site, arena);
	advi_data_clear(&data);
	return 0;
}

void advi_interest_clear(struct advi_interest *interest)
{
	advi_vec_clear(&interest->modules);
	advi_vec_clear(&interest->months);
	advi_vec_clear(&interest->projects);
	advi_vec_clear(&interest->domains);
	advi_vec_clear(&interest->with);
	advi_vec_clear(&interest->versions);
	advi_vec_clear(&interest->alternatives);
}
