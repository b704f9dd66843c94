/* SPDX-License-Identifier: BSD-3-Clause */
/* Roots: where modules are imported from, without what names a person. */
#include "usage/root.h"

#include <fnmatch.h>

#include "usage/record.h"

/* The part of 'path' up to and without the slash that ends 'folder', or an empty slice. */
static struct advi_str up_to(struct advi_str path, struct advi_str folder)
{
	size_t at = advi_str_search(path, folder);

	return (struct advi_str){path.ptr, at == path.len ? 0 : at + folder.len - 1};
}

static bool all_of(struct advi_str text, const char *bytes)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.ptr[i] || !strchr(bytes, text.ptr[i]))
			return false;
	return text.len > 0;
}

/* python3, python3.11, python311.zip: what a standard library is called. */
static bool is_library(struct advi_str name)
{
	struct advi_str python = ADVI_STR("python");

	if (!advi_str_starts(name, python))
		return false;
	name = advi_str_from(name, python.len);
	if (advi_str_ends(name, ADVI_STR(".zip")))
		name.len -= 4;
	return all_of(name, "0123456789.");
}

/* The standard library's folder in a path, or an empty slice. */
static struct advi_str library_of(struct advi_str path)
{
	static const struct advi_str folders[] = {{"/lib/", 5}, {"/lib64/", 7}};

	for (size_t i = 0; i < ADVI_COUNT(folders); i++) {
		for (size_t from = 0; from < path.len;) {
			size_t at = from + advi_str_search(advi_str_from(path, from), folders[i]);
			struct advi_str rest = advi_str_from(path, at + folders[i].len);
			size_t length = advi_str_find(rest, '/');

			if (at >= path.len)
				break;
			if (length < rest.len && is_library((struct advi_str){rest.ptr, length}))
				return (struct advi_str){path.ptr, at + folders[i].len + length};
			from = at + folders[i].len - 1;
		}
	}
	return (struct advi_str){path.ptr, 0};
}

/* The folder of the module's own file or folder: above "/module/", otherwise above the file. */
static struct advi_str own_folder(struct advi_str path, struct advi_str module)
{
	struct advi_str rest = path, part;
	size_t end;

	while (advi_str_split(&rest, '/', &part) && rest.ptr)
		if (advi_str_eq(part, module) && part.ptr > path.ptr) {
			end = (size_t)(part.ptr - path.ptr) - 1;
			return (struct advi_str){path.ptr, end ? end : 1};
		}
	for (end = path.len; end > 1 && path.ptr[end - 1] != '/';)
		end--;
	return (struct advi_str){path.ptr, end > 1 ? end - 1 : 1};
}

struct advi_str advi_root_of(struct advi_str path, struct advi_str module,
			     enum advi_root_kind *kind)
{
	struct advi_str root;

	if (!path.len || path.ptr[0] != '/') {
		*kind = ADVI_ROOT_BUILTIN;
		return advi_str_is(path, "built-in") || advi_str_is(path, "frozen")
			       ? path
			       : ADVI_STR("unknown");
	}
	*kind = ADVI_ROOT_PACKAGES;
	root = up_to(path, ADVI_STR("/site-packages/"));
	if (!root.len)
		root = up_to(path, ADVI_STR("/dist-packages/"));
	if (root.len)
		return root;
	*kind = ADVI_ROOT_STDLIB;
	root = library_of(path);
	if (root.len)
		return root;
	*kind = ADVI_ROOT_PRIVATE;
	return own_folder(path, module);
}

struct advi_str advi_root_prefix(struct advi_str root)
{
	struct advi_str slashed = library_of(root);
	size_t end = slashed.len ? slashed.len : root.len;

	/* Two components off: "lib/python3.11". */
	for (int i = 0; i < 2; i++) {
		while (end > 0 && root.ptr[end - 1] != '/')
			end--;
		if (end > 0)
			end--;
	}
	return end ? (struct advi_str){root.ptr, end} : root;
}

static const char *const structural[] = {
	"lib",        "lib64",      "bin",       "site-packages", "dist-packages", "envs",
	"env",        "venv",       "venvs",     ".venv",         ".virtualenvs",  "virtualenvs",
	".local",     ".conda",     "conda",     "anaconda3",     "miniconda3",    "miniforge3",
	"mambaforge", "micromamba", "miniconda", "anaconda",      ".pyenv",        "versions",
	"pkgs",       "share",      "jupyter",   "kernels",       ".cache",        "opt",
	"home",       "homes",      "users",     "projects",      "project",       "scratch",
	"work",       "tmp",        "software",  ".mamba",        "mamba",         "lib-dynload",
};

static bool is_structural(struct advi_str name)
{
	for (size_t i = 0; i < ADVI_COUNT(structural); i++)
		if (advi_str_is(name, structural[i]))
			return true;
	return is_library(name);
}

/* Whether one component matches one of a rule, in which '*' stands for any bytes. */
static bool matches(struct advi_str pattern, struct advi_str name)
{
	char left[ADVI_HEX_SIZE * 4], right[ADVI_HEX_SIZE * 4];

	if (advi_str_find(pattern, '*') == pattern.len)
		return advi_str_eq(pattern, name);
	if (pattern.len >= sizeof(left) || name.len >= sizeof(right))
		return pattern.len == 1;
	memcpy(left, pattern.ptr, pattern.len);
	memcpy(right, name.ptr, name.len);
	left[pattern.len] = right[name.len] = '\0';
	return fnmatch(left, right, 0) == 0;
}

/* The rule that decides about a path, or NULL. */
static const struct advi_place_rule *rule_of(const struct adv_site *site, struct advi_str path)
{
	for (size_t i = 0; i < site->places.count; i++) {
		struct advi_str rule = advi_str(site->places.at[i].prefix), rest = path, want, have;
		bool same = true;

		while (rule.len && rule.ptr[rule.len - 1] == '/')
			rule.len--;
		while (same && advi_str_split(&rule, '/', &want))
			same = advi_str_split(&rest, '/', &have) && matches(want, have);
		if (same)
			return &site->places.at[i];
	}
	return NULL;
}

struct walk {
	struct advi_str rule; /* what is left of the matching rule */
	enum adv_place place;
	size_t beyond; /* components since the rule ended */
};

/* Whether the next component may stand in a store as it is. */
static bool may_stay(struct walk *walk, struct advi_str name)
{
	struct advi_str want;

	if (advi_str_split(&walk->rule, '/', &want))
		return advi_str_find(want, '*') == want.len;
	switch (walk->beyond++) {
	case 0:
		/* What follows "/home/" is a person, whatever it is called. */
		if (walk->place == ADV_PLACE_PROJECT || walk->place == ADV_PLACE_OTHER)
			return true;
		return walk->place == ADV_PLACE_USER_SITE && is_structural(name);
	default:
		return is_structural(name);
	}
}

void advi_root_hide(struct advi_buf *out, const struct adv_site *site,
		    struct advi_pseudonyms *pseudonyms, struct advi_str path)
{
	ADVI_AUTO(buf) struct advi_buf other = ADVI_BUF_INIT(2 * ADVI_PATH_BYTES);
	enum adv_place place = advi_site_place(site, path);
	const struct advi_place_rule *rule = rule_of(site, path);
	struct walk walk = {.place = place};
	struct advi_str rest, name;

	if (!rule && place != ADV_PLACE_OTHER && place != ADV_PLACE_BUILTIN) {
		/* Only its other name is in the rules. */
		path = advi_site_unalias(site, path, &other);
		rule = rule_of(site, path);
	}
	rest = path;
	walk.rule = rule ? advi_str(rule->prefix) : (struct advi_str){NULL, 0};
	if (pseudonyms->names || place == ADV_PLACE_BASE || place == ADV_PLACE_SITE ||
	    place == ADV_PLACE_SYSTEM || place == ADV_PLACE_BUILTIN) {
		advi_buf_add(out, path);
		return;
	}
	while (walk.rule.len && walk.rule.ptr[walk.rule.len - 1] == '/')
		walk.rule.len--;
	/* Both begin with the empty component before the first slash. */
	advi_str_split(&rest, '/', &name);
	if (walk.rule.ptr)
		advi_str_split(&walk.rule, '/', &name);
	while (advi_str_split(&rest, '/', &name)) {
		advi_buf_byte(out, '/');
		if (name.len)
			advi_buf_add(out, may_stay(&walk, name) ? name
								: advi_pseudonym(pseudonyms, name));
	}
}
