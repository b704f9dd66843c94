/* SPDX-License-Identifier: BSD-3-Clause */
/* The rule about licences, and the one about channels: what is allowed, and what is banned. */
#include <strings.h>

#include "advise/check.h"
#include "conda/channel.h"
#include "conda/spdx.h"
#include "io/http.h"
#include "site/site.h"

static bool same_letter(char a, char b)
{
	return strncasecmp(&a, &b, 1) == 0;
}

/* Whether a text is meant by a pattern, in which '*' is any characters; case does not count. */
static bool fits(const char *pattern, struct advi_str text)
{
	const char *star = NULL;
	size_t at = 0, again = 0;

	while (at < text.len) {
		if (*pattern == '*') {
			star = ++pattern;
			again = at;
		} else if (same_letter(*pattern, text.ptr[at])) {
			pattern++;
			at++;
		} else if (star) {
			pattern = star;
			at = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool among(const advi_names *patterns, struct advi_str text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (fits(patterns->at[i], text))
			return true;
	return false;
}

/* "GPL-2.0-only WITH x" without the exception. */
static struct advi_str without_exception(struct advi_str license)
{
	license.len = advi_str_find(license, ' ');
	return license;
}

/*
 * An exception makes a licence milder: what is allowed with it is, whatever is banned without; and
 * one that is neither named is judged as the licence alone.
 */
static bool accepts(void *context, struct advi_str license)
{
	const struct advi_rule_set *set = context;
	struct advi_str alone = without_exception(license);

	if (among(&set->allow, license))
		return !among(&set->ban, license);
	return !among(&set->ban, license) && !among(&set->ban, alone) &&
	       (!set->allow.count || among(&set->allow, alone));
}

int advi_rule_licenses(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	if (!set->allow.count && !set->ban.count)
		return 0;
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		struct advi_str license;

		if (!part->record)
			continue;
		license = advi_str_trim(advi_str(part->record->license));
		if (!license.len || advi_str_is(license, "None")) {
			if (set->allow.count)
				advi_find_part(check, ADVI_RULE_LICENSES, part,
					       "has no licence that its channel knows of")
					->help = "add it to 'except' of the rule if it is fine";
		} else if (!advi_spdx_accepts(license, accepts, (void *)(uintptr_t)set)) {
			advi_find_part(check, ADVI_RULE_LICENSES, part,
				       "has a licence that is not allowed here: %.*s",
				       ADVI_ARGS(license));
		}
	}
	return 0;
}

/* --- channels --- */

/* "conda-forge" of its address, or the text itself, without credentials. */
static const char *shown(struct adv_check *check, struct advi_str channel)
{
	const char *text = advi_arena_str(&check->arena, channel);
	ADVI_AUTO_PTR char *public = advi_url_public_dup(text);
	const char *name = advi_channel_name(public);

	return advi_arena_dup(&check->arena, name ? name : public);
}

static bool is_allowed(struct adv_check *check, const advi_names *allowed, const char *channel)
{
	if (strcmp(channel, "nodefaults") == 0)
		return true;
	for (size_t i = 0; i < allowed->count; i++) {
		const char *one = shown(check, advi_str(allowed->at[i]));

		if (fits(one, advi_str(channel)))
			return true;
		/* What conda means by it. */
		if (strcmp(channel, "defaults") == 0 && strcmp(one, "pkgs/main") == 0)
			return true;
		if (strcmp(one, "defaults") == 0 && strncmp(channel, "pkgs/", 5) == 0)
			return true;
	}
	return false;
}

static void refuse(struct adv_check *check, struct advi_spot spot, const char *channel,
		   const advi_names *allowed)
{
	ADVI_AUTO(buf) struct advi_buf list = ADVI_BUF_INIT(400);

	for (size_t i = 0; i < allowed->count; i++)
		advi_buf_printf(&list, "%s%s", i ? ", " : "",
				shown(check, advi_str(allowed->at[i])));
	advi_find(check, ADVI_RULE_CHANNELS, spot, NULL,
		  "the channel '%s' is none of those allowed", channel)
		->help = advi_arena_printf(&check->arena, "allowed: %s", advi_buf_str(&list).ptr);
}

/* The channel of "channel::name" or "channel/subdir::name"; empty when it names none. */
static struct advi_str channel_of(struct advi_str spec)
{
	static const char *const subdirs[] = {"/noarch", "/linux-64", "/linux-aarch64",
					      "/linux-ppc64le"};
	size_t colons = advi_str_search(spec, ADVI_STR("::"));

	if (colons >= advi_str_find(spec, '[') || colons >= advi_str_find(spec, ' '))
		return (struct advi_str){"", 0};
	spec.len = colons;
	for (size_t i = 0; i < ADVI_COUNT(subdirs); i++)
		if (advi_str_ends(spec, advi_str(subdirs[i])))
			spec.len -= strlen(subdirs[i]);
	return spec;
}

/* Where packages come from though no line of the file says so: each channel once. */
static void look_at_sources(struct adv_check *check, const advi_names *allowed)
{
	advi_names told = {0};

	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_record *record = check->now.parts.at[i].record;
		const char *channel =
			record && record->channel ? shown(check, advi_str(record->channel)) : NULL;

		if (!channel || advi_names_have(&told, channel) ||
		    is_allowed(check, allowed, channel))
			continue;
		advi_vec_push(&told, channel);
		refuse(check, (struct advi_spot){0}, channel, allowed);
	}
	advi_vec_clear(&told);
}

int advi_rule_channels(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	const struct adv_site *site = check->site;
	const advi_names *allowed = set->allow.count ? &set->allow : &site->own_channels;

	(void)watch, (void)err;
	if (!allowed->count)
		return 0;
	for (size_t i = 0; i < site->base_channels.count; i++) {
		const char *channel = shown(check, advi_str(site->base_channels.at[i]));

		if (!is_allowed(check, allowed, channel))
			refuse(check, advi_spot_at(&site->base_channel_spots, i), channel, allowed);
	}
	for (size_t i = 0; i < site->base_specs.count; i++) {
		struct advi_str text = channel_of(advi_str(site->base_specs.at[i]));
		const char *channel = text.len ? shown(check, text) : NULL;

		if (channel && !is_allowed(check, allowed, channel))
			refuse(check, advi_spot_at(&site->base_spots, i), channel, allowed);
	}
	if (set->allow.count)
		look_at_sources(check, allowed);
	return 0;
}
