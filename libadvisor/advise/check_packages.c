/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about which packages are there: banned, required, the machine's own, pinned. */
#include "advise/check.h"
#include "conda/matchspec.h"
#include "conda/version.h"
#include "site/site.h"

bool advi_part_matches(const struct advi_part *part, const char *spec)
{
	static const struct advi_record nothing;
	struct advi_record record = part->record ? *part->record : nothing;
	struct advi_arena arena = {0};
	struct advi_matchspec parsed;
	struct advi_version version;
	bool matches = advi_matchspec_parse(&parsed, &arena, advi_str(spec), NULL) == 0;

	record.name = part->name;
	record.version = part->version ? part->version : "";
	record.build = part->build ? part->build : "";
	/* Of what is not known nothing can be asked but the name. */
	if (matches && (parsed.version || parsed.build.set || parsed.build_number))
		matches =
			part->version &&
			advi_version_parse(&version, &arena, advi_str(part->version), NULL) == 0 &&
			advi_matchspec_match(&parsed, &record, &version);
	else if (matches)
		matches = advi_str_is(advi_matchspec_name(&parsed), part->name);
	advi_arena_clear(&arena);
	return matches;
}

/* The name that a spec asks for, in 'arena'. */
static const char *name_of(struct advi_arena *arena, const char *spec)
{
	struct advi_matchspec parsed;

	if (advi_matchspec_parse(&parsed, arena, advi_str(spec), NULL) < 0)
		return spec;
	return advi_arena_str(arena, advi_matchspec_name(&parsed));
}

/* Both lists of a rule: the recipe's own of old, and the rule's. */
static void join(advi_names *out, const advi_names *a, const advi_names *b)
{
	for (size_t i = 0; i < a->count; i++)
		advi_vec_push(out, a->at[i]);
	for (size_t i = 0; i < b->count; i++)
		if (!advi_names_have(out, b->at[i]))
			advi_vec_push(out, b->at[i]);
}

/* The parts that a spec means, conda's and pip's: at most one each. */
static size_t find_parts(const struct adv_check *check, const char *spec,
			 const struct advi_part *out[2])
{
	struct advi_arena arena = {0};
	const char *name = name_of(&arena, spec);
	size_t count = 0;

	for (int pip = 0; pip < 2; pip++) {
		const struct advi_part *part = advi_content_find(&check->now, name, pip);

		if (part && advi_part_matches(part, spec))
			out[count++] = part;
	}
	advi_arena_clear(&arena);
	return count;
}

/* A build that leans on the machine's own is what the centre wants of it. */
static bool is_external(const struct adv_check *check, const struct advi_part *part)
{
	const struct advi_rule_set *set = advi_check_set(check, ADVI_RULE_EXTERNAL);

	for (size_t i = 0; i < set->packages.count; i++)
		if (advi_part_matches(part, set->packages.at[i]))
			return true;
	return false;
}

int advi_rule_banned(struct adv_check *check, const struct advi_rule_set *set,
		     const struct adv_watch *watch, struct adv_err *err)
{
	advi_names banned = {0};

	(void)watch, (void)err;
	join(&banned, &check->site->never, &set->packages);
	for (size_t i = 0; i < banned.count; i++) {
		const struct advi_part *parts[2];
		size_t count = find_parts(check, banned.at[i], parts);

		for (size_t n = 0; n < count; n++)
			if (!is_external(check, parts[n]))
				advi_find_part(check, ADVI_RULE_BANNED, parts[n],
					       "is not allowed here: the recipe bans '%s'",
					       banned.at[i])
					->help = "leave it out, or ask for what does without it";
	}
	advi_vec_clear(&banned);
	return 0;
}

int advi_rule_required(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	advi_names required = {0};

	(void)watch, (void)err;
	join(&required, &check->site->always, &set->packages);
	/* Of what can't be solved nobody knows what comes with it. */
	for (size_t i = 0; check->now.knowledge > ADVI_ASKED && i < required.count; i++) {
		const struct advi_part *parts[2];
		const char *name = name_of(&check->arena, required.at[i]);
		const struct advi_part *other = advi_content_find(&check->now, name, false);

		if (find_parts(check, required.at[i], parts) ||
		    (strcmp(name, required.at[i]) == 0 &&
		     advi_site_pip(check->site, advi_str(name))))
			continue;
		if (other)
			advi_find_part(check, ADVI_RULE_REQUIRED, other,
				       "is not what is required here, '%s'", required.at[i]);
		else
			advi_find(check, ADVI_RULE_REQUIRED, (struct advi_spot){0}, name,
				  "%s is required here, and not there", required.at[i])
				->help = advi_arena_printf(
				&check->arena, "add '%s' to the dependencies", required.at[i]);
	}
	advi_vec_clear(&required);
	return 0;
}

int advi_rule_by_module(struct adv_check *check, const struct advi_rule_set *set,
			const struct adv_watch *watch, struct adv_err *err)
{
	advi_names names = {0};

	(void)watch, (void)err;
	join(&names, &check->site->by_module, &set->packages);
	for (size_t i = 0; i < names.count; i++) {
		const struct advi_part *parts[2];
		size_t count = find_parts(check, names.at[i], parts);

		for (size_t n = 0; n < count; n++)
			if (!is_external(check, parts[n]))
				advi_find_part(check, ADVI_RULE_BY_MODULE, parts[n],
					       "comes from a module of the centre, which this one "
					       "would hide")
					->help = "leave it out, and load the module";
	}
	advi_vec_clear(&names);
	return 0;
}

int advi_rule_external(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	for (size_t i = 0; i < set->packages.count; i++) {
		const char *spec = set->packages.at[i], *name = name_of(&check->arena, spec);

		for (int pip = 0; pip < 2; pip++) {
			const struct advi_part *part = advi_content_find(&check->now, name, pip);
			bool known = part && (part->build || part->pip);

			if (!known || is_external(check, part))
				continue;
			advi_find_part(check, ADVI_RULE_EXTERNAL, part,
				       "is build %s, not one that leans on the machine's own: '%s'",
				       part->pip ? "of pip" : part->build, spec)
				->help = advi_arena_printf(&check->arena, "ask for '%s'", spec);
		}
	}
	return 0;
}

int advi_rule_pins(struct adv_check *check, const struct advi_rule_set *set,
		   const struct adv_watch *watch, struct adv_err *err)
{
	advi_names pins = {0};

	(void)watch, (void)err;
	join(&pins, &check->site->pins, &set->packages);
	for (size_t i = 0; i < pins.count; i++) {
		const char *name = name_of(&check->arena, pins.at[i]);

		for (int pip = 0; pip < 2; pip++) {
			const struct advi_part *part = advi_content_find(&check->now, name, pip);

			if (part && part->version && !advi_part_matches(part, pins.at[i]))
				advi_find_part(check, ADVI_RULE_PINS, part,
					       "is not what the recipe pins, '%s'", pins.at[i])
					->help = advi_arena_printf(&check->arena, "ask for '%s'",
								   pins.at[i]);
		}
	}
	advi_vec_clear(&pins);
	return 0;
}
