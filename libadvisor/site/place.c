/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a path lies: rules and aliases of file systems. */
#include "site/site.h"

#include "base/buf.h"

static const char *const names[ADV_PLACE_COUNT] = {
	[ADV_PLACE_BASE] = "base",           [ADV_PLACE_SITE] = "site",
	[ADV_PLACE_USER_SITE] = "user-site", [ADV_PLACE_HOME] = "home",
	[ADV_PLACE_PROJECT] = "project",     [ADV_PLACE_TMP] = "tmp",
	[ADV_PLACE_SYSTEM] = "system",       [ADV_PLACE_BUILTIN] = "builtin",
	[ADV_PLACE_OTHER] = "other",
};

const char *adv_place_name(enum adv_place place)
{
	return (unsigned)place < ADV_PLACE_COUNT ? names[place] : "other";
}

/*
 * Matches pattern [p, end) against the beginning of 'text', up to the end of one of its
 * components. A '*' takes one byte or more, none of them a slash; only the last one needs to be
 * tried again, since slashes in between are fixed points for those before.
 */
static bool match_stars(const char *p, const char *end, struct advi_str text)
{
	const char *t = text.ptr, *stop = text.ptr + text.len;
	const char *star = NULL, *taken = NULL;

	for (;;) {
		if (p == end && (t == stop || *t == '/'))
			return true;
		if (p < end && *p == '*' && t < stop && *t != '/') {
			star = ++p;
			taken = ++t;
		} else if (p < end && *p != '*' && t < stop && *p == *t) {
			p++;
			t++;
		} else if (star && taken < stop && *taken != '/') {
			p = star;
			t = ++taken;
		} else {
			return false;
		}
	}
}

static bool matches(const struct advi_place_rule *rule, struct advi_str path)
{
	if (path.len < rule->fixed || memcmp(path.ptr, rule->prefix, rule->fixed) != 0)
		return false;
	if (rule->fixed == rule->length)
		return path.len == rule->length || path.ptr[rule->length] == '/';
	return match_stars(rule->prefix + rule->fixed, rule->prefix + rule->length,
			   advi_str_from(path, rule->fixed));
}

static enum adv_place by_rules(const struct adv_site *site, struct advi_str path)
{
	for (size_t i = 0; i < site->places.count; i++)
		if (matches(&site->places.at[i], path))
			return site->places.at[i].place;
	return ADV_PLACE_OTHER;
}

static const struct advi_alias *alias_of(const struct adv_site *site, struct advi_str path)
{
	for (size_t i = 0; i < site->aliases.count; i++) {
		struct advi_str from = advi_str(site->aliases.at[i].from);

		if (advi_str_starts(path, from) &&
		    (path.len == from.len || path.ptr[from.len] == '/'))
			return &site->aliases.at[i];
	}
	return NULL;
}

struct advi_str advi_site_unalias(const struct adv_site *site, struct advi_str path,
				  struct advi_buf *buf)
{
	const struct advi_alias *alias = alias_of(site, path);

	if (!alias)
		return path;
	advi_buf_reset(buf);
	advi_buf_text(buf, alias->to);
	advi_buf_add(buf, advi_str_from(path, strlen(alias->from)));
	return buf->full ? path : advi_buf_str(buf);
}

enum adv_place advi_site_place(const struct adv_site *site, struct advi_str path)
{
	ADVI_AUTO(buf) struct advi_buf other = ADVI_BUF_INIT(64 * 1024);
	enum adv_place place;

	if (path.len == 0 || path.ptr[0] != '/')
		return ADV_PLACE_BUILTIN;
	place = by_rules(site, path);
	if (place == ADV_PLACE_OTHER && alias_of(site, path))
		place = by_rules(site, advi_site_unalias(site, path, &other));
	return place;
}

const char *advi_site_package(const struct adv_site *site, struct advi_str module)
{
	/* "google.cloud.storage", "google.cloud", "google": the longest known one counts. */
	while (module.len) {
		const struct advi_map_entry *entry = advi_map_get(&site->imports, module);

		if (entry)
			return entry->pointer;
		while (module.len && module.ptr[module.len - 1] != '.')
			module.len--;
		if (module.len)
			module.len--;
	}
	return NULL;
}

struct advi_str advi_site_part(const struct adv_site *site, struct advi_str module)
{
	struct advi_str top = {module.ptr, advi_str_find(module, '.')};
	const struct advi_map_entry *own = advi_map_get(&site->imports, top), *entry;

	while (module.len > top.len) {
		entry = advi_map_get(&site->imports, module);
		if (entry && (!own || strcmp(own->pointer, entry->pointer) != 0))
			return module;
		while (module.ptr[--module.len] != '.')
			;
	}
	return ADVI_STR("");
}
