/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change of base is for people: who gains, who loses, and of what. */
#include "advise/whatif.h"

#include "conda/envfile.h"

/* What there is, by package of the demand; and what becomes of workloads. */
struct counting {
	struct adv_whatif *whatif;
	const struct advi_workloads *workloads;
	const struct advi_demand *demand;
	const struct advi_importers *importers; /* by package of the workloads */
	bool *before, *after;                   /* by package of the demand */
	bool *gains, *loses;                    /* by workload */
};

struct advi_importers *advi_importers_count(const struct advi_workloads *workloads)
{
	size_t count = workloads->packages.entries.count;
	struct advi_importers *all = advi_calloc(count + 1, sizeof(*all));
	ADVI_AUTO_PTR uint32_t *base = advi_calloc(count + 1, sizeof(*base));
	ADVI_AUTO_PTR uint32_t *other = advi_calloc(count + 1, sizeof(*other));

	/* Workloads are sorted by user. */
	for (size_t i = 0; i < workloads->all.count; i++) {
		const struct advi_workload *workload = &workloads->all.at[i];

		for (size_t j = 0; j < workload->needs.count; j++) {
			const struct advi_need *need = &workload->needs.at[j];
			struct advi_importers *one = &all[need->package];

			one->base_workloads += need->base;
			one->other_workloads += need->outside;
			one->base_users += need->base && base[need->package] != workload->user + 1;
			one->other_users +=
				need->outside && other[need->package] != workload->user + 1;
			if (need->base)
				base[need->package] = workload->user + 1;
			if (need->outside)
				other[need->package] = workload->user + 1;
		}
	}
	return all;
}

/* --- packages --- */

static struct advi_importers importers_of(const struct counting *c, const char *name)
{
	const struct advi_map_entry *entry = advi_map_get(&c->workloads->packages, advi_str(name));

	return entry ? c->importers[entry - c->workloads->packages.entries.at]
		     : (struct advi_importers){0};
}

static bool listed(const advi_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], name) == 0)
			return true;
	return false;
}

static bool is_broken(const struct adv_whatif *whatif, const char *name)
{
	for (size_t i = 0; i < whatif->broken.count; i++)
		if (strcmp(whatif->broken.at[i].name, name) == 0)
			return true;
	return false;
}

/* How much a package that goes explains: what was to go, then what can't be had, then the rest. */
static int rank_of(const struct adv_whatif *whatif, const char *name)
{
	return listed(&whatif->without, name) ? 3 : is_broken(whatif, name) ? 2 : 1;
}

/* Why a record of base is not there any more. */
static const char *reason_of(struct adv_whatif *whatif, const struct advi_record *record)
{
	const struct advi_env *before = advi_world_base(whatif->world);
	const char *needed = NULL;
	int highest = 0;

	if (listed(&whatif->without, record->name))
		return "to be left out";
	for (size_t i = 0; i < record->depends.count; i++) {
		struct advi_str name = advi_spec_name(advi_str(record->depends.at[i]));
		const char *text = advi_arena_str(&whatif->arena, name);
		int rank = rank_of(whatif, text);

		if (rank <= highest || !advi_env_find(before, text) ||
		    advi_env_find(&whatif->after, text))
			continue;
		highest = rank;
		needed = text;
	}
	if (needed)
		return advi_arena_printf(&whatif->arena, "it needs %s, which goes", needed);
	if (is_broken(whatif, record->name))
		return "it can't be had any more";
	return whatif->base == whatif->site ? "nothing needs it any more"
					    : "the other base has it not";
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_move_of_base *left = a, *right = b;
	const char *x = left->from ? left->from->name : left->to->name;
	const char *y = right->from ? right->from->name : right->to->name;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(x, y);
}

static void add_old(const struct counting *c, const struct advi_record *from)
{
	struct adv_whatif *whatif = c->whatif;
	const struct advi_record *to = advi_env_find(&whatif->after, from->name);
	struct advi_importers who = importers_of(c, from->name);
	struct advi_move_of_base move = {
		.from = from, .to = to, .users = who.base_users, .workloads = who.base_workloads};

	if (to && advi_record_same(from, to))
		return;
	if (to) {
		advi_vec_push(&whatif->moves, move);
		return;
	}
	move.reason = reason_of(whatif, from);
	whatif->goes_bytes += from->size;
	advi_vec_push(&whatif->goes, move);
}

static void compare(const struct counting *c)
{
	struct adv_whatif *whatif = c->whatif;
	const struct advi_env *before = advi_world_base(whatif->world);

	for (size_t i = 0; i < before->records.count; i++)
		add_old(c, before->records.at[i]);
	for (size_t i = 0; i < whatif->after.records.count; i++) {
		const struct advi_record *to = whatif->after.records.at[i];
		struct advi_importers who = importers_of(c, to->name);

		if (advi_env_find(before, to->name))
			continue;
		whatif->comes_bytes += to->size;
		advi_vec_push(&whatif->comes,
			      ((struct advi_move_of_base){.to = to,
							  .users = who.other_users,
							  .workloads = who.other_workloads}));
	}
	advi_vec_sort(&whatif->comes, most_users_first);
	advi_vec_sort(&whatif->goes, most_users_first);
	advi_vec_sort(&whatif->moves, most_users_first);
}

/* --- workloads and users --- */

/* What pip put into a base serves too, unless it is to be left out. */
static void note_there(const struct counting *c, const struct adv_site *site,
		       const struct advi_env *env, const advi_names *without, bool *there)
{
	for (size_t i = 0; i < c->demand->packages.count; i++) {
		const char *name = c->demand->packages.at[i].name;

		there[i] = advi_env_find(env, name) != NULL ||
			   (advi_site_pip(site, advi_str(name)) && !listed(without, name));
	}
}

static bool covers(const struct counting *c, size_t workload, const bool *there)
{
	const struct advi_worth *worth = &c->demand->workloads.at[workload];
	bool all = !worth->nowhere;

	for (uint32_t j = 0; all && j < worth->count; j++)
		all = there[c->demand->needs[worth->first + j]];
	return all;
}

/* Whether it imports from base what is not there any more. */
static bool misses(const struct counting *c, size_t workload)
{
	const struct advi_worth *worth = &c->demand->workloads.at[workload];
	const struct advi_workload *from = &c->workloads->all.at[workload];

	for (uint32_t j = 0; j < worth->count; j++) {
		uint32_t package = c->demand->needs[worth->first + j];

		if (from->needs.at[j].base && c->before[package] && !c->after[package])
			return true;
	}
	return false;
}

enum { LACKS_BEFORE = 1, LACKS_AFTER = 2, SEEN = 4, GAINS = 8, LOSES = 16 };

static void tally_users(const struct counting *c, const uint8_t *users)
{
	struct adv_whatif *whatif = c->whatif;

	for (size_t i = 0; i < c->demand->user_count; i++) {
		bool before = (users[i] & SEEN) && !(users[i] & LACKS_BEFORE);
		bool after = (users[i] & SEEN) && !(users[i] & LACKS_AFTER);

		whatif->users++;
		whatif->users_covered.before += before;
		whatif->users_covered.after += after;
		whatif->users_covered.gained += after && !before;
		whatif->users_covered.lost += before && !after;
		whatif->gain_users += (users[i] & GAINS) != 0;
		whatif->lose_users += (users[i] & LOSES) != 0;
	}
}

static void tally(const struct counting *c)
{
	struct adv_whatif *whatif = c->whatif;
	ADVI_AUTO_PTR uint8_t *users = advi_calloc(c->demand->user_count + 1, 1);

	whatif->workloads = c->demand->workloads.count;
	for (size_t i = 0; i < c->demand->workloads.count; i++) {
		uint8_t *user = &users[c->demand->workloads.at[i].user];
		bool before = covers(c, i, c->before), after = covers(c, i, c->after);

		c->gains[i] = after && !before;
		c->loses[i] = (before && !after) || misses(c, i);
		whatif->workloads_covered.before += before;
		whatif->workloads_covered.after += after;
		whatif->workloads_covered.gained += c->gains[i];
		whatif->workloads_covered.lost += before && !after;
		whatif->lose_workloads += c->loses[i];
		*user |= (uint8_t)(SEEN | (before ? 0 : LACKS_BEFORE) | (after ? 0 : LACKS_AFTER) |
				   (c->gains[i] ? GAINS : 0) | (c->loses[i] ? LOSES : 0));
	}
	tally_users(c, users);
}

/* --- for whom --- */

/* Counts one group: 'of' says of each workload which one it is in. */
static struct advi_affected count_group(const struct counting *c, const uint32_t *of,
					uint32_t group)
{
	ADVI_AUTO_PTR uint8_t *users = advi_calloc(c->demand->user_count + 1, 1);
	struct advi_affected out = {0};

	for (size_t i = 0; i < c->demand->workloads.count; i++) {
		uint8_t *user = &users[c->demand->workloads.at[i].user];

		if (of[i] != group)
			continue;
		out.gain_workloads += c->gains[i];
		out.lose_workloads += c->loses[i];
		out.gain_users += c->gains[i] && !(*user & GAINS);
		out.lose_users += c->loses[i] && !(*user & LOSES);
		*user |= (uint8_t)((c->gains[i] ? GAINS : 0) | (c->loses[i] ? LOSES : 0));
	}
	return out;
}

static bool is_small(const struct advi_affected *one, uint64_t min_users)
{
	return (one->gain_users && one->gain_users < min_users) ||
	       (one->lose_users && one->lose_users < min_users);
}

static int most_affected_first(const void *a, const void *b)
{
	const struct advi_affected *left = a, *right = b;
	uint64_t x = left->gain_users + left->lose_users;
	uint64_t y = right->gain_users + right->lose_users;

	if (!left->folded != !right->folded)
		return left->folded ? 1 : -1;
	if (x != y)
		return x < y ? 1 : -1;
	return strcmp(left->name, right->name);
}

/*
 * The groups that gain or lose. Those with fewer users than may be told are put together; and
 * should they be too few even then, nothing is told of them but how many groups they are.
 */
static void count_groups(const struct counting *c, const struct advi_map *names, uint32_t *of,
			 advi_affected_list *out)
{
	struct adv_whatif *whatif = c->whatif;
	ADVI_AUTO_PTR bool *small = advi_calloc(names->entries.count + 1, sizeof(*small));
	struct advi_affected rest;
	size_t folded = 0;

	for (uint32_t g = 0; g < names->entries.count; g++) {
		struct advi_affected one = count_group(c, of, g);

		if (!one.gain_users && !one.lose_users)
			continue;
		one.name = advi_arena_str(&whatif->arena, names->entries.at[g].key);
		small[g] = is_small(&one, whatif->min_users);
		folded += small[g];
		if (!small[g])
			advi_vec_push(out, one);
	}
	for (size_t i = 0; i < c->demand->workloads.count; i++)
		of[i] = small[of[i]] ? UINT32_MAX : of[i];
	rest = count_group(c, of, UINT32_MAX);
	rest.name = "others";
	rest.folded = folded;
	rest.hidden = is_small(&rest, whatif->min_users);
	if (folded)
		advi_vec_push(out, rest);
	advi_vec_sort(out, most_affected_first);
}

static void count_all_groups(const struct counting *c)
{
	const struct advi_demand *demand = c->demand;
	ADVI_AUTO_PTR uint32_t *of = advi_calloc(demand->workloads.count + 1, sizeof(*of));

	for (size_t i = 0; i < demand->workloads.count; i++)
		of[i] = demand->workloads.at[i].project;
	count_groups(c, &demand->projects, of, &c->whatif->projects);
	for (size_t i = 0; i < demand->workloads.count; i++)
		of[i] = demand->workloads.at[i].domain;
	count_groups(c, &demand->domains, of, &c->whatif->domains);
}

void advi_whatif_count(struct adv_whatif *whatif, const struct advi_workloads *workloads,
		       const struct advi_demand *demand)
{
	static const advi_names nothing = {0};
	ADVI_AUTO_PTR struct advi_importers *importers = advi_importers_count(workloads);
	ADVI_AUTO_PTR bool *before = advi_calloc(demand->packages.count + 1, sizeof(*before));
	ADVI_AUTO_PTR bool *after = advi_calloc(demand->packages.count + 1, sizeof(*after));
	ADVI_AUTO_PTR bool *gains = advi_calloc(demand->workloads.count + 1, sizeof(*gains));
	ADVI_AUTO_PTR bool *loses = advi_calloc(demand->workloads.count + 1, sizeof(*loses));
	struct counting c = {whatif, workloads, demand, importers, before, after, gains, loses};

	note_there(&c, whatif->site, advi_world_base(whatif->world), &nothing, before);
	note_there(&c, whatif->base, &whatif->after, &whatif->without, after);
	compare(&c);
	tally(&c);
	count_all_groups(&c);
}
