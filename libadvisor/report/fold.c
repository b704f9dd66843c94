/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cells are held back, so that nothing is known of folded ones. */
#include "report/fold.h"

#include <assert.h>

#include "base/text.h"

/* Beyond any figure; sums of as many as fit in memory stay within 64 bits. */
static const int64_t MOST = (int64_t)1 << 40;

void advi_fold_init(struct advi_fold *fold, uint64_t min_users)
{
	*fold = (struct advi_fold){
		.min_users =
			(int64_t)(min_users < (uint64_t)MOST / 4 ? min_users : (uint64_t)MOST / 4)};
}

void advi_fold_clear(struct advi_fold *fold)
{
	advi_vec_clear(&fold->cells);
	advi_vec_clear(&fold->relations);
	advi_vec_clear(&fold->parts);
}

static uint32_t add(struct advi_fold *fold, uint64_t value, uint64_t users)
{
	struct advi_fold_cell *cell = advi_vec_new(&fold->cells);

	cell->value = (int64_t)(value < (uint64_t)MOST / 4 ? value : (uint64_t)MOST / 4);
	cell->high = MOST;
	cell->printed = true;
	cell->folded = users && users < (uint64_t)fold->min_users;
	return (uint32_t)fold->cells.count - 1;
}

uint32_t advi_fold_users(struct advi_fold *fold, uint64_t users)
{
	uint32_t index = add(fold, users, users);
	struct advi_fold_cell *cell = &fold->cells.at[index];

	cell->low = cell->folded ? 1 : fold->min_users;
	if (cell->folded)
		cell->high = fold->min_users - 1;
	cell->down = 1;
	cell->up = fold->min_users - 1;
	return index;
}

/* Of a figure at least half of it and twice as much must be possible. */
uint32_t advi_fold_figure(struct advi_fold *fold, uint64_t value, uint64_t users)
{
	uint32_t index = add(fold, value, users);
	struct advi_fold_cell *cell = &fold->cells.at[index];

	cell->down = cell->value / 2;
	cell->up = cell->value * 2 + 1;
	return index;
}

uint32_t advi_fold_unseen(struct advi_fold *fold, uint64_t users)
{
	uint32_t index = advi_fold_users(fold, users);
	struct advi_fold_cell *cell = &fold->cells.at[index];

	cell->printed = false;
	/* It has no mark that says how large it is. */
	cell->low = 0;
	cell->high = MOST;
	return index;
}

uint32_t advi_fold_unseen_figure(struct advi_fold *fold, uint64_t value, uint64_t users)
{
	uint32_t index = advi_fold_figure(fold, value, users);

	fold->cells.at[index].printed = false;
	return index;
}

static int64_t sum_of(const struct advi_fold *fold, const uint32_t *parts, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += fold->cells.at[parts[i]].value;
	return sum;
}

static void relate(struct advi_fold *fold, enum advi_fold_kind kind, uint32_t total,
		   const uint32_t *parts, size_t count)
{
	struct advi_fold_relation *relation;
	int64_t value = fold->cells.at[total].value, sum = sum_of(fold, parts, count);

	assert(kind != ADVI_FOLD_SUM || sum == value || value >= MOST / 4);
	assert((kind != ADVI_FOLD_UNION && kind != ADVI_FOLD_ATMOST) || sum >= value);
	relation = advi_vec_new(&fold->relations);
	*relation = (struct advi_fold_relation){kind, total, fold->parts.count, count, sum};
	for (size_t i = 0; i < count; i++) {
		struct advi_fold_cell *part = &fold->cells.at[parts[i]];

		assert(kind == ADVI_FOLD_ATMOST || part->value <= value);
		advi_vec_push(&fold->parts, parts[i]);
		/* Of few in all, nobody looks for as many of them as the mark of all admits. */
		if (kind == ADVI_FOLD_SUM && fold->cells.at[total].folded && !part->printed)
			part->up = part->value > 2 || part->up < 2 ? part->value : 2;
	}
}

void advi_fold_sum(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count)
{
	relate(fold, ADVI_FOLD_SUM, total, parts, count);
}

void advi_fold_union(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count)
{
	relate(fold, ADVI_FOLD_UNION, total, parts, count);
}

void advi_fold_at_most(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count)
{
	relate(fold, ADVI_FOLD_ATMOST, total, parts, count);
}

void advi_fold_within(struct advi_fold *fold, uint32_t inner, uint32_t outer)
{
	relate(fold, ADVI_FOLD_WITHIN, outer, &inner, 1);
}

void advi_fold_rest(struct advi_fold *fold, uint32_t inner, uint32_t outer)
{
	int64_t rest = fold->cells.at[outer].value - fold->cells.at[inner].value;
	uint32_t parts[2] = {inner};

	assert(rest >= 0);
	parts[1] = advi_fold_unseen(fold, (uint64_t)rest);
	relate(fold, ADVI_FOLD_SUM, outer, parts, 2);
}

/* --- deciding --- */

void advi_fold_link(struct advi_fold_links *out, const struct advi_fold *fold)
{
	size_t count = fold->cells.count, at = 0;
	size_t *first = advi_calloc(count + 2, sizeof(*first));

	for (size_t i = 0; i < fold->relations.count; i++) {
		const struct advi_fold_relation *relation = &fold->relations.at[i];

		first[relation->total + 1]++;
		for (size_t j = 0; j < relation->count; j++)
			first[fold->parts.at[relation->first + j] + 1]++;
	}
	for (size_t i = 0; i < count; i++)
		first[i + 1] += first[i];
	out->relation = advi_calloc(first[count] + 1, sizeof(*out->relation));
	/* first[i] is where the next of cell i goes; then all move back by one place. */
	for (size_t i = 0; i < fold->relations.count; i++) {
		const struct advi_fold_relation *relation = &fold->relations.at[i];

		out->relation[first[relation->total]++] = (uint32_t)i;
		for (size_t j = 0; j < relation->count; j++)
			out->relation[first[fold->parts.at[relation->first + j]]++] = (uint32_t)i;
	}
	for (size_t i = count; i > 0; i--)
		first[i] = first[i - 1];
	first[0] = at;
	out->first = first;
}

static bool may_be_held(const struct advi_fold_cell *cell)
{
	return cell->state == ADVI_FOLD_SHOWN && cell->value > 0;
}

/* The smallest shown part, or else the total: what is missed least. UINT32_MAX: there is none. */
static uint32_t least(const struct advi_fold *fold, const struct advi_fold_relation *relation)
{
	uint32_t best = UINT32_MAX;

	for (size_t i = 0; i < relation->count; i++) {
		uint32_t part = fold->parts.at[relation->first + i];

		if (may_be_held(&fold->cells.at[part]) &&
		    (best == UINT32_MAX || fold->cells.at[part].value < fold->cells.at[best].value))
			best = part;
	}
	if (best == UINT32_MAX && may_be_held(&fold->cells.at[relation->total]))
		best = relation->total;
	return best;
}

static bool hold_least(struct advi_fold *fold, const struct advi_fold_relation *relation)
{
	uint32_t cell = least(fold, relation);

	if (cell == UINT32_MAX)
		return false;
	fold->cells.at[cell].state = ADVI_FOLD_HELD;
	return true;
}

/* A last resort, in a small population: hidden cells get the mark that says nothing of their size.
 */
static bool blur(struct advi_fold *fold, uint32_t index)
{
	struct advi_fold_cell *cell = &fold->cells.at[index];

	if (cell->state == ADVI_FOLD_SHOWN || (cell->low == 0 && cell->high == MOST))
		return false;
	cell->low = 0;
	cell->high = MOST;
	cell->state = ADVI_FOLD_HELD;
	return true;
}

static bool blur_relation(struct advi_fold *fold, const struct advi_fold_relation *relation)
{
	bool done = blur(fold, relation->total);

	for (size_t i = 0; i < relation->count; i++)
		done |= blur(fold, fold->parts.at[relation->first + i]);
	return done;
}

/* What is done to a relation; false when there is nothing left to do. */
typedef bool measure_fn(struct advi_fold *fold, const struct advi_fold_relation *relation);

/* Relations by their distance from the first: those that share a cell are next to each other. */
struct spread {
	const struct advi_fold *fold;
	const struct advi_fold_links *links;
	bool *met; /* by relation */
	ADVI_VEC(uint32_t) queue;
};

static void meet(struct spread *spread, uint32_t cell)
{
	for (size_t i = spread->links->first[cell]; i < spread->links->first[cell + 1]; i++) {
		uint32_t relation = spread->links->relation[i];

		if (!spread->met[relation])
			advi_vec_push(&spread->queue, relation);
		spread->met[relation] = true;
	}
}

/* Takes a measure at the nearest relation where there is something to do, 'far' steps away at most.
 */
static bool take_near(struct advi_fold *fold, const struct advi_fold_links *links, uint32_t from,
		      size_t far, measure_fn *measure)
{
	struct spread spread = {.fold = fold, .links = links};
	size_t end = 1;
	bool done = false;

	spread.met = advi_calloc(fold->relations.count, sizeof(*spread.met));
	spread.met[from] = true;
	advi_vec_push(&spread.queue, from);
	for (size_t i = 0; i < spread.queue.count && !done; i++) {
		const struct advi_fold_relation *relation = &fold->relations.at[spread.queue.at[i]];

		if (i == end) {
			if (!--far)
				break;
			end = spread.queue.count;
		}
		done = measure(fold, relation);
		if (!far)
			continue;
		meet(&spread, relation->total);
		for (size_t j = 0; j < relation->count; j++)
			meet(&spread, fold->parts.at[relation->first + j]);
	}
	advi_vec_clear(&spread.queue);
	free(spread.met);
	return done;
}

/* Holds back the smallest figure that was in the way. */
static bool hold_blocker(struct advi_fold_world *world)
{
	struct advi_fold *fold = world->fold;
	uint32_t best = UINT32_MAX;

	for (size_t i = 0; i < world->blockers.count; i++) {
		uint32_t cell = world->blockers.at[i];

		if (best == UINT32_MAX || fold->cells.at[cell].value < fold->cells.at[best].value)
			best = cell;
	}
	if (best == UINT32_MAX)
		return false;
	fold->cells.at[best].state = ADVI_FOLD_HELD;
	return true;
}

/* Holds one more cell back: what was in the way, or else at the relation where no other world was
 * found or near it. */
static bool hold_more(struct advi_fold_world *world, uint32_t from)
{
	struct advi_fold *fold = world->fold;
	const struct advi_fold_links *links = world->links;

	return hold_blocker(world) || take_near(fold, links, from, 2, hold_least) ||
	       take_near(fold, links, from, 2, blur_relation) ||
	       take_near(fold, links, from, SIZE_MAX, hold_least) ||
	       take_near(fold, links, from, SIZE_MAX, blur_relation);
}

/* Returns whether a folded cell can be anything that its mark says. */
static bool protect(struct advi_fold_world *world, uint32_t cell, int64_t target)
{
	int64_t failed;

	while ((failed = advi_fold_world_find(world, cell, target)) >= 0)
		if (!hold_more(world, (uint32_t)failed))
			return false;
	return true;
}

size_t advi_fold_decide(struct advi_fold *fold)
{
	struct advi_fold_links links;
	struct advi_fold_world world;
	size_t known = 0;

	for (size_t i = 0; i < fold->cells.count; i++) {
		struct advi_fold_cell *cell = &fold->cells.at[i];

		cell->state = cell->folded     ? ADVI_FOLD_FEW
			      : !cell->printed ? ADVI_FOLD_HELD
					       : ADVI_FOLD_SHOWN;
	}
	advi_fold_link(&links, fold);
	advi_fold_world_init(&world, fold, &links);
	for (size_t i = 0; i < fold->cells.count; i++) {
		const struct advi_fold_cell *cell = &fold->cells.at[i];

		if (cell->folded)
			known += !protect(&world, (uint32_t)i, cell->down) ||
				 !protect(&world, (uint32_t)i, cell->up);
	}
	advi_fold_world_clear(&world);
	free(links.first);
	free(links.relation);
	return known;
}

void advi_fold_text(const struct advi_fold *fold, uint32_t index, struct advi_buf *out)
{
	const struct advi_fold_cell *cell = &fold->cells.at[index];

	if (cell->state == ADVI_FOLD_SHOWN)
		advi_text_count(out, (uint64_t)cell->value);
	else if (cell->state == ADVI_FOLD_FEW && cell->high < MOST)
		advi_buf_printf(out, "<%lld", (long long)fold->min_users);
	else
		advi_buf_text(out, "*");
}
