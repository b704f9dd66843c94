/* SPDX-License-Identifier: BSD-3-Clause */
/* One run of libsolv over what is in. */
#include "solve/dominate.h"

#include "conda/envfile.h"
#include "solve/solv.h"

void advi_requests_clear(advi_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++)
		advi_vec_clear(&requests->at[i].items);
	advi_vec_clear(requests);
}

void advi_clash_clear(struct advi_clash *clash)
{
	advi_vec_clear(&clash->items);
	advi_vec_clear(&clash->needs);
	advi_vec_clear(&clash->requests);
}

void advi_outcome_clear(struct advi_outcome *outcome)
{
	advi_vec_clear(&outcome->found);
	advi_clash_clear(&outcome->clash);
}

/* Python decides most about the others, so it is decided first. */
int advi_specs_order(const char *a, const char *b)
{
	bool px = advi_str_is(advi_spec_name(advi_str(a)), "python");
	bool py = advi_str_is(advi_spec_name(advi_str(b)), "python");

	return px != py ? py - px : strcmp(a, b);
}

static int canonical(const void *a, const void *b)
{
	return advi_specs_order(((const struct advi_request *)a)->text,
				((const struct advi_request *)b)->text);
}

static int add(advi_requests *requests, const struct advi_pool *pool, struct advi_arena *arena,
	       const char *text, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf printed = ADVI_BUF_INIT(1 << 20);
	struct advi_request request = {.name = UINT32_MAX};
	struct advi_str name;
	int r;

	request.spec = advi_arena_alloc(arena, sizeof(*request.spec));
	r = advi_matchspec_parse(request.spec, arena, advi_str(text), err);
	if (r < 0)
		return r;
	advi_matchspec_print(request.spec, &printed);
	request.text = advi_arena_str(arena, advi_buf_str(&printed));
	name = advi_matchspec_name(request.spec);
	if (name.len)
		request.name = advi_pool_name(pool, name);
	advi_pool_match(pool, request.spec, &request.items);
	advi_vec_push(requests, request);
	return 0;
}

int advi_requests_add(advi_requests *requests, const struct advi_pool *pool,
		      struct advi_arena *arena, const char *const *specs, size_t count,
		      struct adv_err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		int r = add(requests, pool, arena, specs[i], err);

		if (r < 0)
			return r;
	}
	advi_vec_sort(requests, canonical);
	for (size_t i = 0; i < requests->count; i++) {
		if (kept && strcmp(requests->at[kept - 1].text, requests->at[i].text) == 0)
			advi_vec_clear(&requests->at[i].items);
		else
			requests->at[kept++] = requests->at[i];
	}
	requests->count = kept;
	return 0;
}

void advi_requests_merge(advi_requests *out, const advi_requests *a, const advi_requests *b)
{
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		int order = i == a->count   ? 1
			    : j == b->count ? -1
					    : canonical(&a->at[i], &b->at[j]);

		advi_vec_push(out, order <= 0 ? a->at[i] : b->at[j]);
		i += order <= 0;
		j += order >= 0;
	}
}

/*
 * Tells libsolv who provides each dependency: we know, and it would find out by comparing
 * texts, which takes longer than a solve.
 */
static void tell_providers(const struct advi_kept *kept)
{
	const struct advi_pool *pool = kept->pool;
	Queue queue;

	queue_init(&queue);
	for (size_t d = 0; d < pool->dependencies.count; d++) {
		const struct advi_dependency *dependency = &pool->dependencies.at[d];

		if (!ISRELDEP(dependency->id))
			continue;
		queue_empty(&queue);
		for (uint32_t i = 0; i < dependency->providers.count; i++) {
			uint32_t item = pool->providers.at[dependency->providers.first + i];

			if (advi_kept_in(kept, item))
				queue_push(&queue, (Id)item);
		}
		pool->solv->whatprovides_rel[GETRELID(dependency->id)] =
			pool_queuetowhatprovides(pool->solv, &queue);
	}
	queue_free(&queue);
}

/*
 * Makes libsolv see only what is in. Its table of providers is made anew when that changes: rules
 * are then never made for what is out, which is most of the time of a solve.
 */
static void consider(const struct advi_kept *kept)
{
	Pool *solv = kept->pool->solv;
	Map *map = advi_malloc(sizeof(*map));

	map_init(map, solv->nsolvables);
	MAPSET(map, SYSTEMSOLVABLE);
	for (size_t i = 0; i < kept->pool->items.count; i++)
		if (kept->pool->items.at[i].record && advi_kept_in(kept, (uint32_t)i))
			MAPSET(map, i);
	if (solv->considered && solv->considered->size == map->size &&
	    memcmp(solv->considered->map, map->map, (size_t)map->size) == 0) {
		map_free(map);
		free(map);
		return;
	}
	advi_pool_forget(kept->pool);
	solv->considered = map;
	pool_createwhatprovides(solv);
	tell_providers(kept);
}

/* Those of 'items' that are in, rising, as libsolv walks them. */
static void gather(const struct advi_kept *kept, const advi_numbers *items, Queue *out)
{
	advi_numbers in = {0};

	for (size_t i = 0; i < items->count; i++)
		if (advi_kept_in(kept, items->at[i]))
			advi_vec_push(&in, items->at[i]);
	advi_numbers_sort(&in);
	queue_empty(out);
	for (size_t i = 0; i < in.count; i++)
		queue_push(out, (Id)in.at[i]);
	advi_vec_clear(&in);
}

/* Jobs in pairs, one a request. False when one that must be had has nothing left. */
static bool add_jobs(const struct advi_job *job, Queue *jobs, advi_numbers *empty)
{
	Pool *solv = job->kept->pool->solv;
	Queue one_of;

	queue_init(&one_of);
	for (size_t i = 0; i < job->requests->count; i++) {
		Id how = SOLVER_INSTALL | SOLVER_SOLVABLE_ONE_OF;

		gather(job->kept, &job->requests->at[i].items, &one_of);
		if (i >= job->firm)
			how |= SOLVER_WEAK;
		else if (!one_of.count)
			advi_vec_push(empty, (uint32_t)i);
		queue_push2(jobs, one_of.count ? how : SOLVER_NOOP,
			    one_of.count ? pool_queuetowhatprovides(solv, &one_of) : 0);
	}
	queue_free(&one_of);
	return empty->count == 0;
}

static void read_solution(const struct advi_kept *kept, Solver *solver, advi_numbers *out)
{
	Queue decided;

	queue_init(&decided);
	solver_get_decisionqueue(solver, &decided);
	for (int i = 0; i < decided.count; i++) {
		Id id = decided.elements[i];

		if (id > SYSTEMSOLVABLE && (size_t)id < kept->pool->items.count &&
		    kept->pool->items.at[id].record && !kept->pool->items.at[id].is_virtual)
			advi_vec_push(out, (uint32_t)id);
	}
	queue_free(&decided);
	advi_numbers_sort(out);
}

static uint32_t dependency_of(const struct advi_pool *pool, Id item, Id id)
{
	const struct advi_item *from = &pool->items.at[item];

	for (int list = 0; list < 2; list++) {
		struct advi_span span = list ? from->constrains : from->requires;

		for (uint32_t i = 0; i < span.count; i++)
			if (pool->dependencies.at[pool->uses.at[span.first + i]].id == id)
				return pool->uses.at[span.first + i];
	}
	return UINT32_MAX;
}

static void read_rule(const struct advi_pool *pool, Solver *solver, Id rule,
		      struct advi_clash *clash)
{
	Id from = 0, to = 0, dep = 0;
	SolverRuleinfo info = solver_ruleinfo(solver, rule, &from, &to, &dep);
	uint32_t dependency;

	if (info == SOLVER_RULE_JOB)
		advi_vec_push(&clash->requests,
			      (uint32_t)(solver_rule2jobidx(solver, rule) - 1) / 2);
	if ((info != SOLVER_RULE_PKG_REQUIRES && info != SOLVER_RULE_PKG_CONSTRAINS) || from <= 0)
		return;
	dependency = dependency_of(pool, from, dep);
	if (dependency == UINT32_MAX)
		return;
	advi_vec_push(&clash->needs, (uint32_t)from);
	advi_vec_push(&clash->needs, dependency);
	advi_vec_push(&clash->items, (uint32_t)from);
}

static void read_clash(const struct advi_kept *kept, Solver *solver, struct advi_clash *clash)
{
	Queue rules;

	queue_init(&rules);
	solver_findallproblemrules(solver, 1, &rules);
	for (int i = 0; i < rules.count; i++)
		read_rule(kept->pool, solver, rules.elements[i], clash);
	queue_free(&rules);
}

static void solve(const struct advi_kept *kept, Queue *jobs, struct advi_outcome *out)
{
	Solver *solver = solver_create(kept->pool->solv);

	out->solved = solver_solve(solver, jobs) == 0;
	if (out->solved)
		read_solution(kept, solver, &out->found);
	else
		read_clash(kept, solver, &out->clash);
	solver_free(solver);
}

static void run(const struct advi_job *job, struct advi_outcome *out)
{
	Queue jobs;

	queue_init(&jobs);
	consider(job->kept);
	if (add_jobs(job, &jobs, &out->clash.requests)) {
		for (size_t i = 0; job->favored && i < job->favored->count; i++)
			if (advi_kept_in(job->kept, job->favored->at[i]))
				queue_push2(&jobs, SOLVER_FAVOR | SOLVER_SOLVABLE,
					    (Id)job->favored->at[i]);
		solve(job->kept, &jobs, out);
	}
	queue_free(&jobs);
}

void advi_run(const struct advi_job *job, struct advi_outcome *out)
{
	struct advi_job slim = *job;
	struct advi_kept kept;

	*out = (struct advi_outcome){0};
	if (!job->slim) {
		run(job, out);
		return;
	}
	advi_kept_copy(&kept, job->kept);
	advi_dominate(&kept, job->requests, job->favored);
	slim.kept = &kept;
	run(&slim, out);
	advi_kept_clear(&kept);
}
