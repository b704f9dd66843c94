/* SPDX-License-Identifier: BSD-3-Clause */
/* Judging an environment: compared with base, joined with usage, held against the rules. */
#include "advise/check.h"
#include "site/site.h"

/* --- what base has --- */

/*
 * As it is written where every package is, otherwise as it is solved. Two lists are compared as
 * they are written.
 */
static int find_base(struct adv_check *check, const struct adv_check_options *options,
		     const struct adv_watch *watch, struct adv_err *err)
{
	const struct adv_site *base = check->base;
	struct adv_err why = ADV_ERR_INIT;
	int r = ADV_NO;

	if (!base->base_records.count && !advi_content_is_written(base))
		r = adv_world_open(&check->base_world, base, options->net, options->solving, watch,
				   &why);
	if (r < 0 && r != ADV_NO)
		return advi_fail(err, r, "base: %s", why.text);
	advi_content_fill(&check->before, base, r == 0 ? advi_world_base(check->base_world) : NULL,
			  &check->arena);
	if (r == 0)
		return 0;
	r = advi_content_join(&check->before, check->world, watch, err);
	if (r < 0 || !advi_content_is_written(check->site) || !advi_content_is_written(base))
		return r;
	advi_content_fill(&check->as_written, check->site, NULL, &check->arena);
	check->after = &check->as_written;
	return advi_content_join(&check->as_written, check->world, watch, err);
}

static int compare(struct adv_check *check, const struct adv_check_options *options,
		   const struct adv_watch *watch, struct adv_err *err)
{
	int r;

	if (!options->base ||
	    (!options->base->base_specs.count && !options->base->base_records.count))
		return 0;
	check->base = options->base;
	check->after = &check->now;
	r = find_base(check, options, watch, err);
	if (r < 0)
		return r;
	check->compared =
		check->after->knowledge > ADVI_ASKED && check->before.knowledge > ADVI_ASKED;
	if (!check->compared)
		return 0;
	advi_check_compare(check);
	if (!options->store)
		return 0;
	return advi_check_count_losses(check, options->store, options->since, options->until, err);
}

/* What is about to be written anew is no fault. */
static void forget_lock(struct adv_check *check)
{
	size_t kept = 0;

	for (size_t i = 0; i < check->findings.count; i++) {
		if (check->findings.at[i].rule == ADVI_RULE_LOCKFILE)
			check->counts[check->findings.at[i].severity]--;
		else
			check->findings.at[kept++] = check->findings.at[i];
	}
	check->findings.count = kept;
}

int adv_check_judge(struct adv_check *check, const struct adv_check_options *options,
		    const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	check->date = options->date;
	check->lock = advi_arena_dup(&check->arena, options->lock);
	advi_content_fill(&check->now, check->site,
			  check->solvable ? advi_world_base(check->world) : NULL, &check->arena);
	if (!check->solvable)
		r = advi_content_join(&check->now, check->world, watch, err);
	if (r == 0) {
		advi_check_trace(check);
		r = compare(check, options, watch, err);
	}
	if (r == 0)
		r = advi_check_rules(check, watch, err);
	if (r == 0 && options->update_lock && check->solvable)
		forget_lock(check);
	check->judged = r == 0;
	return r;
}

bool adv_check_passed(const struct adv_check *check)
{
	return check->counts[ADVI_ERROR] == 0;
}

bool adv_check_lock_stale(const struct adv_check *check)
{
	return check->lock_stale;
}

/* --- what can't be read --- */

/* "FILE: line 4: ..." without what its finding says already. */
static const char *without_place(const char *text, const char *path, unsigned line,
				 struct advi_arena *arena)
{
	const char *prefix = advi_arena_printf(arena, "%s: line %u: ", path, line);
	const char *at = strstr(text, prefix);

	return at ? at + strlen(prefix) : text;
}

struct adv_check *adv_check_unread(const char *path, const struct adv_err *why)
{
	struct adv_check *check = advi_calloc(1, sizeof(*check));
	struct advi_finding *finding = advi_vec_new(&check->findings);

	check->path = advi_arena_dup(&check->arena, path);
	check->judged = true;
	finding->rule = ADVI_RULE_ENVIRONMENT;
	finding->severity = ADVI_ERROR;
	finding->spot = (struct advi_spot){why->line, why->column};
	finding->message = advi_arena_dup(&check->arena,
					  without_place(why->text, path, why->line, &check->arena));
	check->counts[ADVI_ERROR] = 1;
	return check;
}
