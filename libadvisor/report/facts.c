/* SPDX-License-Identifier: BSD-3-Clause */
/* What reports are made of: loaded once, counted by site, domain and project. */
#include "report/facts.h"

#include "base/err.h"
#include "site/accounts.h"
#include "usage/distinct.h"
#include "usage/history.h"

/* --- the plan by names --- */

static void index_plan(struct advi_facts *facts)
{
	const struct adv_plan *plan = facts->plan;

	for (size_t i = 0; i < plan->environment.count; i++)
		advi_map_add(&facts->records, advi_str(plan->environment.at[i].name), NULL)
			->pointer = &plan->environment.at[i];
	for (size_t i = 0; i < plan->refused.count; i++)
		advi_map_add(&facts->refused, advi_str(plan->refused.at[i].name), NULL)->pointer =
			&plan->refused.at[i];
}

bool advi_facts_then(const struct advi_facts *facts, const char *package)
{
	struct advi_str name = advi_str(package);

	if (advi_site_by_pip(facts->site, name))
		return true;
	return facts->plan ? advi_map_get(&facts->records, name) != NULL
			   : advi_site_in_base(facts->site, name);
}

const struct advi_refusal *advi_facts_refusal(const struct advi_facts *facts, const char *package)
{
	const struct advi_map_entry *entry = advi_map_get(&facts->refused, advi_str(package));

	return entry ? entry->pointer : NULL;
}

const char *advi_facts_verdict(const struct advi_facts *facts, const char *package)
{
	static const char *const kinds[][2] = {
		{"conflict", "can't join base"}, {"budget", "beyond the budget"},
		{"field", "left to bundles"},    {"absent", "in no channel"},
		{"module", "centre's module"},   {"never", "excluded"}};
	const struct advi_refusal *refusal = advi_facts_refusal(facts, package);

	if (!facts->plan)
		return NULL;
	if (advi_facts_then(facts, package))
		return "joins base";
	for (size_t i = 0; refusal && i < ADVI_COUNT(kinds); i++)
		if (strcmp(refusal->kind, kinds[i][0]) == 0)
			return kinds[i][1];
	return "not in the plan";
}

static void find_packages(struct advi_facts *facts)
{
	const struct advi_map *packages = &facts->workloads.packages;

	facts->now = advi_calloc(packages->entries.count + 1, sizeof(*facts->now));
	facts->then = advi_calloc(packages->entries.count + 1, sizeof(*facts->then));
	for (size_t i = 0; i < packages->entries.count; i++) {
		struct advi_str name = packages->entries.at[i].key;

		facts->now[i] = advi_site_in_base(facts->site, name);
		facts->then[i] = advi_facts_then(facts, name.ptr);
	}
}

/* --- who belongs to whom --- */

static const char *add_account(void *context, struct advi_str account, struct advi_str domain)
{
	struct advi_facts *facts = context;

	advi_map_add(&facts->domains, account, NULL)->pointer =
		(void *)(uintptr_t)advi_arena_str(&facts->arena, domain);
	return NULL;
}

const char *advi_facts_domain(const struct advi_facts *facts, const char *project)
{
	const char *domain = advi_site_domain(facts->site, project);
	const struct advi_map_entry *entry =
		project ? advi_map_get(&facts->domains, advi_str(project)) : NULL;

	return entry && strcmp(domain, "unknown") == 0 ? entry->pointer : domain;
}

/* The site; domains; projects; each by name, those without a name last. */
static int by_scope(const void *a, const void *b)
{
	const struct advi_scope *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (!left->name || !right->name)
		return !left->name - !right->name;
	return strcmp(left->name, right->name);
}

static void name_scope(struct advi_facts *facts, struct advi_map *seen, enum advi_scope_kind kind,
		       const char *name)
{
	ADVI_AUTO_PTR char *key = advi_format("%d%s", (int)kind, name ? name : "\n");
	struct advi_scope *scope;
	bool is_new;

	advi_map_add(seen, advi_str(key), &is_new);
	if (!is_new)
		return;
	scope = advi_vec_new(&facts->scopes);
	scope->kind = kind;
	scope->name = name;
}

static size_t find_scope(const struct advi_facts *facts, enum advi_scope_kind kind,
			 const char *name)
{
	struct advi_scope wanted = {.kind = kind, .name = name};
	const struct advi_scope *found =
		bsearch(&wanted, facts->scopes.at, facts->scopes.count, sizeof(*found), by_scope);

	return found ? (size_t)(found - facts->scopes.at) : SIZE_MAX;
}

const struct advi_scope *advi_facts_scope(const struct advi_facts *facts, enum advi_scope_kind kind,
					  const char *name)
{
	size_t index = find_scope(facts, kind, name);

	return index == SIZE_MAX ? NULL : &facts->scopes.at[index];
}

static void make_scopes(struct advi_facts *facts)
{
	const struct advi_workloads *workloads = &facts->workloads;
	ADVI_AUTO(map) struct advi_map seen = {0};

	name_scope(facts, &seen, ADVI_SCOPE_SITE, NULL);
	for (size_t i = 0; i < workloads->all.count; i++) {
		const char *project = workloads->all.at[i].project;

		name_scope(facts, &seen, ADVI_SCOPE_PROJECT, project);
		name_scope(facts, &seen, ADVI_SCOPE_DOMAIN, advi_facts_domain(facts, project));
	}
	advi_vec_sort(&facts->scopes, by_scope);
	for (size_t i = 0; i < facts->scopes.count; i++)
		if (facts->scopes.at[i].kind == ADVI_SCOPE_PROJECT)
			facts->scopes.at[i].parent =
				find_scope(facts, ADVI_SCOPE_DOMAIN,
					   advi_facts_domain(facts, facts->scopes.at[i].name));
	for (size_t i = 0; i < workloads->all.count; i++) {
		size_t at = find_scope(facts, ADVI_SCOPE_PROJECT, workloads->all.at[i].project);

		for (;; at = facts->scopes.at[at].parent) {
			advi_vec_push(&facts->scopes.at[at].members, (uint32_t)i);
			if (at == 0)
				break;
		}
	}
	for (size_t i = 0; i < facts->scopes.count; i++) {
		struct advi_scope *scope = &facts->scopes.at[i];

		advi_tally_make(&scope->tally, workloads, scope->members.at, scope->members.count,
				facts->now, facts->then);
	}
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_scope *x = *(const struct advi_scope *const *)a;
	const struct advi_scope *y = *(const struct advi_scope *const *)b;

	if (x->tally.cover.users != y->tally.cover.users)
		return x->tally.cover.users < y->tally.cover.users ? 1 : -1;
	return by_scope(x, y);
}

void advi_scopes_sort(const struct advi_scope **scopes, size_t count)
{
	if (count)
		qsort(scopes, count, sizeof(*scopes), most_users_first);
}

bool advi_facts_nameless(const struct advi_facts *facts)
{
	return facts->public && facts->site->hide_projects;
}

/* --- months --- */

static void find_months(struct advi_facts *facts)
{
	const struct advi_data *data = &facts->data;

	if (data->whole) {
		facts->first = data->whole->first;
		facts->last = data->whole->last;
	}
	for (size_t i = 0; i < data->runs.count + data->tallies.count; i++) {
		uint32_t month = i < data->runs.count
					 ? data->runs.at[i].month
					 : data->tallies.at[i - data->runs.count].month;

		facts->first = !facts->first || month < facts->first ? month : facts->first;
		facts->last = month > facts->last ? month : facts->last;
	}
}

/* By set: it imports a package from a place of the user's own. */
static bool *own_sets(const struct advi_data *data)
{
	bool *own = advi_calloc(data->sets.count + 1, sizeof(*own));

	for (size_t i = 0; i < data->sets.count; i++) {
		const struct advi_set_data *set = &data->sets.at[i];

		for (size_t j = 0; j < set->count && !own[i]; j++) {
			struct advi_use_data use = data->uses.at[set->first + j];

			own[i] = advi_use_counts(data, use) && !use.probe &&
				 advi_use_kind(data, use) == ADVI_USE_PACKAGE &&
				 advi_place_is_own(data->roots.at[use.root].place);
		}
	}
	return own;
}

struct month_sets {
	struct advi_distinct users, own;
};

static void take_months(const struct advi_facts *facts, struct month_sets *sets)
{
	const struct advi_data *data = &facts->data;
	ADVI_AUTO_PTR bool *own = own_sets(data);

	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];
		struct month_sets *at = &sets[advi_months_between(run->month, facts->first)];

		if (!data->sets.at[run->set].imported && !data->by_mapping)
			continue;
		advi_distinct_add(&at->users, run->user);
		if (own[run->set])
			advi_distinct_add(&at->own, run->user);
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];
		struct month_sets *at = &sets[advi_months_between(tally->month, facts->first)];

		if (!tally->user)
			continue;
		advi_distinct_add(&at->users, tally->user - 1);
		if (data->modules.at[tally->module].package && advi_place_is_own(tally->place))
			advi_distinct_add(&at->own, tally->user - 1);
	}
}

void advi_facts_months(const struct advi_facts *facts, advi_months_of_users *out)
{
	uint32_t count = facts->first ? advi_months_between(facts->last, facts->first) + 1 : 0;
	struct month_sets *sets;

	if (!count || count > ADVI_HISTORY_MONTHS)
		return;
	sets = advi_calloc(count, sizeof(*sets));
	take_months(facts, sets);
	for (uint32_t i = 0; i < count; i++) {
		advi_vec_push(out, ((struct advi_month_users){
					   advi_month_before(facts->last, count - 1 - i),
					   advi_distinct_settle(&sets[i].users),
					   advi_distinct_settle(&sets[i].own)}));
		advi_distinct_clear(&sets[i].users);
		advi_distinct_clear(&sets[i].own);
	}
	free(sets);
}

/* --- the whole --- */

/* What is published of a project depends on all others. */
static int load_data(struct advi_facts *facts, const struct adv_store *store,
		     const struct adv_report_query *query, uint32_t first, uint32_t last,
		     struct adv_err *err)
{
	if (query->project && !query->public_only)
		return advi_data_load_project(&facts->data, store, facts->site, first, last,
					      query->project, err);
	return advi_data_load(&facts->data, store, facts->site, first, last, err);
}

static int load(struct advi_facts *facts, const struct adv_store *store,
		const struct adv_report_query *query, struct adv_err *err)
{
	uint32_t first, last;
	int r;

	if ((r = advi_data_site(&facts->site, store, query->site, err)) < 0 ||
	    (r = advi_month_range(&first, &last, facts->since, facts->until, err)) < 0 ||
	    (query->accounts &&
	     (r = advi_accounts_read(query->accounts, add_account, facts, err)) < 0) ||
	    (r = load_data(facts, store, query, first, last, err)) < 0)
		return r;
	advi_data_mark_probes(&facts->data);
	advi_workloads_collect(&facts->workloads, &facts->data);
	return 0;
}

void advi_facts_count(struct advi_facts *facts)
{
	if (facts->plan)
		index_plan(facts);
	find_packages(facts);
	find_months(facts);
	make_scopes(facts);
}

int advi_facts_load(struct advi_facts *out, const struct adv_store *store,
		    const struct adv_plan *plan, const struct adv_report_query *query,
		    struct adv_err *err)
{
	int r;

	*out = (struct advi_facts){.plan = plan, .public = query->public_only};
	/* With a plan, the months that it counted are counted here too. */
	out->since = query->since ? query->since : plan ? plan->since : NULL;
	out->until = query->until ? query->until : plan ? plan->until : NULL;
	if ((r = load(out, store, query, err)) < 0)
		return r;
	if (plan && strcmp(plan->site, out->site->name) != 0)
		return advi_fail(
			err, ADV_EUSAGE,
			"the plan is of '%s', and the store of '%s'; make a plan from this "
			"store with 'conda-advisor recommend'",
			plan->site, out->site->name);
	advi_facts_count(out);
	return 0;
}

void advi_facts_clear(struct advi_facts *facts)
{
	for (size_t i = 0; i < facts->scopes.count; i++) {
		advi_vec_clear(&facts->scopes.at[i].members);
		advi_map_clear(&facts->scopes.at[i].cells);
		advi_tally_clear(&facts->scopes.at[i].tally);
	}
	advi_vec_clear(&facts->scopes);
	advi_fold_clear(&facts->fold);
	advi_package_months_clear(&facts->months_of);
	advi_workloads_clear(&facts->workloads);
	advi_data_clear(&facts->data);
	advi_map_clear(&facts->records);
	advi_map_clear(&facts->refused);
	advi_map_clear(&facts->domains);
	free(facts->now);
	free(facts->then);
	advi_arena_clear(&facts->arena);
}
