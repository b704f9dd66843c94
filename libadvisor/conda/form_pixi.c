/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pixi.lock, versions 4 to 7: environments name the URLs of their packages by platform, and one
 * list says more about each. Up to version 5 an entry of it has 'kind' and 'url', from 6 on
 * 'conda' or 'pypi' is both, and what the URL says already is left out.
 */
#include "base/buf.h"
#include "conda/form_yaml.h"
#include "conda/package_url.h"

enum { OLDEST = 4, NEWEST = 7, HEX_MD5 = 32, HEX_SHA256 = 64 };

/* What packages are known, by "conda URL" and "pypi URL". */
struct pixi {
	struct advi_form_yaml form;
	struct advi_map entries; /* -> node */
};

enum key {
	NAME,
	VERSION,
	BUILD,
	SUBDIR,
	NOARCH,
	LICENSE,
	SITE_PACKAGES,
	TEXTS, /* above: texts of a record */
	MD5 = TEXTS,
	SHA256,
	DEPENDS,
	CONSTRAINS,
	BUILD_NUMBER,
	SIZE,
	TIMESTAMP,
	KEYS
};

static const char *const keys[KEYS] = {
	[NAME] = "name",
	[VERSION] = "version",
	[BUILD] = "build",
	[SUBDIR] = "subdir",
	[NOARCH] = "noarch",
	[LICENSE] = "license",
	[SITE_PACKAGES] = "python_site_packages_path",
	[MD5] = "md5",
	[SHA256] = "sha256",
	[DEPENDS] = "depends",
	[CONSTRAINS] = "constrains",
	[BUILD_NUMBER] = "build_number",
	[SIZE] = "size",
	[TIMESTAMP] = "timestamp",
};

static bool is(const struct advi_form_input *input)
{
	return advi_yaml_get(input->yaml->root, "environments") != NULL;
}

/* --- the list of packages --- */

static struct advi_str text_of(const struct advi_yaml_node *map, const char *key)
{
	const struct advi_yaml_node *node = advi_yaml_get(map, key);

	return node && node->kind == ADVI_YAML_SCALAR ? node->text : (struct advi_str){"", 0};
}

/* The key under which an entry is found, in new memory. */
static char *label(const char *kind, struct advi_str location)
{
	return advi_format("%s %.*s", kind, ADVI_ARGS(location));
}

/* Where the package of an entry is, and by what manager. */
static const char *locate(const struct advi_yaml_node *entry, struct advi_str *location)
{
	static const char *const kinds[] = {"conda", "pypi"};
	struct advi_str kind = text_of(entry, "kind");

	for (size_t i = 0; i < ADVI_COUNT(kinds); i++) {
		*location = text_of(entry, kinds[i]);
		if (location->len)
			return kinds[i];
		if (!advi_str_is(kind, kinds[i]))
			continue;
		*location = text_of(entry, "url");
		if (!location->len)
			*location = text_of(entry, "path");
		return location->len ? kinds[i] : NULL;
	}
	return NULL;
}

static int index_entries(struct pixi *pixi, const struct advi_yaml_node *list)
{
	if (!list || list->kind != ADVI_YAML_LIST)
		return advi_form_wrong(&pixi->form, list ? list : pixi->form.input->yaml->root,
				       "'packages' takes a list of packages");
	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		ADVI_AUTO_PTR char *name = NULL;
		struct advi_map_entry *entry;
		struct advi_str location;
		const char *kind = locate(at, &location);
		bool is_new;

		if (!kind)
			return advi_form_wrong(&pixi->form, at,
					       "a package has 'conda' or 'pypi' with its URL");
		name = label(kind, location);
		/* One that differs in what doesn't matter here may be there again. */
		entry = advi_map_add(&pixi->entries, advi_str(name), &is_new);
		if (is_new)
			entry->pointer = (void *)(uintptr_t)at;
	}
	return 0;
}

/* --- one package --- */

static int read_fields(const struct advi_form_yaml *form, const struct advi_yaml_node *entry,
		       struct advi_record *out)
{
	const char **const texts[TEXTS] = {
		[NAME] = &out->name,
		[VERSION] = &out->version,
		[BUILD] = &out->build,
		[SUBDIR] = &out->subdir,
		[NOARCH] = &out->noarch,
		[LICENSE] = &out->license,
		[SITE_PACKAGES] = &out->python_site_packages_path,
	};
	const struct advi_yaml_node *fields[KEYS];
	int r = advi_form_pick(form, entry, "a package", keys, KEYS, fields);

	for (size_t i = 0; r == 0 && i < TEXTS; i++)
		r = advi_form_text(form, fields[i], texts[i]);
	if (r == 0 && (advi_form_digest(form, fields[MD5], HEX_MD5, out) < 0 ||
		       advi_form_digest(form, fields[SHA256], HEX_SHA256, out) < 0 ||
		       advi_form_texts(form, fields[DEPENDS], &out->depends) < 0 ||
		       advi_form_texts(form, fields[CONSTRAINS], &out->constrains) < 0 ||
		       advi_form_number(form, fields[BUILD_NUMBER], &out->build_number) < 0 ||
		       advi_form_number(form, fields[SIZE], &out->size) < 0 ||
		       advi_form_number(form, fields[TIMESTAMP], &out->timestamp) < 0))
		r = ADV_EINPUT;
	return r;
}

/*
 * A location that is no package file is a folder of sources: pixi builds from it, and what comes
 * of it is known as far as the lock says it.
 */
static int read_conda(const struct advi_form_yaml *form, const struct advi_yaml_node *entry,
		      struct advi_str location)
{
	const struct advi_listing_place place = advi_form_place(form, entry);
	struct advi_listed package = {0};
	struct advi_str file = {location.ptr, advi_str_find(location, '#')};
	const char *wrong = NULL;

	if (advi_is_package_file(file)) {
		wrong = advi_package_url(&package, &form->out->arena, location);
		if (!wrong)
			advi_package_file(&package.record, &form->out->arena, package.record.fn);
	}
	if (wrong)
		return advi_form_wrong(form, entry, "%s", wrong);
	if (read_fields(form, entry, &package.record) < 0)
		return ADV_EINPUT;
	if (!package.record.name || !package.record.version || !package.record.build)
		return advi_form_wrong(
			form, entry,
			"the lock does not say what '%.*s' is: name, version and build are "
			"expected, or a URL that ends in NAME-VERSION-BUILD.conda",
			ADVI_ARGS(location));
	return advi_listing_add(form->out, &package, form->platform, &place, form->err);
}

static int read_pypi(const struct advi_form_yaml *form, const struct advi_yaml_node *entry)
{
	const struct advi_listing_place place = advi_form_place(form, entry);

	return advi_listing_add_pip_package(form->out, text_of(entry, "name"),
					    text_of(entry, "version"), &place, form->err);
}

/* A line of an environment: "conda: URL", and the entry that it stands for. */
static int read_line(struct pixi *pixi, const struct advi_yaml_node *line)
{
	ADVI_AUTO_PTR char *name = NULL;
	const struct advi_map_entry *entry;
	struct advi_str location;
	const char *kind = locate(line, &location);

	if (!kind)
		return advi_form_wrong(&pixi->form, line,
				       "a package has 'conda' or 'pypi' with its URL");
	name = label(kind, location);
	entry = advi_map_get(&pixi->entries, advi_str(name));
	if (!entry)
		return advi_form_wrong(&pixi->form, line,
				       "the list 'packages' has no entry for this one; make the "
				       "lock anew");
	return kind[0] == 'c' ? read_conda(&pixi->form, entry->pointer, location)
			      : read_pypi(&pixi->form, entry->pointer);
}

/* --- the environment --- */

static int no_environment(const struct advi_form_yaml *form, const struct advi_yaml_node *map,
			  const char *wanted)
{
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(400);

	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		advi_buf_text(&names, names.len ? ", " : "");
		advi_buf_add(&names, at->key);
	}
	return advi_form_wrong(form, map, "there is no environment '%s'; it has %s", wanted,
			       names.len ? names.ptr : "none");
}

static int read_environment(struct pixi *pixi, const struct advi_yaml_node *map)
{
	static const char *const parts[] = {"channels", "packages"};
	const struct advi_yaml_node *found[ADVI_COUNT(parts)];
	struct advi_map platforms = {0};
	int r = advi_form_pick(&pixi->form, map, "an environment", parts, ADVI_COUNT(parts), found);

	if (r == 0)
		r = advi_form_channels(&pixi->form, found[0]);
	if (r == 0 && (!found[1] || found[1]->kind != ADVI_YAML_MAP))
		r = advi_form_wrong(&pixi->form, map,
				    "'packages' of an environment takes a map of platforms");
	if (r < 0)
		return r;
	for (const struct advi_yaml_node *at = found[1]->first; at; at = at->next)
		advi_map_add(&platforms, at->key, NULL);
	r = advi_form_choose(&pixi->form, &platforms, found[1]);
	advi_map_clear(&platforms);
	if (r < 0 || !pixi->form.platform)
		return r;
	map = advi_yaml_get(found[1], pixi->form.platform);
	if (map->kind != ADVI_YAML_LIST)
		return advi_form_wrong(&pixi->form, map, "'%.*s' takes a list of packages",
				       ADVI_ARGS(map->key));
	for (const struct advi_yaml_node *at = map->first; at && r == 0; at = at->next)
		r = read_line(pixi, at);
	return r;
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	const struct advi_yaml_node *root = input->yaml->root;
	const struct advi_yaml_node *all = advi_yaml_get(root, "environments"), *one;
	struct pixi pixi = {.form = {out, input, NULL, err}};
	const char *name = input->wish->environment ? input->wish->environment : "default";
	uint64_t version;
	int r = advi_form_version(&pixi.form, OLDEST, NEWEST, &version);

	if (r < 0)
		return r;
	if (all->kind != ADVI_YAML_MAP)
		return advi_form_wrong(&pixi.form, all, "'environments' takes a map, not %s",
				       advi_yaml_what(all));
	one = advi_yaml_get(all, name);
	if (!one)
		return no_environment(&pixi.form, all, name);
	out->name = advi_arena_dup(&out->arena, name);
	r = index_entries(&pixi, advi_yaml_get(root, "packages"));
	if (r == 0)
		r = read_environment(&pixi, one);
	advi_map_clear(&pixi.entries);
	return r;
}

const struct advi_form advi_form_pixi = {"pixi.lock", true, is, read};
