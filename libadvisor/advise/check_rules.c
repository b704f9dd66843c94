/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules that an environment is held against, and what breaks them. */
#include <stdarg.h>
#include <stdio.h>

#include "advise/check.h"
#include "base/text.h"
#include "conda/envfile.h"
#include "site/site.h"

enum { MESSAGE_BYTES = 2000 };

/* Rules without a function are told where the fault is met. */
static advi_rule_fn *const rules[ADVI_POLICY_RULES] = {
	[ADVI_RULE_SOLVABLE] = advi_rule_solvable,
	[ADVI_RULE_BASE] = advi_rule_base,
	[ADVI_RULE_UNREAD] = advi_rule_unread,
	[ADVI_RULE_CHANNELS] = advi_rule_channels,
	[ADVI_RULE_BANNED] = advi_rule_banned,
	[ADVI_RULE_REQUIRED] = advi_rule_required,
	[ADVI_RULE_BY_MODULE] = advi_rule_by_module,
	[ADVI_RULE_EXTERNAL] = advi_rule_external,
	[ADVI_RULE_PINS] = advi_rule_pins,
	[ADVI_RULE_BUDGET] = advi_rule_budget,
	[ADVI_RULE_LICENSES] = advi_rule_licenses,
	[ADVI_RULE_PYTHON_EOL] = advi_rule_python_eol,
	[ADVI_RULE_TOO_YOUNG] = advi_rule_too_young,
	[ADVI_RULE_TOO_OLD] = advi_rule_too_old,
	[ADVI_RULE_UNMAINTAINED] = advi_rule_unmaintained,
	[ADVI_RULE_YANKED] = advi_rule_yanked,
	[ADVI_RULE_DUPLICATES] = advi_rule_duplicates,
	[ADVI_RULE_PIP_URLS] = advi_rule_pip_urls,
	[ADVI_RULE_PIP_UNPINNED] = advi_rule_pip_unpinned,
	[ADVI_RULE_LOCKFILE] = advi_rule_lockfile,
	[ADVI_RULE_LOSSES] = advi_rule_losses,
	[ADVI_RULE_VERSIONS] = advi_rule_versions,
};

const struct advi_rule_set *advi_check_set(const struct adv_check *check,
					   enum advi_policy_rule rule)
{
	return &check->site->policy.rules[rule];
}

/* --- findings --- */

static bool is_excepted(const struct advi_rule_set *set, const char *package)
{
	return package && advi_names_have(&set->except, package);
}

static struct advi_finding *add(struct adv_check *check, enum advi_policy_rule rule,
				struct advi_spot spot, const char *package, char *text)
{
	struct advi_finding *finding = advi_vec_new(&check->findings);

	advi_text_mask(text);
	finding->rule = rule;
	finding->severity = advi_check_set(check, rule)->severity;
	finding->spot = spot;
	/* A lockfile goes before its findings. */
	finding->package = advi_arena_dup(&check->arena, package);
	finding->message = advi_arena_dup(&check->arena, text);
	return finding;
}

/* What nobody sees, for rules that are off: callers may fill it in. */
static struct advi_finding *nowhere(struct adv_check *check)
{
	return advi_arena_alloc(&check->arena, sizeof(struct advi_finding));
}

struct advi_finding *advi_find(struct adv_check *check, enum advi_policy_rule rule,
			       struct advi_spot spot, const char *package, const char *format, ...)
{
	const struct advi_rule_set *set = advi_check_set(check, rule);
	char text[MESSAGE_BYTES];
	va_list args;

	if (set->severity == ADVI_OFF || is_excepted(set, package))
		return nowhere(check);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return add(check, rule, spot, package, text);
}

static struct advi_spot pip_spot(const struct adv_site *site, const struct advi_part *part)
{
	for (size_t i = 0; i < site->base_pip.count; i++) {
		const struct advi_pip *pip = &site->base_pip.at[i];

		if (strcmp(*pip->name ? pip->name : pip->text, part->name) == 0)
			return pip->spot;
	}
	return (struct advi_spot){0};
}

/* "numpy 1.26.4", and " (brought by zarr)" when no line asks for it. */
static void say_part(struct advi_buf *out, const struct advi_part *part, const char *spec)
{
	advi_buf_printf(out, "%s%s%s", part->name, part->version ? " " : "",
			part->version ? part->version : "");
	if (part->pip)
		advi_buf_text(out, " (by pip)");
	if (spec && !advi_str_is(advi_spec_name(advi_str(spec)), part->name))
		advi_buf_printf(out, " (brought by %.*s)",
				ADVI_ARGS(advi_spec_name(advi_str(spec))));
}

struct advi_finding *advi_find_part(struct adv_check *check, enum advi_policy_rule rule,
				    const struct advi_part *part, const char *format, ...)
{
	const struct advi_rule_set *set = advi_check_set(check, rule);
	const struct adv_site *site = check->site;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MESSAGE_BYTES);
	size_t index = (size_t)(part - check->now.parts.at);
	uint32_t origin = index < check->now.parts.count ? check->origins[index] : 0;
	struct advi_spot spot = part->pip ? pip_spot(site, part)
				: origin  ? advi_spot_at(&site->base_spots, origin - 1)
					  : (struct advi_spot){0};
	char rest[MESSAGE_BYTES];
	va_list args;

	if (set->severity == ADVI_OFF || is_excepted(set, part->name))
		return nowhere(check);
	say_part(&text, part, origin ? site->base_specs.at[origin - 1] : NULL);
	va_start(args, format);
	vsnprintf(rest, sizeof(rest), format, args);
	va_end(args);
	advi_buf_printf(&text, " %.*s", MESSAGE_BYTES / 2, rest);
	return add(check, rule, spot, part->name, text.ptr);
}

/* --- all rules --- */

int advi_finding_order(const void *a, const void *b)
{
	const struct advi_finding *x = a, *y = b;

	if (x->spot.line != y->spot.line)
		return x->spot.line < y->spot.line ? -1 : 1;
	if (x->spot.column != y->spot.column)
		return x->spot.column < y->spot.column ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return strcmp(x->message, y->message);
}

/* Names from files stand in it, and it goes to terminals and into XML. */
static const char *masked(struct adv_check *check, const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = advi_arena_alloc(&check->arena, strlen(text) + 1);
	memcpy(copy, text, strlen(text));
	advi_text_mask(copy);
	return copy;
}

int advi_check_rules(struct adv_check *check, const struct adv_watch *watch, struct adv_err *err)
{
	size_t kept = 0;
	int r = 0;

	for (int i = 0; r == 0 && i < ADVI_POLICY_RULES; i++) {
		const struct advi_rule_set *set = advi_check_set(check, (enum advi_policy_rule)i);

		if (rules[i] && set->severity != ADVI_OFF)
			r = rules[i](check, set, watch, err);
	}
	advi_vec_sort(&check->findings, advi_finding_order);
	for (size_t i = 0; i < check->findings.count; i++) {
		struct advi_finding *finding = &check->findings.at[i];

		if (kept && advi_finding_order(&check->findings.at[kept - 1], finding) == 0)
			continue;
		finding->package = masked(check, finding->package);
		finding->help = masked(check, finding->help);
		check->counts[finding->severity]++;
		check->findings.at[kept++] = *finding;
	}
	check->findings.count = kept;
	return r;
}
