/* SPDX-License-Identifier: BSD-3-Clause */
/* Another world with the same published figures, in which a folded cell is something else. */
#include "report/fold.h"

/* Beyond these a world is not looked for further, as if there were none. */
enum { CHANGES_MOST = 1 << 20 };

/* What is tried first where a relation can be kept in several ways. */
enum { BACKWARDS = 1, PARTS_FIRST = 2, MANNERS = 4 };

void advi_fold_world_init(struct advi_fold_world *world, struct advi_fold *fold,
			  const struct advi_fold_links *links)
{
	*world = (struct advi_fold_world){.fold = fold, .links = links};
	world->value = advi_calloc(fold->cells.count + 1, sizeof(*world->value));
	world->way = advi_calloc(fold->cells.count + 1, sizeof(*world->way));
	for (size_t i = 0; i < fold->cells.count; i++)
		world->value[i] = fold->cells.at[i].value;
}

void advi_fold_world_clear(struct advi_fold_world *world)
{
	free(world->value);
	free(world->way);
	advi_vec_clear(&world->changed);
	advi_vec_clear(&world->queue);
	advi_vec_clear(&world->blockers);
}

/* What has risen may rise further, and what has fallen fall, so that a search ends. */
static bool may(const struct advi_fold_world *world, uint32_t cell, unsigned way)
{
	return world->fold->cells.at[cell].state != ADVI_FOLD_SHOWN &&
	       (world->way[cell] == ADVI_FOLD_ANY_WAY || world->way[cell] == way);
}

static void note_blocker(struct advi_fold_world *world, uint32_t cell)
{
	const struct advi_fold_cell *at = &world->fold->cells.at[cell];

	if (at->state == ADVI_FOLD_SHOWN && at->value > 0)
		advi_vec_push(&world->blockers, cell);
}

static const uint32_t *parts_of(const struct advi_fold *fold,
				const struct advi_fold_relation *relation)
{
	return fold->parts.at + relation->first;
}

/* Puts a value into the sums that it is a part of. */
static void put(struct advi_fold_world *world, uint32_t cell, int64_t value)
{
	for (size_t i = world->links->first[cell]; i < world->links->first[cell + 1]; i++) {
		struct advi_fold_relation *relation =
			&world->fold->relations.at[world->links->relation[i]];

		if (relation->total != cell)
			relation->sum += value - world->value[cell];
	}
	world->value[cell] = value;
}

static void change(struct advi_fold_world *world, uint32_t cell, int64_t value)
{
	if (world->way[cell] == ADVI_FOLD_ANY_WAY)
		advi_vec_push(&world->changed, cell);
	world->way[cell] = value > world->value[cell] ? ADVI_FOLD_UP : ADVI_FOLD_DOWN;
	put(world, cell, value);
	for (size_t i = world->links->first[cell]; i < world->links->first[cell + 1]; i++)
		advi_vec_push(&world->queue,
			      ((struct advi_fold_change){world->links->relation[i], cell}));
}

static void take_back(struct advi_fold_world *world)
{
	for (size_t i = 0; i < world->changed.count; i++) {
		uint32_t cell = world->changed.at[i];

		put(world, cell, world->fold->cells.at[cell].value);
		world->way[cell] = ADVI_FOLD_ANY_WAY;
	}
	world->changed.count = world->queue.count = 0;
}

/* How far a cell can go, and what is in the way then: the cell itself, or another. */
struct bound {
	int64_t value;
	uint32_t by;
};

/* How far a cell can rise before a total that can't follow is in the way. */
static struct bound highest(const struct advi_fold_world *world, uint32_t cell)
{
	struct bound high = {world->fold->cells.at[cell].high, cell};

	for (size_t i = world->links->first[cell]; i < world->links->first[cell + 1]; i++) {
		const struct advi_fold_relation *relation =
			&world->fold->relations.at[world->links->relation[i]];

		if (relation->total == cell || relation->kind == ADVI_FOLD_SUM ||
		    relation->kind == ADVI_FOLD_ATMOST)
			continue;
		if (!may(world, relation->total, ADVI_FOLD_UP) &&
		    world->value[relation->total] < high.value)
			high = (struct bound){world->value[relation->total], relation->total};
	}
	return high;
}

/* How far it can fall before a part that can't follow is in the way. */
static struct bound lowest(const struct advi_fold_world *world, uint32_t cell)
{
	struct bound low = {world->fold->cells.at[cell].low, cell};

	for (size_t i = world->links->first[cell]; i < world->links->first[cell + 1]; i++) {
		const struct advi_fold_relation *relation =
			&world->fold->relations.at[world->links->relation[i]];
		const uint32_t *parts = parts_of(world->fold, relation);

		if (relation->total != cell || relation->kind == ADVI_FOLD_ATMOST)
			continue;
		for (size_t j = 0; j < relation->count; j++)
			if (!may(world, parts[j], ADVI_FOLD_DOWN) &&
			    world->value[parts[j]] > low.value)
				low = (struct bound){world->value[parts[j]], parts[j]};
	}
	return low;
}

/* Raises or lowers a cell by up to 'by'; returns by how much. */
static int64_t move(struct advi_fold_world *world, uint32_t cell, int64_t by)
{
	int64_t from = world->value[cell], to = from + by;
	struct bound bound = by > 0 ? highest(world, cell) : lowest(world, cell);

	if (!may(world, cell, by > 0 ? ADVI_FOLD_UP : ADVI_FOLD_DOWN)) {
		note_blocker(world, cell);
		return 0;
	}
	if (by > 0 ? to > bound.value : to < bound.value) {
		note_blocker(world, bound.by);
		to = bound.value;
	}
	if (by > 0 ? to <= from : to >= from)
		return 0;
	change(world, cell, to);
	return to - from;
}

/* Moves parts by 'by' altogether; returns what is left. */
static int64_t move_parts(struct advi_fold_world *world, const struct advi_fold_relation *relation,
			  int64_t by)
{
	size_t first = relation->first, count = relation->count;
	bool backwards = world->manner & BACKWARDS;

	for (size_t i = 0; i < count && by; i++)
		by -= move(world, world->fold->parts.at[first + (backwards ? count - 1 - i : i)],
			   by);
	return by;
}

/* A total of parts that add up: it follows alone where it can, else the parts take what is over. */
static bool keep_sum(struct advi_fold_world *world, const struct advi_fold_relation *relation)
{
	int64_t over = relation->sum - world->value[relation->total];
	struct bound bound;

	if (!over)
		return true;
	if (!(world->manner & PARTS_FIRST) &&
	    may(world, relation->total, over > 0 ? ADVI_FOLD_UP : ADVI_FOLD_DOWN)) {
		bound = over > 0 ? highest(world, relation->total) : lowest(world, relation->total);
		if (over > 0 ? relation->sum <= bound.value : relation->sum >= bound.value) {
			change(world, relation->total, relation->sum);
			return true;
		}
	}
	over = -move_parts(world, relation, -over);
	return !over || move(world, relation->total, over) == over;
}

/* No part is above the total. */
static bool keep_below(struct advi_fold_world *world, const struct advi_fold_relation *relation,
		       uint32_t changed)
{
	uint32_t total = relation->total;
	int64_t over = world->value[changed] - world->value[total];

	if (changed != total)
		return over <= 0 || move(world, total, over) == over;
	for (size_t i = 0; i < relation->count; i++) {
		uint32_t part = parts_of(world->fold, relation)[i];

		over = world->value[part] - world->value[total];
		if (over > 0 && move(world, part, -over) != -over)
			return false;
	}
	return true;
}

/* Parts of a union are together no less than the total. */
static bool keep_union(struct advi_fold_world *world, const struct advi_fold_relation *relation)
{
	int64_t lack = world->value[relation->total] - relation->sum;

	if (lack <= 0)
		return true;
	if (!(world->manner & PARTS_FIRST) && may(world, relation->total, ADVI_FOLD_DOWN) &&
	    lowest(world, relation->total).value <= relation->sum) {
		change(world, relation->total, relation->sum);
		return true;
	}
	lack = move_parts(world, relation, lack);
	return !lack || -move(world, relation->total, -lack) == lack;
}

static bool keep(struct advi_fold_world *world, struct advi_fold_change one)
{
	const struct advi_fold_relation *relation = &world->fold->relations.at[one.relation];

	switch (relation->kind) {
	case ADVI_FOLD_SUM:
		return keep_sum(world, relation);
	case ADVI_FOLD_UNION:
		return keep_below(world, relation, one.cell) && keep_union(world, relation);
	case ADVI_FOLD_ATMOST:
		return keep_union(world, relation);
	case ADVI_FOLD_WITHIN:
		return keep_below(world, relation, one.cell);
	}
	return false;
}

static int64_t find(struct advi_fold_world *world, uint32_t cell, int64_t value)
{
	int64_t failed = -1;

	change(world, cell, value);
	world->way[cell] = ADVI_FOLD_NO_WAY;
	for (size_t i = 0; i < world->queue.count && failed < 0; i++)
		if (i == CHANGES_MOST || !keep(world, world->queue.at[i]))
			failed = world->queue.at[i].relation;
	take_back(world);
	return failed;
}

int64_t advi_fold_world_find(struct advi_fold_world *world, uint32_t cell, int64_t value)
{
	int64_t first = -1;

	world->blockers.count = 0;
	if (value == world->value[cell])
		return -1;
	for (world->manner = 0; world->manner < MANNERS; world->manner++) {
		int64_t failed = find(world, cell, value);

		if (failed < 0)
			return -1;
		first = first < 0 ? failed : first;
	}
	return first;
}
