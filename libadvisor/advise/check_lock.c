/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a lockfile is what the environment asks for: every line is met, every dependency is there
 * and fits, nothing is there that nothing asks for, and the channels have the same files. It need
 * not be the newest solution: a channel that moves on makes no lockfile wrong.
 */
#include "advise/check.h"
#include "base/map.h"
#include "conda/envfile.h"
#include "io/file.h"
#include "site/site.h"

enum { NAMED = 5, TEXT_CAP = 1000 };

struct locked {
	struct adv_check *check;
	struct advi_listing listing;
	struct advi_content content;
	struct advi_map digests; /* name -> record of the lockfile */
};

#define STALE(locked, spot, package, ...)                                                          \
	((locked)->check->lock_stale = true,                                                       \
	 advi_find((locked)->check, ADVI_RULE_LOCKFILE, spot, package, __VA_ARGS__)->help =        \
		 "write it anew with --update-lock")

static const struct advi_spot nowhere;

static int read_lock(struct locked *locked, const struct adv_watch *watch, struct adv_err *err)
{
	struct adv_check *check = locked->check;
	const struct advi_listing_wish wish = {.platform = check->site->platform};
	struct adv_err why = ADV_ERR_INIT;

	if (!advi_path_exists(check->lock)) {
		STALE(locked, nowhere, NULL, "there is no lockfile '%s'", check->lock);
		return ADV_NO;
	}
	if (advi_listing_read(&locked->listing, check->lock, &wish, &why) < 0) {
		STALE(locked, nowhere, NULL, "the lockfile can't be read: %s", why.text);
		return ADV_NO;
	}
	for (size_t i = 0; i < locked->listing.packages.count; i++) {
		const struct advi_record *record = &locked->listing.packages.at[i].record;
		struct advi_part part = {
			.name = record->name, .version = record->version, .build = record->build};

		advi_vec_push(&locked->content.parts, part);
		advi_map_add(&locked->digests, advi_str(record->name), NULL)->pointer =
			(void *)(uintptr_t)record;
	}
	locked->content.conda = locked->content.parts.count;
	if (!locked->content.conda) {
		STALE(locked, nowhere, NULL, "'%s' is no lockfile: it names no package's file",
		      check->lock);
		return ADV_NO;
	}
	return advi_content_join(&locked->content, check->world, watch, err);
}

static void meet_lines(struct locked *locked)
{
	const struct adv_site *site = locked->check->site;

	for (size_t i = 0; i < site->base_specs.count; i++) {
		const char *spec = site->base_specs.at[i];
		const char *name =
			advi_arena_str(&locked->check->arena, advi_spec_name(advi_str(spec)));
		const struct advi_part *part = advi_content_find(&locked->content, name, false);
		struct advi_spot spot = advi_spot_at(&site->base_spots, i);

		if (!part)
			STALE(locked, spot, name, "the lockfile has no %s, which '%s' asks for",
			      name, spec);
		else if (!advi_part_matches(part, spec))
			STALE(locked, spot, name,
			      "the lockfile has %s %s, which '%s' does not mean", name,
			      part->version, spec);
	}
}

static void meet_needs(struct locked *locked, const struct advi_part *part)
{
	for (size_t i = 0; part->record && i < part->record->depends.count; i++) {
		const char *spec = part->record->depends.at[i];
		const char *name =
			advi_arena_str(&locked->check->arena, advi_spec_name(advi_str(spec)));
		const struct advi_part *other = advi_content_find(&locked->content, name, false);

		if (strncmp(name, "__", 2) == 0)
			continue;
		if (!other)
			STALE(locked, nowhere, part->name,
			      "the lockfile has no %s, and its %s needs '%s'", name, part->name,
			      spec);
		else if (!advi_part_matches(other, spec))
			STALE(locked, nowhere, part->name,
			      "the lockfile's %s %s needs '%s', and it has %s %s", part->name,
			      part->version, spec, name, other->version);
	}
}

static bool differs(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static void meet_channels(struct locked *locked, const struct advi_part *part)
{
	const struct advi_map_entry *entry = advi_map_get(&locked->digests, advi_str(part->name));
	const struct advi_record *lock = entry->pointer;

	if (!part->record)
		STALE(locked, nowhere, part->name,
		      "the channels have no %s %s %s any more, which the lockfile has", part->name,
		      part->version, part->build);
	else if (differs(lock->md5, part->record->md5) ||
		 differs(lock->sha256, part->record->sha256))
		STALE(locked, nowhere, part->name,
		      "the lockfile has another digest of %s than its channel", part->name);
}

/* --- what nothing asks for --- */

static void reach(struct locked *locked, bool *reached, struct advi_str name)
{
	ADVI_VEC(size_t) stack = {0};
	struct advi_arena arena = {0};
	const struct advi_part *parts = locked->content.parts.at;
	const struct advi_part *part =
		advi_content_find(&locked->content, advi_arena_str(&arena, name), false);

	if (part && !reached[part - parts]) {
		reached[part - parts] = true;
		advi_vec_push(&stack, (size_t)(part - parts));
	}
	while (stack.count) {
		const struct advi_record *record = parts[stack.at[--stack.count]].record;

		for (size_t i = 0; record && i < record->depends.count; i++) {
			struct advi_str need = advi_spec_name(advi_str(record->depends.at[i]));

			part = advi_content_find(&locked->content, advi_arena_str(&arena, need),
						 false);
			if (!part || reached[part - parts])
				continue;
			reached[part - parts] = true;
			advi_vec_push(&stack, (size_t)(part - parts));
		}
	}
	advi_vec_clear(&stack);
	advi_arena_clear(&arena);
}

static void find_idle(struct locked *locked)
{
	const advi_names *specs = &locked->check->site->base_specs;
	ADVI_AUTO_PTR bool *reached = advi_calloc(locked->content.conda + 1, sizeof(*reached));
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(TEXT_CAP);
	size_t idle = 0;

	for (size_t i = 0; i < specs->count; i++)
		reach(locked, reached, advi_spec_name(advi_str(specs->at[i])));
	for (size_t i = 0; i < locked->content.conda; i++) {
		/* What a package needs that no channel has is not known. */
		if (!locked->content.parts.at[i].record)
			return;
		if (reached[i])
			continue;
		if (idle++ < NAMED)
			advi_buf_printf(&names, "%s%s", idle > 1 ? ", " : "",
					locked->content.parts.at[i].name);
	}
	if (idle > NAMED)
		advi_buf_printf(&names, " and %zu more", idle - NAMED);
	if (idle)
		STALE(locked, nowhere, NULL,
		      "the lockfile has %zu package%s that nothing asks for: %s", idle,
		      idle == 1 ? "" : "s", names.ptr);
}

int advi_rule_lockfile(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	struct locked locked = {.check = check};
	int r;

	(void)set;
	if (!check->lock)
		return 0;
	r = read_lock(&locked, watch, err);
	if (r == 0) {
		meet_lines(&locked);
		for (size_t i = 0; i < locked.content.conda; i++) {
			meet_needs(&locked, &locked.content.parts.at[i]);
			meet_channels(&locked, &locked.content.parts.at[i]);
		}
		find_idle(&locked);
	}
	advi_map_clear(&locked.digests);
	advi_content_clear(&locked.content);
	advi_listing_clear(&locked.listing);
	return r == ADV_NO ? 0 : r;
}
