/* SPDX-License-Identifier: BSD-3-Clause */
/* Who brings newer versions than the result has, and how far it can follow them. */
#include "advise/actions.h"
#include "advise/objection.h"
#include "conda/envfile.h"
#include "conda/version.h"

/* A build's own part, "+cu121" of PyPI's "2.1.0+cu121", says nothing about what is newer. */
static struct advi_str public_part(const char *version)
{
	struct advi_str text = advi_str(version);

	text.len = advi_str_find(text, '+');
	return text;
}

static bool is_newer(const char *version, const char *than)
{
	return advi_version_cmp_text(public_part(version), public_part(than)) > 0;
}

/* The newest version of each user of one package: brought.at[first .. last). */
static void count_users(struct advi_upgrade *upgrade, const struct advi_history *history,
			size_t first, size_t last)
{
	for (size_t i = first, end; i < last; i = end) {
		const char *newest = history->brought.at[i].version;

		for (end = i + 1;
		     end < last && history->brought.at[end].user == history->brought.at[i].user;
		     end++)
			if (is_newer(history->brought.at[end].version, newest))
				newest = history->brought.at[end].version;
		upgrade->users++;
		if (!is_newer(newest, upgrade->version))
			continue;
		upgrade->newer++;
		if (!upgrade->best || is_newer(newest, upgrade->best))
			upgrade->beyond++;
	}
}

static int most_newer_first(const void *a, const void *b)
{
	const struct advi_upgrade *x = a, *y = b;

	if (x->newer != y->newer)
		return x->newer < y->newer ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Calls count_users for every package that the result has and users bring. */
static void count_all(struct adv_plan *plan, const struct advi_ground *ground)
{
	const struct advi_history *history = ground->history;

	for (size_t i = 0, end; i < history->brought.count; i = end) {
		uint32_t package = history->brought.at[i].package;
		struct advi_str name = history->packages.entries.at[package].key;
		const struct advi_record *record = advi_env_find(&ground->choice->env, name.ptr);
		struct advi_upgrade upgrade = {0};

		for (end = i + 1;
		     end < history->brought.count && history->brought.at[end].package == package;)
			end++;
		if (!record)
			continue;
		upgrade.version = advi_arena_dup(&plan->arena, record->version);
		count_users(&upgrade, history, i, end);
		if (!upgrade.newer)
			continue;
		upgrade.name = advi_arena_str(&plan->arena, name);
		upgrade.in_base = advi_site_in_base(ground->site, name);
		advi_vec_push(&plan->upgrades, upgrade);
	}
	advi_vec_sort(&plan->upgrades, most_newer_first);
}

/* Counts again, with what the result could have. */
static void count_again(struct advi_upgrade *upgrade, const struct advi_history *history)
{
	const struct advi_map_entry *entry =
		advi_map_get(&history->packages, advi_str(upgrade->name));
	uint32_t package = (uint32_t)(entry - history->packages.entries.at);
	size_t first = 0, last;

	while (history->brought.at[first].package != package)
		first++;
	for (last = first;
	     last < history->brought.count && history->brought.at[last].package == package;)
		last++;
	upgrade->users = upgrade->newer = upgrade->beyond = 0;
	count_users(upgrade, history, first, last);
}

static void note_cost(struct adv_plan *plan, struct advi_upgrade *upgrade,
		      const struct advi_answer *answer)
{
	size_t count = 0;
	const char **names = advi_arena_alloc(
		&plan->arena, (answer->changed.count + answer->removed.count + 1) * sizeof(*names));

	for (size_t i = 0; i < answer->removed.count; i++)
		names[count++] = advi_arena_dup(&plan->arena, answer->removed.at[i]->name);
	for (size_t i = 0; i < answer->changed.count; i++) {
		upgrade->bytes += answer->changed.at[i]->size;
		if (strcmp(answer->changed.at[i]->name, upgrade->name) != 0)
			names[count++] = advi_arena_dup(&plan->arena, answer->changed.at[i]->name);
	}
	upgrade->moves = (struct advi_list){names, count};
	upgrade->packages = answer->added.count;
	upgrade->bytes += answer->added_bytes;
}

/* The environment where this package may be any version; says what base asked for instead. */
static void loosen(struct adv_plan *plan, struct advi_upgrade *upgrade, const struct advi_env *from,
		   struct advi_env *to)
{
	advi_env_copy(to, from);
	for (size_t i = 0; i < to->specs.count; i++) {
		char *spec = to->specs.at[i];

		if (!advi_str_is(advi_spec_name(advi_str(spec)), upgrade->name) ||
		    strcmp(spec, upgrade->name) == 0)
			continue;
		upgrade->loosened = advi_arena_dup(&plan->arena, spec);
		to->specs.at[i] = advi_strdup(upgrade->name);
		free(spec);
	}
}

/* A refusal in words, but for that just the newest version was asked for, which nobody did. */
static const char *tell(struct adv_plan *plan, const struct advi_record *newest, const char *why)
{
	ADVI_AUTO_PTR char *asked =
		advi_format("; %s ==%s was asked for", newest->name, newest->version);
	struct advi_str text = advi_str(why ? why : "");

	if (advi_str_ends(text, advi_str(asked)))
		text.len -= strlen(asked);
	return why ? advi_arena_str(&plan->arena, text) : NULL;
}

static int ask(struct adv_plan *plan, const struct advi_ground *ground,
	       struct advi_upgrade *upgrade)
{
	struct advi_newer newer = {0};
	const struct advi_answer *answer;
	struct advi_env env = {0};
	int r;

	loosen(plan, upgrade, &ground->choice->env, &env);
	r = ground->oracle->newer(ground->oracle->context, &env, upgrade->name, ADVI_FAVOURED,
				  &newer, ground->watch, ground->err);

	if (r == 0) {
		ADVI_AUTO_PTR char *no = NULL;
		advi_names none = {0};

		answer = newer.best == newer.newest ? &newer.answer : &newer.best_answer;
		if (newer.best)
			no = advi_objection(ground->site, answer, &none);
		upgrade->asked = true;
		upgrade->newest =
			newer.newest ? advi_arena_dup(&plan->arena, newer.newest->version) : NULL;
		if (newer.best && !no) {
			upgrade->best = advi_arena_dup(&plan->arena, newer.best->version);
			note_cost(plan, upgrade, answer);
		}
		if (no)
			upgrade->why = advi_arena_dup(&plan->arena, no);
		else if (newer.best != newer.newest)
			upgrade->why = tell(plan, newer.newest, newer.answer.why);
		count_again(upgrade, ground->history);
	}
	advi_newer_clear(&newer);
	advi_env_clear(&env);
	return r;
}

int advi_upgrades_find(struct adv_plan *plan, const struct advi_ground *ground)
{
	size_t most;
	int r = 0;

	count_all(plan, ground);
	most = plan->upgrades.count < ADVI_UPGRADES_ASKED ? plan->upgrades.count
							  : ADVI_UPGRADES_ASKED;
	for (size_t i = 0; i < most && r == 0 && ground->oracle->newer; i++) {
		r = advi_progress(ground->watch, "asking for newer versions", "packages", i, most,
				  ground->err);
		if (r == 0)
			r = ask(plan, ground, &plan->upgrades.at[i]);
	}
	return r;
}
