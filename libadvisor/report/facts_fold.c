/* SPDX-License-Identifier: BSD-3-Clause */
/* Everything that public reports show, as one fold: by site, domain and project. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "report/facts.h"
#include "usage/history.h"

/* How figures of the parts of a scope make that of the whole. */
enum joins { UNION, SUM, AT_MOST };

typedef ADVI_VEC(uint32_t) indexes;

/* A key of a whole and the parts that have it. */
struct joint {
	enum joins joins;
	indexes parts;
};

struct folding {
	struct advi_facts *facts;
	struct advi_fold *fold;
	struct advi_scope *scope;
	bool unseen; /* the scope is never shown */
};

ADVI_PRINTF(2, 0)
static const char *key_text(char key[512], const char *format, va_list args)
{
	vsnprintf(key, 512, format, args);
	return key;
}

uint32_t advi_scope_cell(const struct advi_scope *scope, const char *format, ...)
{
	const struct advi_map_entry *entry;
	char key[512];
	va_list args;

	va_start(args, format);
	entry = advi_map_get(&scope->cells, advi_str(key_text(key, format, args)));
	va_end(args);
	assert(entry);
	return (uint32_t)entry->number;
}

static uint32_t keep(struct folding *f, uint32_t cell, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static uint32_t keep(struct folding *f, uint32_t cell, const char *format, ...)
{
	char key[512];
	va_list args;

	va_start(args, format);
	advi_map_add(&f->scope->cells, advi_str(key_text(key, format, args)), NULL)->number = cell;
	va_end(args);
	return cell;
}

static uint32_t users(struct folding *f, uint64_t count)
{
	return f->unseen ? advi_fold_unseen(f->fold, count) : advi_fold_users(f->fold, count);
}

static uint32_t figure(struct folding *f, uint64_t value, uint64_t count)
{
	return f->unseen ? advi_fold_unseen_figure(f->fold, value, count)
			 : advi_fold_figure(f->fold, value, count);
}

/* --- one scope --- */

/* Users or workloads, covered or not: what is not covered is told by the rest. */
static void cover(struct folding *f, const char *when, uint64_t now, uint64_t workloads_now,
		  uint64_t some, uint64_t all_users, uint64_t all_workloads)
{
	uint32_t in_users[2], in_workloads[2];

	in_users[0] = keep(f, users(f, now), "users/%s", when);
	in_users[1] = keep(f, advi_fold_unseen(f->fold, all_users - now), "users/not %s", when);
	in_workloads[0] = keep(f, figure(f, workloads_now, some), "workloads/%s", when);
	in_workloads[1] = keep(
		f, advi_fold_unseen_figure(f->fold, all_workloads - workloads_now, all_users - now),
		"workloads/not %s", when);
	advi_fold_sum(f->fold, advi_scope_cell(f->scope, "users"), in_users, 2);
	advi_fold_sum(f->fold, advi_scope_cell(f->scope, "workloads"), in_workloads, 2);
}

static void add_cover(struct folding *f)
{
	const struct advi_cover *of = &f->scope->tally.cover;

	keep(f, users(f, of->users), "users");
	keep(f, figure(f, of->workloads, of->users), "workloads");
	cover(f, "now", of->users_now, of->workloads_now, of->some_now, of->users, of->workloads);
	cover(f, "then", of->users_then, of->workloads_then, of->some_then, of->users,
	      of->workloads);
	if (of->users_then >= of->users_now)
		advi_fold_rest(f->fold, advi_scope_cell(f->scope, "users/now"),
			       advi_scope_cell(f->scope, "users/then"));
}

static void add_places(struct folding *f)
{
	indexes of_users = {0}, of_workloads = {0};

	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		const struct advi_tally_place *row = &f->scope->tally.places[place];
		const char *name = adv_place_name((enum adv_place)place);

		if (!row->workloads)
			continue;
		advi_vec_push(&of_users, keep(f, users(f, row->users), "place/%s/users", name));
		advi_vec_push(&of_workloads, keep(f, figure(f, row->workloads, row->users),
						  "place/%s/workloads", name));
	}
	advi_fold_union(f->fold, advi_scope_cell(f->scope, "users"), of_users.at, of_users.count);
	advi_fold_sum(f->fold, advi_scope_cell(f->scope, "workloads"), of_workloads.at,
		      of_workloads.count);
	advi_vec_clear(&of_users);
	advi_vec_clear(&of_workloads);
}

static void add_package(struct folding *f, const struct advi_tally_package *row)
{
	uint32_t all = keep(f, users(f, row->users), "package/%s/users", row->name), outside;
	indexes places = {0};

	advi_fold_within(f->fold, all, advi_scope_cell(f->scope, "users"));
	outside = keep(f, users(f, row->users_outside), "package/%s/outside", row->name);
	advi_fold_within(f->fold, outside, all);
	for (int place = 0; place < ADV_PLACE_COUNT; place++)
		if (row->place_users[place])
			advi_vec_push(&places,
				      keep(f, users(f, row->place_users[place]), "package/%s/%s",
					   row->name, adv_place_name((enum adv_place)place)));
	advi_fold_union(f->fold, outside, places.at, places.count);
	advi_vec_clear(&places);
}

static void add_months(struct folding *f)
{
	advi_months_of_users months = {0};
	indexes all = {0};

	advi_facts_months(f->facts, &months);
	for (size_t i = 0; i < months.count; i++) {
		const struct advi_month_users *row = &months.at[i];
		uint32_t active = keep(f, users(f, row->users), "month/%u/users", row->month);

		advi_fold_rest(f->fold, keep(f, users(f, row->own), "month/%u/own", row->month),
			       active);
		advi_vec_push(&all, active);
	}
	if (all.count)
		advi_fold_union(f->fold, advi_scope_cell(f->scope, "users"), all.at, all.count);
	advi_vec_clear(&all);
	advi_vec_clear(&months);
}

static void add_nowhere(struct folding *f)
{
	const struct advi_map *names = &f->facts->workloads.nowhere;

	for (size_t i = 0; i < names->entries.count; i++)
		advi_fold_within(f->fold,
				 keep(f, users(f, names->entries.at[i].number), "nowhere/%s",
				      names->entries.at[i].key.ptr),
				 advi_scope_cell(f->scope, "users"));
}

static void add_scope(struct folding *f, struct advi_scope *scope)
{
	f->scope = scope;
	f->unseen = scope->kind == ADVI_SCOPE_PROJECT && !scope->name;
	add_cover(f);
	add_places(f);
	for (size_t i = 0; i < scope->tally.packages.count; i++)
		add_package(f, &scope->tally.packages.at[i]);
	if (scope->kind != ADVI_SCOPE_SITE)
		return;
	add_months(f);
	add_nowhere(f);
}

/* --- a scope and its parts --- */

static enum joins joins_of(const char *key)
{
	static const struct {
		const char *beginning, *end;
		enum joins joins;
	} rows[] = {
		{"workloads", "", SUM},
		{"place/", "/workloads", SUM},
		/* Who is covered in one project may not be in another. */
		{"users/now", "", AT_MOST},
		{"users/then", "", AT_MOST},
	};

	for (size_t i = 0; i < ADVI_COUNT(rows); i++)
		if (advi_str_starts(advi_str(key), advi_str(rows[i].beginning)) &&
		    advi_str_ends(advi_str(key), advi_str(rows[i].end)))
			return rows[i].joins;
	return UNION;
}

/* Relates each figure of a scope to the same one of its parts. */
static void join(struct folding *f, const struct advi_scope *whole, size_t index)
{
	struct joint *joints = advi_calloc(whole->cells.entries.count + 1, sizeof(*joints));

	for (size_t i = 1; i < f->facts->scopes.count; i++) {
		const struct advi_scope *part = &f->facts->scopes.at[i];

		if (part->parent != index || part->kind != whole->kind + 1)
			continue;
		for (size_t j = 0; j < part->cells.entries.count; j++) {
			const struct advi_map_entry *entry = &part->cells.entries.at[j];
			const struct advi_map_entry *of = advi_map_get(&whole->cells, entry->key);

			advi_vec_push(&joints[of - whole->cells.entries.at].parts,
				      (uint32_t)entry->number);
		}
	}
	for (size_t i = 0; i < whole->cells.entries.count; i++) {
		const struct advi_map_entry *entry = &whole->cells.entries.at[i];
		const struct joint *joint = &joints[i];

		if (!joint->parts.count)
			continue;
		(joins_of(entry->key.ptr) == SUM     ? advi_fold_sum
		 : joins_of(entry->key.ptr) == UNION ? advi_fold_union
						     : advi_fold_at_most)(
			f->fold, (uint32_t)entry->number, joint->parts.at, joint->parts.count);
		advi_vec_clear(&joints[i].parts);
	}
	free(joints);
}

int advi_facts_fold(struct advi_facts *facts, struct adv_err *err)
{
	struct folding f = {.facts = facts, .fold = &facts->fold};

	advi_fold_init(&facts->fold,
		       facts->site->min_users > 1 ? facts->site->min_users : ADV_PUBLIC_MIN_USERS);
	for (size_t i = 0; i < facts->scopes.count; i++)
		add_scope(&f, &facts->scopes.at[i]);
	for (size_t i = 0; i < facts->scopes.count; i++)
		if (facts->scopes.at[i].kind != ADVI_SCOPE_PROJECT)
			join(&f, &facts->scopes.at[i], i);
	return advi_fold_decide(&facts->fold)
		       ? advi_fail(err, ADV_EINPUT,
				   "so few people are counted that figures of single ones can't be "
				   "kept from a public report; count more months")
		       : 0;
}
