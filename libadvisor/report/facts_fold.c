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

/* Users of a package who have it from elsewhere than base, and by place. */
static void add_outside(struct folding *f, const struct advi_tally_package *row, uint32_t outside)
{
	indexes places = {0};

	keep(f, outside, "package/%s/outside", row->name);
	for (int place = 0; place < ADV_PLACE_COUNT; place++)
		if (row->place_users[place])
			advi_vec_push(&places,
				      keep(f, users(f, row->place_users[place]), "package/%s/%s",
					   row->name, adv_place_name((enum adv_place)place)));
	advi_fold_union(f->fold, outside, places.at, places.count);
	advi_vec_clear(&places);
}

/*
 * Who has it from base alone is told by the difference. What base lacks everybody has from
 * elsewhere: that is one figure, whatever it is called.
 */
static void add_package(struct folding *f, const struct advi_tally_package *row)
{
	uint32_t all = keep(f, users(f, row->users), "package/%s/users", row->name),
		 from[2] = {all};

	advi_fold_within(f->fold, all, advi_scope_cell(f->scope, "users"));
	if (f->facts->now[row->package] || row->users != row->users_outside) {
		from[0] = users(f, row->users_outside);
		from[1] = keep(f, advi_fold_unseen(f->fold, row->users - row->users_outside),
			       "package/%s/base alone", row->name);
		advi_fold_sum(f->fold, all, from, 2);
	}
	add_outside(f, row, from[0]);
}

/* Projects are so small that all users of a package beside those outside would tell single ones. */
static void add_packages(struct folding *f)
{
	for (size_t i = 0; i < f->scope->tally.packages.count; i++) {
		const struct advi_tally_package *row = &f->scope->tally.packages.at[i];

		if (f->scope->kind != ADVI_SCOPE_PROJECT) {
			add_package(f, row);
		} else if (row->users_outside) {
			uint32_t outside = users(f, row->users_outside);

			add_outside(f, row, outside);
			advi_fold_within(f->fold, outside, advi_scope_cell(f->scope, "users"));
		}
	}
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

static void add_package_months(struct folding *f)
{
	const struct advi_package_months *months = &f->facts->months_of;
	indexes used = {0};

	advi_package_months_count(&f->facts->months_of, f->facts);
	for (size_t i = 0; i < f->scope->tally.packages.count && months->months; i++) {
		const struct advi_tally_package *row = &f->scope->tally.packages.at[i];

		used.count = 0;
		for (uint32_t j = 0; j < months->months; j++) {
			uint32_t month = advi_month_before(f->facts->last, months->months - 1 - j);
			uint32_t count = months->users[(size_t)row->package * months->months + j];
			uint32_t cell;

			/* Zeros are shown, and of a wrong clock there are many. */
			if (!count)
				continue;
			cell = keep(f, users(f, count), "package/%s/month/%u", row->name, month);
			advi_fold_within(f->fold, cell,
					 advi_scope_cell(f->scope, "month/%u/users", month));
			advi_vec_push(&used, cell);
		}
		advi_fold_union(f->fold, advi_scope_cell(f->scope, "package/%s/users", row->name),
				used.at, used.count);
	}
	advi_vec_clear(&used);
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
	add_packages(f);
	if (scope->kind != ADVI_SCOPE_SITE)
		return;
	add_months(f);
	add_package_months(f);
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
		/* Who is covered in one project, or content with base, may not be in another. */
		{"users/now", "", AT_MOST},
		{"users/then", "", AT_MOST},
		{"package/", "/base alone", AT_MOST},
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

			/* Who has a package from base alone may be in one part and not in all. */
			if (of)
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
