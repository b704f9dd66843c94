/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys of a site recipe (schema "advisor.site/1"), their types and where they go. */
#include "site/read.h"

#include "base/buf.h"
#include "conda/envfile.h"
#include "io/http.h"

#define SCHEMA "advisor.site/1"

static struct adv_site *site_of(const struct advi_yaml_reader *reader)
{
	return &((struct advi_site_draft *)reader->target)->site;
}

/* A path without slashes at its end; "/" stays. NULL when it does not begin with one. */
static const char *folder(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct advi_str text = value->text;

	if (text.len == 0 || text.ptr[0] != '/')
		return NULL;
	while (text.len > 1 && text.ptr[text.len - 1] == '/')
		text.len--;
	return advi_arena_str(reader->arena, text);
}

static int not_absolute(const struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	return advi_yaml_fail(reader->yaml, value->line, reader->err,
			      "'%.*s' takes a path that begins with '/', not '%.*s'",
			      ADVI_ARGS(value->key), ADVI_ARGS(value->text));
}

static int read_schema(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	if (advi_str_is(value->text, SCHEMA))
		return 0;
	return advi_yaml_fail(reader->yaml, value->line, reader->err,
			      "the schema is '%.*s'; this program reads '" SCHEMA "'",
			      ADVI_ARGS(value->text));
}

static int read_base_prefix(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	site_of(reader)->base_prefix = folder(reader, value);
	return site_of(reader)->base_prefix ? 0 : not_absolute(reader, value);
}

/* --- places and aliases --- */

static int read_class(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	((struct advi_place_rule *)reader->target)->place = ADV_PLACE_COUNT;
	for (enum adv_place place = 0; place < ADV_PLACE_BUILTIN; place++)
		if (advi_str_is(value->text, adv_place_name(place)))
			((struct advi_place_rule *)reader->target)->place = place;
	return 0;
}

static int read_pattern(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct advi_place_rule *rule = reader->target;
	struct advi_str text;

	rule->prefix = folder(reader, value);
	if (!rule->prefix)
		return not_absolute(reader, value);
	/* "/" is everything: no byte of it is needed. */
	text = strcmp(rule->prefix, "/") == 0 ? ADVI_STR("") : advi_str(rule->prefix);
	rule->prefix = text.ptr;
	rule->length = text.len;
	rule->fixed = advi_str_find(text, '*');
	return 0;
}

static const char *const classes[] = {"base",    "site", "user-site", "home",
				      "project", "tmp",  "system",    NULL};

static const struct advi_yaml_row place_rows[] = {
	{.key = "class",
	 .type = ADVI_YAML_TEXT,
	 .required = true,
	 .words = classes,
	 .read = read_class},
	{.key = "prefix", .type = ADVI_YAML_TEXT, .required = true, .read = read_pattern},
};

static int read_from(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct advi_alias *alias = reader->target;

	alias->from = folder(reader, value);
	return alias->from && alias->from[1] ? 0 : not_absolute(reader, value);
}

static int read_to(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct advi_alias *alias = reader->target;

	alias->to = folder(reader, value);
	return alias->to && alias->to[1] ? 0 : not_absolute(reader, value);
}

static const struct advi_yaml_row alias_rows[] = {
	{.key = "from", .type = ADVI_YAML_TEXT, .required = true, .read = read_from},
	{.key = "to", .type = ADVI_YAML_TEXT, .required = true, .read = read_to},
};

/* Reads an item of a list by rows of its own. */
static int read_item(struct advi_yaml_reader *reader, const struct advi_yaml_node *item,
		     void *target, const char *what, const struct advi_yaml_row *rows, size_t count)
{
	struct advi_yaml_reader inner = *reader;

	inner.target = target;
	return advi_yaml_rows(&inner, item, what, rows, count);
}

static int read_places(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	int r = 0;

	if (!list->first)
		return advi_yaml_fail(reader->yaml, list->line, reader->err, "'places' is empty");
	for (const struct advi_yaml_node *at = list->first; at && r == 0; at = at->next)
		r = read_item(reader, at, advi_vec_new(&site_of(reader)->places), "a place",
			      place_rows, ADVI_COUNT(place_rows));
	return r;
}

static int read_aliases(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	int r = 0;

	for (const struct advi_yaml_node *at = list->first; at && r == 0; at = at->next)
		r = read_item(reader, at, advi_vec_new(&site_of(reader)->aliases), "an alias",
			      alias_rows, ADVI_COUNT(alias_rows));
	return r;
}

/* --- packages --- */

static int no_package(const struct advi_yaml_reader *reader, const struct advi_yaml_node *value,
		      struct advi_str text)
{
	return advi_yaml_fail(reader->yaml, value->line, reader->err, "'%.*s' is no package name",
			      ADVI_ARGS(text));
}

static const char *lower(struct advi_arena *arena, struct advi_str text)
{
	char *copy = advi_arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] + 32
									  : text.ptr[i]);
	return copy;
}

static int read_names(struct advi_yaml_reader *reader, const struct advi_yaml_node *list,
		      advi_names *names)
{
	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		if (at->kind != ADVI_YAML_SCALAR || !advi_package_name_ok(at->text))
			return no_package(reader, at, at->text);
		advi_vec_push(names, lower(reader->arena, at->text));
	}
	return 0;
}

/* A list of MatchSpecs: each must begin with a name; the rest is checked when it is solved. */
static int read_specs(struct advi_yaml_reader *reader, const struct advi_yaml_node *list,
		      advi_names *specs)
{
	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		if (at->kind != ADVI_YAML_SCALAR || !advi_package_name_ok(advi_spec_name(at->text)))
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "an item of '%.*s' is a package such as "
					      "'numpy >=1.26', not '%.*s'",
					      ADVI_ARGS(list->key), ADVI_ARGS(at->text));
		advi_vec_push(specs, advi_arena_str(reader->arena, advi_str_trim(at->text)));
	}
	return 0;
}

#define NAMES_READER(field)                                                                        \
	static int read_##field(struct advi_yaml_reader *reader,                                   \
				const struct advi_yaml_node *list)                                 \
	{                                                                                          \
		return read_names(reader, list, &site_of(reader)->field);                          \
	}
NAMES_READER(never)
NAMES_READER(always)
NAMES_READER(by_module)

static int read_pins(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	return read_specs(reader, list, &site_of(reader)->pins);
}

static int read_base_packages(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct advi_site_draft *draft = reader->target;

	draft->has_base = true;
	return read_specs(reader, list, &draft->base_packages);
}

static int read_base_pip(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	advi_names texts = {0};
	int r = advi_yaml_words(reader, list, &texts);

	for (size_t i = 0; i < texts.count; i++)
		advi_vec_push(&site_of(reader)->base_pip,
			      advi_pip_parse(reader->arena, advi_str(texts.at[i])));
	advi_vec_clear(&texts);
	return r;
}

static int read_imports(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct adv_site *site = site_of(reader);

	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		if (at->kind != ADVI_YAML_SCALAR || !advi_package_name_ok(at->text))
			return no_package(reader, at, at->text);
		advi_map_add(&site->imports, at->key, NULL)->pointer =
			(void *)(uintptr_t)lower(reader->arena, at->text);
	}
	return 0;
}

#define DRAFT(field) offsetof(struct advi_site_draft, field)
static const struct advi_yaml_row base_rows[] = {
	{.key = "environment", .type = ADVI_YAML_TEXT, .offset = DRAFT(base_environment)},
	{.key = "prefix", .type = ADVI_YAML_TEXT, .offset = DRAFT(base_prefix)},
	{.key = "packages", .type = ADVI_YAML_WORDS, .read = read_base_packages},
	{.key = "pip", .type = ADVI_YAML_WORDS, .read = read_base_pip},
};

static int read_base(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct advi_site_draft *draft = reader->target;
	bool had_base = draft->has_base;
	int r = advi_yaml_rows(reader, map, "'base'", base_rows, ADVI_COUNT(base_rows));
	int ways = (draft->base_environment != NULL) + (draft->base_prefix != NULL) +
		   (advi_yaml_get(map, "packages") != NULL);

	if (r < 0)
		return r;
	if (ways != 1)
		return advi_yaml_fail(
			reader->yaml, map->line, reader->err,
			"'base' takes one of 'environment', 'prefix' and 'packages'%s",
			ways ? ", not several" : "");
	if (had_base || advi_yaml_get(reader->yaml->root, "base_packages"))
		return advi_yaml_fail(
			reader->yaml, map->line, reader->err,
			"both 'base' and 'base_packages' say what base holds; keep one");
	draft->has_base = true;
	return 0;
}

/* --- virtual packages, budget, privacy --- */

static int read_virtuals(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	return advi_site_read_virtuals(reader, map, &site_of(reader)->virtuals);
}

static const struct advi_yaml_row budget_rows[] = {
	{.key = "max_packages", .type = ADVI_YAML_COUNT, .offset = DRAFT(site.max_packages)},
	{.key = "max_bytes", .type = ADVI_YAML_SIZE, .offset = DRAFT(site.max_bytes)},
	{.key = "max_files", .type = ADVI_YAML_COUNT, .offset = DRAFT(site.max_files)},
};
static const struct advi_yaml_row privacy_rows[] = {
	{.key = "min_users", .type = ADVI_YAML_COUNT, .offset = DRAFT(site.min_users)},
	{.key = "hide_projects", .type = ADVI_YAML_SWITCH, .offset = DRAFT(site.hide_projects)},
};

static const struct advi_yaml_row file_system_rows[] = {
	{.key = "files_per_import",
	 .type = ADVI_YAML_COUNT,
	 .offset = DRAFT(site.files_per_import)},
	{.key = "processes_per_node",
	 .type = ADVI_YAML_COUNT,
	 .offset = DRAFT(site.processes_per_node)},
};

static int read_file_system(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	return advi_yaml_rows(reader, map, "'file_system'", file_system_rows,
			      ADVI_COUNT(file_system_rows));
}

static int read_budget(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	return advi_yaml_rows(reader, map, "'budget'", budget_rows, ADVI_COUNT(budget_rows));
}

static int read_privacy(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	return advi_yaml_rows(reader, map, "'privacy'", privacy_rows, ADVI_COUNT(privacy_rows));
}

/* --- channels --- */

static int read_channels(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	advi_names names = {0};
	int r = advi_yaml_words(reader, list, &names);

	for (size_t i = 0; r == 0 && i < names.count; i++)
		adv_site_add_channel(site_of(reader), names.at[i]);
	advi_vec_clear(&names);
	return r;
}

static int add_mirror(struct advi_yaml_reader *reader, const struct advi_yaml_node *from,
		      const struct advi_yaml_node *to)
{
	const char *text = advi_arena_str(reader->arena, to->text);
	ADVI_AUTO_PTR char *key = advi_str_dup(from->key), *shown = advi_url_public_dup(key);
	struct adv_mirror *row;

	if (to->kind != ADVI_YAML_SCALAR ||
	    (!advi_is_url(text) && text[0] != '/' && text[0] != '$'))
		return advi_yaml_fail(reader->yaml, to->line, reader->err,
				      "a mirror is a URL or a folder that begins with '/', not "
				      "'%.*s'",
				      ADVI_ARGS(to->text));
	row = advi_vec_new(&site_of(reader)->mirrors);
	row->from = advi_arena_dup(reader->arena, shown);
	row->to = text;
	return 0;
}

/* A map from a channel or a host to one mirror, or to several in the order they are tried. */
static int read_mirrors(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	int r = 0;

	for (const struct advi_yaml_node *from = map->first; from && r == 0; from = from->next) {
		if (from->kind == ADVI_YAML_SCALAR)
			r = add_mirror(reader, from, from);
		else if (from->kind != ADVI_YAML_LIST || !from->first)
			r = advi_yaml_fail(reader->yaml, from->line, reader->err,
					   "'%.*s' takes a list of mirrors", ADVI_ARGS(from->key));
		else
			for (const struct advi_yaml_node *to = from->first; to && r == 0;
			     to = to->next)
				r = add_mirror(reader, from, to);
	}
	return r;
}

static int read_alias(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	site_of(reader)->channel_alias = advi_arena_str(reader->arena, value->text);
	if (advi_is_url(site_of(reader)->channel_alias))
		return 0;
	return advi_yaml_fail(reader->yaml, value->line, reader->err,
			      "'channel_alias' takes a URL, not '%.*s'", ADVI_ARGS(value->text));
}

static const char *const platforms[] = {"linux-64", "linux-aarch64", "linux-ppc64le", NULL};
static const char *const priorities[] = {"strict", "flexible", "disabled", NULL};

static const struct advi_yaml_row rows[] = {
	{.key = "schema", .type = ADVI_YAML_TEXT, .read = read_schema},
	{.key = "name", .type = ADVI_YAML_TEXT, .required = true, .offset = DRAFT(site.name)},
	{.key = "timezone", .type = ADVI_YAML_TEXT, .offset = DRAFT(site.timezone)},
	{.key = "places", .type = ADVI_YAML_ITEMS, .required = true, .read = read_places},
	{.key = "aliases", .type = ADVI_YAML_ITEMS, .read = read_aliases},
	{.key = "base", .type = ADVI_YAML_KEYS, .read = read_base},
	{.key = "base_prefix", .type = ADVI_YAML_TEXT, .read = read_base_prefix},
	{.key = "base_packages", .type = ADVI_YAML_WORDS, .read = read_base_packages},
	{.key = "channels", .type = ADVI_YAML_WORDS, .read = read_channels},
	{.key = "channel_alias", .type = ADVI_YAML_TEXT, .read = read_alias},
	{.key = "mirrors", .type = ADVI_YAML_KEYS, .read = read_mirrors},
	{.key = "channel_priority",
	 .type = ADVI_YAML_TEXT,
	 .words = priorities,
	 .offset = DRAFT(site.channel_priority)},
	{.key = "platform",
	 .type = ADVI_YAML_TEXT,
	 .words = platforms,
	 .offset = DRAFT(site.platform)},
	{.key = "virtual_packages", .type = ADVI_YAML_KEYS, .read = read_virtuals},
	{.key = "node_types", .type = ADVI_YAML_ITEMS, .read = advi_site_read_node_types},
	{.key = "pythons", .type = ADVI_YAML_WORDS, .read = advi_site_read_pythons},
	{.key = "pins", .type = ADVI_YAML_WORDS, .read = read_pins},
	{.key = "never", .type = ADVI_YAML_WORDS, .read = read_never},
	{.key = "always", .type = ADVI_YAML_WORDS, .read = read_always},
	{.key = "by_module", .type = ADVI_YAML_WORDS, .read = read_by_module},
	{.key = "imports", .type = ADVI_YAML_KEYS, .read = read_imports},
	{.key = "domains", .type = ADVI_YAML_KEYS, .read = advi_site_read_domains},
	{.key = "domains_file", .type = ADVI_YAML_TEXT, .offset = DRAFT(domains_file)},
	{.key = "imports_file", .type = ADVI_YAML_TEXT, .offset = DRAFT(imports_file)},
	{.key = "budget", .type = ADVI_YAML_KEYS, .read = read_budget},
	{.key = "quotas", .type = ADVI_YAML_ITEMS, .read = advi_site_read_quotas},
	{.key = "policy", .type = ADVI_YAML_KEYS, .read = advi_site_read_policy},
	{.key = "privacy", .type = ADVI_YAML_KEYS, .read = read_privacy},
	{.key = "file_system", .type = ADVI_YAML_KEYS, .read = read_file_system},
};

int advi_site_read_rows(struct advi_yaml_reader *reader)
{
	return advi_yaml_rows(reader, reader->yaml->root, "a site recipe", rows, ADVI_COUNT(rows));
}
