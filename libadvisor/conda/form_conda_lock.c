/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-lock.yml, version 1: one list of packages for all platforms, each with its URL. */
#include "conda/form_yaml.h"
#include "conda/package_url.h"

enum { HEX_MD5 = 32, HEX_SHA256 = 64 };

enum key { NAME, VERSION, MANAGER, PLATFORM, URL, HASH, CATEGORY, DEPENDENCIES, BUILD, KEYS };

static const char *const keys[KEYS] = {
	[NAME] = "name",         [VERSION] = "version",
	[MANAGER] = "manager",   [PLATFORM] = "platform",
	[URL] = "url",           [HASH] = "hash",
	[CATEGORY] = "category", [DEPENDENCIES] = "dependencies",
	[BUILD] = "build",
};

static bool is(const struct advi_form_input *input)
{
	const struct advi_yaml_node *root = input->yaml->root;

	return advi_yaml_get(root, "package") ||
	       (advi_yaml_get(root, "metadata") && !advi_yaml_get(root, "dependencies"));
}

/* A map of names and constraints, the latter empty or "*" for any. */
static int read_dependencies(const struct advi_form_yaml *form, const struct advi_yaml_node *map,
			     struct advi_list *out)
{
	const char **at;
	size_t count = 0;

	if (!map)
		return 0;
	if (map->kind != ADVI_YAML_MAP)
		return advi_form_wrong(form, map, "'dependencies' takes a map, not %s",
				       advi_yaml_what(map));
	at = advi_arena_alloc(&form->out->arena, (map->count ? map->count : 1) * sizeof(*at));
	for (const struct advi_yaml_node *item = map->first; item; item = item->next) {
		if (item->kind != ADVI_YAML_SCALAR)
			return advi_form_wrong(form, item, "'%.*s' takes text, not %s",
					       ADVI_ARGS(item->key), advi_yaml_what(item));
		at[count++] =
			advi_arena_printf(&form->out->arena, "%.*s%s%.*s", ADVI_ARGS(item->key),
					  item->text.len ? " " : "", ADVI_ARGS(item->text));
	}
	*out = (struct advi_list){at, count};
	return 0;
}

static int read_hash(const struct advi_form_yaml *form, const struct advi_yaml_node *map,
		     struct advi_record *out)
{
	static const char *const kinds[] = {"md5", "sha256"};
	const struct advi_yaml_node *digests[ADVI_COUNT(kinds)];

	if (!map)
		return 0;
	if (advi_form_pick(form, map, "'hash'", kinds, ADVI_COUNT(kinds), digests) < 0 ||
	    advi_form_digest(form, digests[0], HEX_MD5, out) < 0 ||
	    advi_form_digest(form, digests[1], HEX_SHA256, out) < 0)
		return ADV_EINPUT;
	return 0;
}

static int read_conda(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		      const struct advi_yaml_node *const *fields)
{
	struct advi_listed package = {0};
	struct advi_record *record = &package.record;
	const struct advi_listing_place place = advi_form_place(form, node);
	const char *wrong;

	if (!fields[URL] || fields[URL]->kind != ADVI_YAML_SCALAR)
		return advi_form_wrong(form, node, "the package has no 'url'");
	wrong = advi_package_url(&package, &form->out->arena, fields[URL]->text);
	if (!wrong && !advi_package_file(record, &form->out->arena, record->fn))
		wrong = "the URL of a package, ending in NAME-VERSION-BUILD.conda or .tar.bz2, is "
			"expected";
	if (wrong)
		return advi_form_wrong(form, fields[URL], "%s", wrong);
	if (advi_form_text(form, fields[NAME], &record->name) < 0 ||
	    advi_form_text(form, fields[VERSION], &record->version) < 0 ||
	    advi_form_text(form, fields[BUILD], &record->build) < 0 ||
	    read_hash(form, fields[HASH], record) < 0 ||
	    read_dependencies(form, fields[DEPENDENCIES], &record->depends) < 0)
		return ADV_EINPUT;
	return advi_listing_add(form->out, &package, form->platform, &place, form->err);
}

static int read_pip(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		    const struct advi_yaml_node *const *fields)
{
	const struct advi_listing_place place = advi_form_place(form, node);
	const char *name = NULL, *version = NULL;

	if (advi_form_text(form, fields[NAME], &name) < 0 ||
	    advi_form_text(form, fields[VERSION], &version) < 0)
		return ADV_EINPUT;
	return advi_listing_add_pip_package(form->out, advi_str(name), advi_str(version), &place,
					    form->err);
}

/* conda-lock installs 'main' and 'dev'; other categories are extras that are asked for by name. */
static bool is_extra(const struct advi_yaml_node *category)
{
	return category && category->kind == ADVI_YAML_SCALAR &&
	       !advi_str_is(category->text, "main") && !advi_str_is(category->text, "dev");
}

static int read_package(const struct advi_form_yaml *form, const struct advi_yaml_node *node)
{
	const struct advi_yaml_node *fields[KEYS];

	if (advi_form_pick(form, node, "a package", keys, KEYS, fields) < 0)
		return ADV_EINPUT;
	if ((fields[PLATFORM] && !advi_str_is(fields[PLATFORM]->text, form->platform)) ||
	    is_extra(fields[CATEGORY]))
		return 0;
	if (!fields[MANAGER] || advi_str_is(fields[MANAGER]->text, "conda"))
		return read_conda(form, node, fields);
	if (advi_str_is(fields[MANAGER]->text, "pip"))
		return read_pip(form, node, fields);
	return advi_form_wrong(form, fields[MANAGER], "'manager' is conda or pip, not '%.*s'",
			       ADVI_ARGS(fields[MANAGER]->text));
}

static void collect_platforms(const struct advi_yaml_node *list, struct advi_map *out)
{
	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		const struct advi_yaml_node *platform = advi_yaml_get(at, "platform");

		if (platform && platform->text.len)
			advi_map_add(out, platform->text, NULL);
	}
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	static const char *const parts[] = {"metadata", "package"};
	struct advi_form_yaml form = {out, input, NULL, err};
	const struct advi_yaml_node *found[ADVI_COUNT(parts)];
	struct advi_map platforms = {0};
	uint64_t version;
	int r = advi_form_version(&form, 1, 1, &version);

	if (r == 0)
		r = advi_form_pick(&form, input->yaml->root, "a lock", parts, ADVI_COUNT(parts),
				   found);
	if (r < 0)
		return r;
	if (!found[1] || found[1]->kind != ADVI_YAML_LIST)
		return advi_form_wrong(&form, found[1] ? found[1] : input->yaml->root,
				       "'package' takes a list of packages");
	collect_platforms(found[1], &platforms);
	r = advi_form_choose(&form, &platforms, found[1]);
	advi_map_clear(&platforms);
	if (r == 0)
		r = advi_form_channels(&form, advi_yaml_get(found[0], "channels"));
	for (const struct advi_yaml_node *at = found[1]->first; at && r == 0; at = at->next)
		r = read_package(&form, at);
	return r;
}

const struct advi_form advi_form_conda_lock = {"conda-lock.yml", true, is, read};
