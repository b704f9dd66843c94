/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments of the users' own: who has them, what for, and how large they are. */
#include "report/owned.h"

#include "conda/envfile.h"

/* A package in an environment, and what orders it there. */
struct content {
	const char *name;
	bool lacking;
	uint64_t users; /* of the scope, from outside base */
};

struct finding {
	const struct advi_facts *facts;
	struct advi_arena *arena;
	advi_owns *out;
	uint64_t *wanted;  /* by package: users of the scope from outside base */
	uint32_t *stamp;   /* by package: the environment plus 1 that has it */
	uint32_t *counted; /* by record of the plan: likewise, in its size */
	ADVI_VEC(size_t) todo;
	ADVI_VEC(struct content) contents;
};

struct member {
	uint32_t environment, workload;
};

static int by_environment(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->environment != y->environment)
		return x->environment < y->environment ? -1 : 1;
	return (x->workload > y->workload) - (x->workload < y->workload);
}

/* The last two parts of a path, behind dots; what is no path as it is. */
static const char *shorten(struct advi_arena *arena, const char *path)
{
	const char *at = path + strlen(path);

	if (*path != '/')
		return path;
	for (int parts = 0; at > path && parts < 2; parts++)
		do
			at--;
		while (at > path && *at != '/');
	return at > path ? advi_arena_printf(arena, "...%s", at) : path;
}

/* --- size --- */

static void want_record(struct finding *f, struct advi_str name, uint32_t stamp)
{
	const struct advi_map_entry *entry = advi_map_get(&f->facts->records, name);
	size_t index;

	if (!entry)
		return;
	index = (size_t)(entry - f->facts->records.entries.at);
	if (f->counted[index] == stamp)
		return;
	f->counted[index] = stamp;
	advi_vec_push(&f->todo, index);
}

/*
 * What a package and all that it needs come to, as the plan's base has them. A user site holds what
 * base lacks, and lies on base for the rest.
 */
static void weigh(struct finding *f, struct advi_owned *held, const char *name, uint32_t stamp)
{
	bool on_base = held->place == ADV_PLACE_USER_SITE;

	if (!advi_map_get(&f->facts->records, advi_str(name))) {
		held->unsized++;
		return;
	}
	want_record(f, advi_str(name), stamp);
	while (f->todo.count) {
		size_t index = f->todo.at[--f->todo.count];
		const struct advi_record *record = f->facts->records.entries.at[index].pointer;

		held->bytes += record->size;
		held->unsized += !record->size;
		for (size_t i = 0; i < record->depends.count; i++) {
			struct advi_str needed = advi_spec_name(advi_str(record->depends.at[i]));

			if (!on_base || !advi_site_in_base(f->facts->site, needed))
				want_record(f, needed, stamp);
		}
	}
}

/* --- contents --- */

static int most_telling_first(const void *a, const void *b)
{
	const struct content *x = a, *y = b;

	if (x->lacking != y->lacking)
		return x->lacking ? -1 : 1;
	if (x->users != y->users)
		return x->users < y->users ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void take_workload(struct finding *f, struct advi_owned *held,
			  const struct advi_workload *workload, uint32_t stamp)
{
	bool now = !workload->nowhere, then = now;

	for (size_t i = 0; i < workload->needs.count; i++) {
		const struct advi_need *need = &workload->needs.at[i];

		now = now && f->facts->now[need->package];
		then = then && f->facts->then[need->package];
		if (!need->outside || f->stamp[need->package] == stamp)
			continue;
		f->stamp[need->package] = stamp;
		advi_vec_push(
			&f->contents,
			((struct content){
				f->facts->workloads.packages.entries.at[need->package].key.ptr,
				!f->facts->now[need->package], f->wanted[need->package]}));
	}
	if (!now && held->fate < ADVI_OWNED_FREED)
		held->fate = ADVI_OWNED_FREED;
	if (!then)
		held->fate = ADVI_OWNED_KEPT;
	held->node_hours += workload->node_hours;
	held->first = !held->first || workload->first < held->first ? workload->first : held->first;
	held->last = workload->last > held->last ? workload->last : held->last;
}

static void finish(struct finding *f, struct advi_owned *held, uint32_t stamp)
{
	advi_vec_sort(&f->contents, most_telling_first);
	for (size_t i = 0; i < f->contents.count; i++) {
		held->lacking += f->contents.at[i].lacking;
		advi_vec_push(&held->names, f->contents.at[i].name);
		if (f->facts->plan)
			weigh(f, held, f->contents.at[i].name, stamp);
	}
	held->packages = f->contents.count;
	f->contents.count = 0;
}

static void take_environment(struct finding *f, const struct member *members, size_t count)
{
	const struct advi_workloads *workloads = &f->facts->workloads;
	struct advi_owned *held = advi_vec_new(f->out);
	uint32_t stamp = (uint32_t)f->out->count, user = UINT32_MAX;

	held->path = workloads->environments.entries.at[members->environment].key.ptr;
	held->short_path = shorten(f->arena, held->path);
	held->place = workloads->all.at[members->workload].place;
	for (size_t i = 0; i < count; i++) {
		const struct advi_workload *workload = &workloads->all.at[members[i].workload];

		held->users += workload->user != user;
		user = workload->user;
		take_workload(f, held, workload, stamp);
	}
	finish(f, held, stamp);
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_owned *x = a, *y = b;

	if (x->users != y->users)
		return x->users < y->users ? 1 : -1;
	if (x->node_hours != y->node_hours)
		return x->node_hours < y->node_hours ? 1 : -1;
	return strcmp(x->path, y->path);
}

static void find_wanted(struct finding *f, const struct advi_tally *tally)
{
	f->wanted = advi_calloc(f->facts->workloads.packages.entries.count + 1, sizeof(*f->wanted));
	for (size_t i = 0; i < tally->packages.count; i++)
		f->wanted[tally->packages.at[i].package] = tally->packages.at[i].users_outside;
}

void advi_owned_find(const struct advi_facts *facts, const struct advi_scope *scope,
		     struct advi_arena *arena, advi_owns *out)
{
	struct finding f = {.facts = facts, .arena = arena, .out = out};
	ADVI_VEC(struct member) members = {0};

	find_wanted(&f, &scope->tally);
	f.stamp = advi_calloc(facts->workloads.packages.entries.count + 1, sizeof(*f.stamp));
	f.counted = advi_calloc(facts->records.entries.count + 1, sizeof(*f.counted));
	for (size_t i = 0; i < scope->members.count; i++) {
		uint32_t index = scope->members.at[i];
		const struct advi_workload *workload = &facts->workloads.all.at[index];

		if (advi_place_is_own(workload->place))
			advi_vec_push(&members, ((struct member){workload->environment, index}));
	}
	advi_vec_sort(&members, by_environment);
	for (size_t i = 0, end; i < members.count; i = end) {
		for (end = i + 1; end < members.count &&
				  members.at[end].environment == members.at[i].environment;)
			end++;
		take_environment(&f, members.at + i, end - i);
	}
	advi_vec_sort(out, most_users_first);
	advi_vec_clear(&members);
	advi_vec_clear(&f.todo);
	advi_vec_clear(&f.contents);
	free(f.wanted);
	free(f.stamp);
	free(f.counted);
}

void advi_owned_clear(advi_owns *owned)
{
	for (size_t i = 0; i < owned->count; i++)
		advi_vec_clear(&owned->at[i].names);
	advi_vec_clear(owned);
}
