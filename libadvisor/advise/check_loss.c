/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who imports from base what goes, or goes in his version. What few users do is folded: of a
 * package with fewer of them than the recipe's min_users only that there are some is told, and of
 * a project only that it is one more.
 */
#include "advise/check.h"
#include "base/map.h"
#include "site/site.h"
#include "usage/base_imports.h"
#include "usage/distinct.h"
#include "usage/history.h"

/* The imports of one package: all[first .. last). */
struct group {
	const struct advi_base_imports *imports;
	const struct advi_base_import *at;
	size_t count;
};

static bool is_few(const struct adv_check *check, size_t users)
{
	return users && users < check->min_users;
}

/* --- counting one package --- */

static size_t count_users(const struct group *group, struct advi_distinct *users)
{
	for (size_t i = 0; i < group->count; i++)
		advi_distinct_add(users, group->at[i].user);
	return advi_distinct_settle(users);
}

static size_t count_version(const struct group *group, const char *version, bool *known)
{
	struct advi_distinct users = {0};
	size_t count;

	for (size_t i = 0; i < group->count; i++) {
		const struct advi_base_import *one = &group->at[i];

		*known |= one->version != 0;
		if (one->version && version &&
		    strcmp(group->imports->versions.at[one->version - 1], version) == 0)
			advi_distinct_add(&users, one->user);
	}
	count = advi_distinct_settle(&users);
	advi_distinct_clear(&users);
	return count;
}

/* Imports are sorted by user, then by project: the users of each project are gathered anew. */
static void name_projects(struct adv_check *check, struct advi_loss *loss,
			  const struct group *group)
{
	ADVI_AUTO(map) struct advi_map users = {0};

	for (size_t i = 0; i < group->count; i++) {
		const struct advi_base_import *one = &group->at[i];
		const struct advi_base_import *last = i ? &group->at[i - 1] : NULL;
		bool again = last && last->user == one->user && last->project == one->project;

		if (one->project && !again)
			advi_map_add(&users,
				     advi_str(group->imports->projects.at[one->project - 1]), NULL)
				->number++;
	}
	loss->project_count = users.entries.count;
	for (size_t i = 0; i < users.entries.count; i++)
		if (!is_few(check, users.entries.at[i].number))
			advi_vec_push(&loss->projects,
				      advi_arena_str(&check->arena, users.entries.at[i].key));
	advi_vec_sort(&loss->projects, advi_cmp_cstr);
}

static void name_users(struct adv_check *check, struct advi_loss *loss, const struct group *group,
		       const struct advi_distinct *users)
{
	for (size_t i = 0; check->min_users <= 1 && i < users->count; i++)
		advi_vec_push(
			&loss->user_names,
			advi_arena_dup(&check->arena, group->imports->users.at[users->at[i]]));
	advi_vec_sort(&loss->user_names, advi_cmp_cstr);
}

/* --- which packages --- */

/* The version that a base has of a package, by conda or by pip; false when it has it not. */
static bool has(const struct advi_content *content, const struct adv_site *site, const char *name,
		const char **version)
{
	const struct advi_part *part = advi_content_find(content, name, false);
	const struct advi_pip *pip = part ? NULL : advi_site_pip(site, advi_str(name));

	*version = part ? part->version : pip ? pip->version : NULL;
	return part || pip;
}

static bool same_version(const char *a, const char *b)
{
	return !a || !b || strcmp(a, b) == 0;
}

/* 'all' gathers the users of packages that go and of which it may be told how many. */
static void count_group(struct adv_check *check, const struct group *group,
			struct advi_distinct *all)
{
	const char *name = group->imports->packages.at[group->at->package], *from, *to;
	bool goes, version_known = false;
	struct advi_distinct users = {0};
	struct advi_loss *loss;
	size_t count, versions;

	if (!has(&check->before, check->base, name, &from))
		return;
	goes = !has(check->after, check->site, name, &to);
	if (!goes && same_version(from, to))
		return;
	loss = advi_vec_new(&check->losses);
	count = count_users(group, &users);
	versions = count_version(group, from, &version_known);
	loss->package = advi_arena_dup(&check->arena, name);
	loss->from = advi_arena_dup(&check->arena, from);
	loss->to = goes ? NULL : advi_arena_dup(&check->arena, to);
	loss->users = is_few(check, count) ? 0 : count;
	loss->version_known = version_known;
	loss->version_users = is_few(check, versions) ? 0 : versions;
	loss->version_few = is_few(check, versions);
	name_projects(check, loss, group);
	name_users(check, loss, group, &users);
	if (goes && loss->users)
		advi_distinct_join(all, &users);
	check->lost_more |= goes && !loss->users;
	advi_distinct_clear(&users);
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_loss *x = a, *y = b;

	if (!x->to != !y->to)
		return x->to ? 1 : -1;
	if (x->users != y->users)
		return x->users < y->users ? 1 : -1;
	return strcmp(x->package, y->package);
}

static void count_all(struct adv_check *check, const struct advi_base_imports *imports)
{
	struct advi_distinct lost = {0};
	size_t first = 0;

	for (size_t i = 1; i <= imports->all.count; i++) {
		struct group group = {imports, &imports->all.at[first], i - first};

		if (i < imports->all.count &&
		    imports->all.at[i].package == imports->all.at[first].package)
			continue;
		count_group(check, &group, &lost);
		first = i;
	}
	check->lost_users = advi_distinct_settle(&lost);
	advi_distinct_clear(&lost);
	advi_vec_sort(&check->losses, most_users_first);
}

int advi_check_count_losses(struct adv_check *check, const struct adv_store *store,
			    const char *since, const char *until, struct adv_err *err)
{
	struct advi_base_imports imports;
	int r = advi_base_imports_load(&imports, store, check->base, since, until, err);

	check->asked_usage = true;
	check->min_users = check->base->min_users;
	if (r == 0 && imports.first) {
		check->usage_first = advi_month_text(&check->arena, imports.first);
		check->usage_last = advi_month_text(&check->arena, imports.last);
		count_all(check, &imports);
	}
	advi_base_imports_clear(&imports);
	return r;
}

/* --- the rules --- */

static void say_users(struct adv_check *check, uint64_t users, struct advi_buf *out)
{
	if (users)
		advi_buf_printf(out, "%llu user%s", (unsigned long long)users,
				users == 1 ? "" : "s");
	else
		advi_buf_printf(out, "fewer than %llu users", (unsigned long long)check->min_users);
}

static void say_projects(const struct advi_loss *loss, struct advi_buf *out)
{
	if (loss->project_count)
		advi_buf_printf(out, " of %llu project%s", (unsigned long long)loss->project_count,
				loss->project_count == 1 ? "" : "s");
}

/* Of few it can't be told whether they are enough: they count. */
static bool is_enough(uint64_t users, const struct advi_rule_set *set)
{
	return !users || users >= set->users;
}

int advi_rule_losses(struct adv_check *check, const struct advi_rule_set *set,
		     const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	for (size_t i = 0; i < check->losses.count; i++) {
		const struct advi_loss *loss = &check->losses.at[i];
		ADVI_AUTO(buf) struct advi_buf who = ADVI_BUF_INIT(200);

		if (loss->to || !is_enough(loss->users, set))
			continue;
		say_users(check, loss->users, &who);
		say_projects(loss, &who);
		advi_find(check, ADVI_RULE_LOSSES, (struct advi_spot){0}, loss->package,
			  "%s goes, and %s import%s it from base", loss->package, who.ptr,
			  loss->users == 1 ? "s" : "")
			->help = advi_arena_printf(
			&check->arena, "keep '%s', or tell them before it goes", loss->package);
	}
	return 0;
}

int advi_rule_versions(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	for (size_t i = 0; i < check->losses.count; i++) {
		const struct advi_loss *loss = &check->losses.at[i];
		const struct advi_part *part = advi_content_find(&check->now, loss->package, false);
		ADVI_AUTO(buf) struct advi_buf who = ADVI_BUF_INIT(200);

		if (!loss->to || !part || (!loss->version_users && !loss->version_few) ||
		    !is_enough(loss->version_users, set))
			continue;
		say_users(check, loss->version_users, &who);
		advi_find_part(check, ADVI_RULE_VERSIONS, part,
			       "takes the place of %s, which %s import%s from base", loss->from,
			       who.ptr, loss->version_users == 1 ? "s" : "");
	}
	return 0;
}
