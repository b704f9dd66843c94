/* SPDX-License-Identifier: BSD-3-Clause */
/* A verdict on an environment. */
#include "advise/check.h"

#include "conda/lockfile.h"
#include "site/site.h"
#include "io/file.h"

enum { CONFLICTS = 10 };

/* --- what the world notes goes to the watch and into the verdict --- */

struct listener {
	struct adv_check *check;
	const struct adv_watch *watch;
};

static int hear_progress(void *context, const struct adv_progress *progress)
{
	const struct adv_watch *watch = ((struct listener *)context)->watch;

	return watch && watch->progress ? watch->progress(watch->context, progress) : 0;
}

static void hear_note(void *context, const char *text)
{
	struct listener *listener = context;
	const struct adv_watch *watch = listener->watch;

	advi_vec_push(&listener->check->notes, advi_arena_dup(&listener->check->arena, text));
	if (watch && watch->note)
		watch->note(watch->context, text);
}

/* --- the verdict --- */

static void sum_up(struct adv_check *check)
{
	const struct advi_env *env = advi_world_base(check->world);

	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_record *record = env->records.at[i];

		check->bytes += record->size;
		check->unsized += record->size == 0;
		if (strcmp(record->name, "python") == 0)
			check->python = record->version;
	}
}

/* Where a canonical spec stands in the file; specs that say the same have the first one's line. */
static void place(struct adv_check *check, struct advi_conflict *conflict, const char *spec)
{
	const struct adv_site *site = check->site;
	ADVI_AUTO(buf) struct advi_buf said = ADVI_BUF_INIT(1 << 16);
	const char *written = NULL;
	struct advi_spot spot = {0};

	for (size_t i = 0; i < site->base_specs.count; i++) {
		if (!advi_explain_same(spec, site->base_specs.at[i]))
			continue;
		spot = advi_spot_at(&site->base_spots, i);
		written = site->base_specs.at[i];
		break;
	}
	/* What another Python was asked for by stands in no file. */
	if (!written) {
		advi_spec_say(advi_str(spec), &said);
		written = advi_arena_str(&check->arena, advi_buf_str(&said));
	}
	advi_vec_push(&conflict->spots, spot);
	advi_vec_push(&conflict->written, written);
	for (size_t i = conflict->spots.count - 1;
	     i > 0 && conflict->spots.at[i - 1].line > spot.line; i--) {
		conflict->spots.at[i] = conflict->spots.at[i - 1];
		conflict->written.at[i] = conflict->written.at[i - 1];
		conflict->spots.at[i - 1] = spot;
		conflict->written.at[i - 1] = written;
	}
}

static int find_conflicts(struct adv_check *check, const struct adv_watch *watch,
			  struct adv_err *err)
{
	int r = advi_explain_base(&check->whys, &check->more, check->world, CONFLICTS,
				  &check->arena, watch, err);

	for (size_t i = 0; r == 0 && i < check->whys.count; i++) {
		struct advi_conflict *conflict = advi_vec_new(&check->conflicts);
		struct advi_why *why = &check->whys.at[i];

		conflict->why = why;
		why->chain.end.whose = "the file";
		for (size_t n = 0; n < why->together.count; n++)
			place(check, conflict, why->together.at[n].spec);
	}
	return r;
}

/* 'r' is how opening the world went, and 'why' what it said. */
static int conclude(struct adv_check *check, int r, const struct adv_err *why,
		    const struct adv_watch *watch, struct adv_err *err)
{
	if (r < 0 && r != ADV_NO)
		return advi_fail(err, r, "%s", why->text);
	check->solvable = r == 0;
	if (check->solvable)
		sum_up(check);
	else
		r = find_conflicts(check, watch, err);
	/* A clash that no set of specs explains is told as the solver said it. */
	if (r == 0 && !check->solvable && !check->conflicts.count)
		advi_vec_push(&check->notes, advi_arena_dup(&check->arena, why->text));
	return r;
}

int adv_check(struct adv_check **out, const struct adv_site *site, const struct adv_net *net,
	      const struct adv_solving *solving, const struct adv_watch *watch, struct adv_err *err)
{
	ADV_AUTO(check) struct adv_check *check = advi_calloc(1, sizeof(*check));
	struct listener listener = {check, watch};
	struct adv_watch own = {&listener, hear_progress, hear_note};
	struct adv_err why = ADV_ERR_INIT;
	int r;

	check->site = site;
	check->path = site->base_path ? site->base_path : site->path;
	if (!site->base_specs.count)
		return advi_fail(err, ADV_EINPUT,
				 "there is nothing to check: '%s' asks for no package",
				 site->base_path ? site->base_path : "the recipe");
	r = advi_world_try(&check->world, site, net, solving, true, &own, &why);
	r = conclude(check, r, &why, watch, err);
	if (r == 0)
		*out = advi_take(check);
	return r;
}

int adv_check_vary(struct adv_check **out, const struct adv_check *from,
		   const struct adv_variant *variant, const struct adv_watch *watch,
		   struct adv_err *err)
{
	ADV_AUTO(check) struct adv_check *check = advi_calloc(1, sizeof(*check));
	struct listener listener = {check, watch};
	struct adv_watch own = {&listener, hear_progress, hear_note};
	struct adv_err why = ADV_ERR_INIT;
	int r;

	check->site = from->site;
	check->path = from->path;
	check->label = advi_variant_label(variant, &check->arena);
	if (variant->node_type)
		check->node_type = advi_arena_dup(&check->arena, variant->node_type);
	r = advi_world_try_vary(&check->world, from->world, variant, &own, &why);
	r = conclude(check, r, &why, watch, err);
	if (r == 0)
		*out = advi_take(check);
	return r;
}

bool adv_check_solvable(const struct adv_check *check)
{
	return check->solvable;
}

int adv_check_lock(const struct adv_check *check, const char *path, struct adv_err *err)
{
	const struct advi_env *env = advi_world_base(check->world);
	ADVI_AUTO_PTR struct advi_record *records = NULL;
	struct advi_out out;
	int r;

	if (!check->solvable)
		return advi_fail(err, ADV_NO, "what can't be solved has no lockfile");
	r = advi_out_open(&out, path, err);
	if (r < 0)
		return r;
	records = advi_calloc(env->records.count + 1, sizeof(*records));
	for (size_t i = 0; i < env->records.count; i++)
		records[i] = *env->records.at[i];
	advi_lockfile_write(out.file, check->site->platform, records, env->records.count);
	r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}

void adv_check_free(struct adv_check *check)
{
	if (!check)
		return;
	for (size_t i = 0; i < check->conflicts.count; i++) {
		advi_vec_clear(&check->conflicts.at[i].spots);
		advi_vec_clear(&check->conflicts.at[i].written);
	}
	advi_vec_clear(&check->conflicts);
	advi_whys_clear(&check->whys);
	advi_vec_clear(&check->notes);
	for (size_t i = 0; i < check->losses.count; i++) {
		advi_vec_clear(&check->losses.at[i].projects);
		advi_vec_clear(&check->losses.at[i].user_names);
	}
	advi_vec_clear(&check->losses);
	advi_vec_clear(&check->changes);
	advi_vec_clear(&check->findings);
	advi_content_clear(&check->now);
	advi_content_clear(&check->before);
	advi_content_clear(&check->as_written);
	free(check->origins);
	adv_world_free(check->base_world);
	adv_world_free(check->world);
	advi_arena_clear(&check->arena);
	free(check);
}
