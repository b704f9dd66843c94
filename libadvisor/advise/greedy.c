/* SPDX-License-Identifier: BSD-3-Clause */
/* A lazy greedy over moves. */
#include "advise/greedy.h"

#include <math.h>
#include <string.h>

#define NO_MOVE UINT32_MAX

/* --- moves --- */

static void add_move(struct advi_greedy *g, struct advi_span items)
{
	advi_vec_push(&g->moves, ((struct advi_move){.items = items}));
}

static void add_singles(struct advi_greedy *g)
{
	for (uint32_t i = 0; i < g->model->items.count; i++) {
		struct advi_span span = {(uint32_t)g->pool.count, 1};

		if (!advi_item_askable(&g->model->items.at[i]))
			continue;
		advi_vec_push(&g->pool, i);
		add_move(g, span);
	}
}

/* What can't be asked for must come with the rest, or there is no such move. */
static void add_goal_move(struct advi_greedy *g, uint32_t goal)
{
	struct advi_span needs = g->goals.at[goal].needs;
	struct advi_span span = {(uint32_t)g->pool.count, 0};

	g->move_of[goal] = NO_MOVE;
	for (uint32_t i = 0; i < needs.count; i++) {
		uint32_t item = advi_span_at(g->model, needs)[i];

		if (!advi_item_askable(&g->model->items.at[item]))
			continue;
		advi_vec_push(&g->pool, item);
		span.count++;
	}
	if (span.count < 2) {
		g->pool.count = span.first;
		return;
	}
	g->move_of[goal] = (uint32_t)g->moves.count;
	add_move(g, span);
}

static void add_goals(struct advi_greedy *g)
{
	const struct advi_model *model = g->model;
	size_t items = model->items.count;

	for (size_t i = 0; i < model->goals.count; i++)
		advi_vec_push(&g->goals, model->goals.at[i]);
	for (size_t i = 0; i < model->quota_goals.count; i++)
		advi_vec_push(&g->goals, model->quota_goals.at[i]);
	g->quota_of = advi_calloc(model->quota_goals.count + 1, sizeof(*g->quota_of));
	for (uint32_t q = 0; q < model->quotas.count; q++)
		for (uint32_t i = 0; i < model->quotas.at[q].count; i++)
			g->quota_of[model->quotas.at[q].first + i] = q;
	g->first_goal = advi_calloc(items + 2, sizeof(*g->first_goal));
	g->move_of = advi_malloc((g->goals.count + 1) * sizeof(*g->move_of));
	for (size_t i = 0; i < g->goals.count; i++)
		for (uint32_t j = 0; j < g->goals.at[i].needs.count; j++)
			g->first_goal[advi_span_at(model, g->goals.at[i].needs)[j] + 2]++;
	for (size_t i = 2; i < items + 2; i++)
		g->first_goal[i] += g->first_goal[i - 1];
	g->goals_of = advi_malloc((g->first_goal[items + 1] + 1) * sizeof(*g->goals_of));
	for (size_t i = 0; i < g->goals.count; i++)
		for (uint32_t j = 0; j < g->goals.at[i].needs.count; j++) {
			uint32_t item = advi_span_at(model, g->goals.at[i].needs)[j];

			g->goals_of[g->first_goal[item + 1]++] = (uint32_t)i;
		}
	for (uint32_t i = 0; i < g->goals.count; i++)
		add_goal_move(g, i);
}

void advi_greedy_init(struct advi_greedy *g, const struct advi_model *model)
{
	size_t items = model->items.count, goals;

	*g = (struct advi_greedy){.model = model, .total = (double)advi_model_total(model)};
	add_singles(g);
	add_goals(g);
	goals = g->goals.count;
	g->asked = advi_calloc(items + 1, sizeof(*g->asked));
	g->there = advi_calloc(items + 1, sizeof(*g->there));
	g->item_mark = advi_calloc(items + 1, sizeof(*g->item_mark));
	g->missing = advi_calloc(goals + 1, sizeof(*g->missing));
	g->goal_mark = advi_calloc(goals + 1, sizeof(*g->goal_mark));
	g->goal_gain = advi_calloc(goals + 1, sizeof(*g->goal_gain));
	g->reached = advi_calloc(model->quotas.count + 1, sizeof(*g->reached));
}

void advi_greedy_clear(struct advi_greedy *g)
{
	advi_vec_clear(&g->pool);
	advi_vec_clear(&g->moves);
	advi_vec_clear(&g->goals);
	advi_vec_clear(&g->touched);
	advi_vec_clear(&g->order);
	free(g->quota_of);
	free(g->first_goal);
	free(g->goals_of);
	free(g->move_of);
	free(g->asked);
	free(g->there);
	free(g->missing);
	free(g->reached);
	free(g->item_mark);
	free(g->goal_mark);
	free(g->goal_gain);
	*g = (struct advi_greedy){0};
}

/* --- where it is --- */

static uint32_t quota_of(const struct advi_greedy *g, uint32_t goal)
{
	return g->quota_of[goal - g->model->goals.count];
}

static void reach(struct advi_greedy *g, uint32_t goal)
{
	if (goal >= g->model->goals.count)
		g->reached[quota_of(g, goal)] += g->goals.at[goal].value;
}

static void arrive(struct advi_greedy *g, uint32_t item)
{
	if (g->there[item]++)
		return;
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		g->cost[r] += g->model->items.at[item].cost[r];
	for (uint32_t i = g->first_goal[item]; i < g->first_goal[item + 1]; i++) {
		uint32_t goal = g->goals_of[i], move = g->move_of[goal];

		if (--g->missing[goal] == 0)
			reach(g, goal);
		else if (move != NO_MOVE)
			g->moves.at[move].score = INFINITY;
	}
}

static void ask(struct advi_greedy *g, uint32_t item)
{
	struct advi_span brings = g->model->items.at[item].brings;

	if (g->asked[item])
		return;
	g->asked[item] = true;
	advi_vec_push(&g->order, item);
	for (uint32_t i = 0; i < brings.count; i++)
		arrive(g, advi_span_at(g->model, brings)[i]);
}

static void begin(struct advi_greedy *g, const bool *asked)
{
	size_t items = g->model->items.count;

	g->order.count = 0;
	memset(g->asked, 0, items * sizeof(*g->asked));
	memset(g->there, 0, items * sizeof(*g->there));
	memset(g->cost, 0, sizeof(g->cost));
	memset(g->reached, 0, g->model->quotas.count * sizeof(*g->reached));
	for (uint32_t i = 0; i < g->goals.count; i++) {
		g->missing[i] = g->goals.at[i].needs.count;
		if (!g->missing[i])
			reach(g, i);
	}
	for (uint32_t i = 0; i < items; i++)
		if (asked[i])
			ask(g, i);
	for (size_t i = 0; i < g->moves.count; i++) {
		g->moves.at[i].score = INFINITY;
		g->moves.at[i].dead = false;
	}
}

/* --- what a move gains and costs now --- */

struct weight {
	uint64_t value, quota;
	uint64_t cost[ADVI_RESOURCES];
	uint32_t items; /* that are asked for by it and are not there */
};

static bool fits(const struct advi_greedy *g, const struct weight *weight)
{
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (g->cost[r] + weight->cost[r] > g->model->budget[r])
			return false;
	return true;
}

/* Marks what a move brings and adds up what that costs. */
static void weigh_cost(struct advi_greedy *g, const struct advi_move *move, struct weight *weight)
{
	g->mark++;
	g->touched.count = 0;
	for (uint32_t i = 0; i < move->items.count; i++) {
		uint32_t member = g->pool.at[move->items.first + i];
		struct advi_span brings = g->model->items.at[member].brings;

		weight->items += !g->there[member];
		for (uint32_t j = 0; j < brings.count; j++) {
			uint32_t item = advi_span_at(g->model, brings)[j];

			if (g->there[item] || g->item_mark[item] == g->mark)
				continue;
			g->item_mark[item] = g->mark;
			advi_vec_push(&g->touched, item);
			for (size_t r = 0; r < ADVI_RESOURCES; r++)
				weight->cost[r] += g->model->items.at[item].cost[r];
		}
		g->work += brings.count;
	}
}

static void earn(struct advi_greedy *g, struct weight *weight, uint32_t goal)
{
	uint64_t value = g->goals.at[goal].value;

	if (goal < g->model->goals.count) {
		weight->value += value;
	} else {
		const struct advi_quota *quota = &g->model->quotas.at[quota_of(g, goal)];
		uint64_t reached = g->reached[quota_of(g, goal)];
		uint64_t lacks = reached < quota->least ? quota->least - reached : 0;

		weight->quota += value < lacks ? value : lacks;
	}
}

static void weigh_gain(struct advi_greedy *g, struct weight *weight)
{
	for (size_t t = 0; t < g->touched.count; t++) {
		uint32_t item = g->touched.at[t];

		g->work += g->first_goal[item + 1] - g->first_goal[item];
		for (uint32_t i = g->first_goal[item]; i < g->first_goal[item + 1]; i++) {
			uint32_t goal = g->goals_of[i];

			if (g->goal_mark[goal] != g->mark) {
				g->goal_mark[goal] = g->mark;
				g->goal_gain[goal] = 0;
			}
			if (++g->goal_gain[goal] == g->missing[goal])
				earn(g, weight, goal);
		}
	}
}

static double part_of_budget(const struct advi_greedy *g, const struct weight *weight)
{
	double part = 0;
	bool any = false;

	for (size_t r = 0; r < ADVI_RESOURCES; r++) {
		double budget = (double)g->model->budget[r];

		if (g->model->budget[r] == ADVI_UNLIMITED)
			continue;
		any = true;
		if (budget > 0)
			part = fmax(part, (double)weight->cost[r] / budget);
	}
	return any ? part + 1e-9 : (double)weight->items;
}

/* Less than 0: it can't be, or gains nothing. */
static double count(struct advi_greedy *g, const struct advi_move *move, enum advi_rule rule,
		    const bool *may)
{
	struct weight weight = {0};
	double gain;

	for (uint32_t i = 0; i < move->items.count; i++)
		if (may && !may[g->pool.at[move->items.first + i]])
			return -1;
	weigh_cost(g, move, &weight);
	if (!g->touched.count || !fits(g, &weight))
		return -1;
	weigh_gain(g, &weight);
	gain = (double)weight.value + (double)weight.quota * (g->total + 1);
	if (gain <= 0)
		return -1;
	return gain / (rule == ADVI_BY_VALUE ? fmax(weight.items, 1) : part_of_budget(g, &weight));
}

/* --- the greedy --- */

/* The best move by what was counted last, the first of equal ones; NO_MOVE when none gains. */
static uint32_t best_move(const struct advi_greedy *g)
{
	uint32_t best = NO_MOVE;

	for (uint32_t i = 0; i < g->moves.count; i++) {
		const struct advi_move *move = &g->moves.at[i];

		if (!move->dead && move->score > 0 &&
		    (best == NO_MOVE || move->score > g->moves.at[best].score))
			best = i;
	}
	return best;
}

/* Cores and surcharges are looked at only now, since few moves get here. */
static bool take(struct advi_greedy *g, const struct advi_move *move, bool *asked)
{
	struct advi_tally tally;
	bool pinned = true;

	for (uint32_t i = 0; i < move->items.count; i++)
		asked[g->pool.at[move->items.first + i]] = true;
	advi_model_tally(&tally, g->model, asked, NULL);
	g->work += g->model->items.count;
	for (size_t i = 0; i < g->model->items.count; i++)
		pinned = pinned && (!g->model->items.at[i].pinned || asked[i]);
	if (pinned && !tally.allowed) {
		memcpy(asked, g->asked, g->model->items.count * sizeof(*asked));
		return false;
	}
	for (uint32_t i = 0; i < move->items.count; i++)
		ask(g, g->pool.at[move->items.first + i]);
	return true;
}

void advi_greedy_fill(struct advi_greedy *g, bool *asked, enum advi_rule rule, const bool *may)
{
	uint32_t counted = NO_MOVE;

	begin(g, asked);
	for (;;) {
		uint32_t best = best_move(g);
		struct advi_move *move;

		if (best == NO_MOVE)
			return;
		move = &g->moves.at[best];
		if (best != counted) {
			move->score = count(g, move, rule, may);
			counted = best;
			continue;
		}
		counted = NO_MOVE;
		move->dead = true;
		take(g, move, asked);
	}
}

/* What is there with all that it brings may as well be asked for: one choice has one form. */
static void settle(const struct advi_model *model, bool *asked)
{
	ADVI_AUTO_PTR bool *there = advi_malloc(model->items.count + 1);
	struct advi_tally tally;

	advi_model_tally(&tally, model, asked, there);
	for (size_t i = 0; i < model->items.count; i++) {
		struct advi_span brings = model->items.at[i].brings;
		bool all = brings.count != 0;

		for (uint32_t j = 0; j < brings.count && all; j++)
			all = there[advi_span_at(model, brings)[j]];
		asked[i] = asked[i] || all;
	}
}

void advi_greedy_replay(struct advi_greedy *g, const bool *asked)
{
	size_t items = g->model->items.count;
	ADVI_AUTO_PTR bool *again = advi_calloc(items + 1, sizeof(*again));

	for (size_t i = 0; i < items; i++)
		again[i] = asked[i] && g->model->items.at[i].pinned;
	advi_greedy_fill(g, again, ADVI_BY_VALUE, asked);
	for (uint32_t i = 0; i < items; i++)
		if (asked[i])
			ask(g, i);
}

void advi_greedy_choose(struct advi_greedy *g, bool *asked)
{
	const struct advi_model *model = g->model;
	ADVI_AUTO_PTR bool *other = advi_calloc(model->items.count + 1, sizeof(*other));
	struct advi_tally best, tally;

	for (size_t i = 0; i < model->items.count; i++)
		asked[i] = other[i] = model->items.at[i].pinned;
	advi_greedy_fill(g, asked, ADVI_BY_VALUE, NULL);
	advi_greedy_fill(g, other, ADVI_BY_COST, NULL);
	settle(model, asked);
	settle(model, other);
	advi_model_tally(&best, model, asked, NULL);
	advi_model_tally(&tally, model, other, NULL);
	if (advi_model_better(model, &tally, other, &best, asked))
		memcpy(asked, other, model->items.count * sizeof(*asked));
}

void advi_swap(struct advi_greedy *g, bool *asked, uint64_t work)
{
	const struct advi_model *model = g->model;
	ADVI_AUTO_PTR bool *other = advi_calloc(model->items.count + 1, sizeof(*other));
	ADVI_AUTO_PTR bool *may = advi_malloc(model->items.count + 1);
	struct advi_tally best, tally;
	uint64_t end = g->work + work;
	bool more = true;

	memset(may, true, model->items.count);
	advi_model_tally(&best, model, asked, NULL);
	while (more) {
		more = false;
		for (uint32_t i = 0; i < model->items.count && g->work < end; i++) {
			for (int rule = 0;
			     rule < ADVI_RULES && asked[i] && !model->items.at[i].pinned; rule++) {
				memcpy(other, asked, model->items.count * sizeof(*other));
				other[i] = may[i] = false;
				advi_greedy_fill(g, other, (enum advi_rule)rule, may);
				may[i] = true;
				settle(model, other);
				advi_model_tally(&tally, model, other, NULL);
				if (!advi_model_better(model, &tally, other, &best, asked))
					continue;
				memcpy(asked, other, model->items.count * sizeof(*asked));
				best = tally;
				more = true;
			}
		}
	}
}
