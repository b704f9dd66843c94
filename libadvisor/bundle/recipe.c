/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundle recipes, and plans as a source of packages. */
#include "bundle/recipe.h"

#include "advise/plan.h"
#include "io/digest.h"
#include "io/yaml.h"

struct recipe {
	struct advi_yaml yaml;
	struct advi_source *source;
	const char *path;
	const struct advi_yaml_node *packages_from; /* plan, lockfile or packages: one of them */
	const struct advi_yaml_node *base;          /* of a layer: a lockfile */
};

static int add_package(struct recipe *recipe, const struct advi_yaml_node *node,
		       struct adv_err *err)
{
	struct advi_str from = node->text;
	const char *sha256 = NULL;
	int r;

	if (node->kind == ADVI_YAML_MAP) {
		const struct advi_yaml_node *url = NULL, *digest = NULL;

		for (const struct advi_yaml_node *child = node->first; child; child = child->next) {
			if (child->kind != ADVI_YAML_SCALAR)
				return advi_yaml_fail(&recipe->yaml, child->line, err,
						      "'%s' is text, not %s", child->key.ptr,
						      advi_yaml_what(child));
			if (advi_str_is(child->key, "url") || advi_str_is(child->key, "path"))
				url = child;
			else if (advi_str_is(child->key, "sha256"))
				digest = child;
			else
				return advi_yaml_fail(
					&recipe->yaml, child->key_line, err,
					"a package has 'url' or 'path', and 'sha256', not '%s'",
					child->key.ptr);
		}
		if (!url)
			return advi_yaml_fail(&recipe->yaml, node->line, err,
					      "a package needs 'url' or 'path'");
		from = url->text;
		sha256 = digest ? digest->text.ptr : NULL;
	} else if (node->kind != ADVI_YAML_SCALAR) {
		return advi_yaml_fail(&recipe->yaml, node->line, err,
				      "a package is a URL, a path or a map, not %s",
				      advi_yaml_what(node));
	}
	r = advi_source_add(recipe->source, recipe->path, from, sha256, err);
	return r < 0 ? advi_while(err, r, "'%s', line %u", recipe->path, node->line) : 0;
}

static int add_packages(struct recipe *recipe, const struct advi_yaml_node *node,
			struct adv_err *err)
{
	int r = 0;

	if (node->kind != ADVI_YAML_LIST)
		return advi_yaml_fail(&recipe->yaml, node->line, err,
				      "'packages' is a list, not %s", advi_yaml_what(node));
	for (const struct advi_yaml_node *item = node->first; item && r == 0; item = item->next)
		r = add_package(recipe, item, err);
	return r;
}

/* A file that the recipe names beside itself. */
static const char *named_file(struct recipe *recipe, const struct advi_yaml_node *node)
{
	return advi_source_beside(recipe->source, recipe->path, node->text.ptr);
}

static int add_from(struct recipe *recipe, struct adv_err *err)
{
	const struct advi_yaml_node *from = recipe->packages_from;
	int r;

	if (!from)
		return advi_yaml_fail(&recipe->yaml, recipe->yaml.root->line, err,
				      "one of 'plan', 'lockfile' and 'packages' is needed");
	if (advi_str_is(from->key, "packages"))
		return add_packages(recipe, from, err);
	if (from->kind != ADVI_YAML_SCALAR || !from->text.len)
		return advi_yaml_fail(&recipe->yaml, from->line, err, "'%s' is the name of a file",
				      from->key.ptr);
	r = advi_str_is(from->key, "plan")
		    ? advi_recipe_add_plan(recipe->source, named_file(recipe, from), err)
		    : advi_source_add_lockfile(recipe->source, named_file(recipe, from), err);
	return r < 0 ? advi_while(err, r, "'%s', line %u", recipe->path, from->line) : 0;
}

/* What the packages of a layer stand on. */
static int add_base(struct recipe *recipe, struct adv_err *err)
{
	const struct advi_yaml_node *base = recipe->base;
	int r;

	if (base->kind != ADVI_YAML_SCALAR || !base->text.len)
		return advi_yaml_fail(&recipe->yaml, base->line, err,
				      "'base' is the name of a lockfile");
	recipe->source->base = named_file(recipe, base);
	r = advi_source_add_lockfile(recipe->source, recipe->source->base, err);
	return r < 0 ? advi_while(err, r, "'%s', line %u", recipe->path, base->line) : 0;
}

static int set_specs(struct recipe *recipe, const struct advi_yaml_node *node, struct adv_err *err)
{
	struct advi_arena *arena = &recipe->source->arena;
	const char **specs = advi_arena_alloc(arena, (node->count + 1) * sizeof(*specs));
	size_t count = 0;

	if (node->kind != ADVI_YAML_LIST)
		return advi_yaml_fail(&recipe->yaml, node->line, err, "'specs' is a list, not %s",
				      advi_yaml_what(node));
	for (const struct advi_yaml_node *item = node->first; item; item = item->next) {
		if (item->kind != ADVI_YAML_SCALAR || !item->text.len)
			return advi_yaml_fail(&recipe->yaml, item->line, err,
					      "a spec is text, not %s", advi_yaml_what(item));
		specs[count++] = advi_arena_str(arena, item->text);
	}
	recipe->source->specs = (struct advi_list){specs, count};
	return 0;
}

static int set_text(struct recipe *recipe, const struct advi_yaml_node *node, const char **to,
		    struct adv_err *err)
{
	if (node->kind != ADVI_YAML_SCALAR || !node->text.len)
		return advi_yaml_fail(&recipe->yaml, node->line, err, "'%s' is text, not %s",
				      node->key.ptr, advi_yaml_what(node));
	*to = advi_arena_str(&recipe->source->arena, node->text);
	return 0;
}

static int read_key(struct recipe *recipe, const struct advi_yaml_node *node, struct adv_err *err)
{
	struct advi_source *source = recipe->source;
	const char *schema = NULL;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{"schema", &schema},       {"name", &source->name},
		{"mount", &source->mount}, {"format", &source->format},
		{"codec", &source->codec}, {"platform", &source->platform},
	};

	for (size_t i = 0; i < ADVI_COUNT(texts); i++)
		if (advi_str_is(node->key, texts[i].key))
			return set_text(recipe, node, texts[i].to, err);
	if (advi_str_is(node->key, "level")) {
		if (advi_yaml_u64(node, &source->level) && source->level <= 100)
			return 0;
		return advi_yaml_fail(&recipe->yaml, node->line, err,
				      "'level' is a whole number up to 100");
	}
	if (advi_str_is(node->key, "block_size")) {
		if (advi_yaml_bytes(node, &source->block_bytes) && source->block_bytes <= 1 << 20)
			return 0;
		return advi_yaml_fail(&recipe->yaml, node->line, err,
				      "'block_size' is a size from 4K to 1M, such as 128K");
	}
	if (advi_str_is(node->key, "relocatable")) {
		if (advi_yaml_bool(node, &source->relocatable))
			return 0;
		return advi_yaml_fail(&recipe->yaml, node->line, err,
				      "'relocatable' is true or false");
	}
	if (advi_str_is(node->key, "specs"))
		return set_specs(recipe, node, err);
	if (advi_str_is(node->key, "base")) {
		recipe->base = node;
		return 0;
	}
	if (!advi_str_is(node->key, "plan") && !advi_str_is(node->key, "lockfile") &&
	    !advi_str_is(node->key, "packages"))
		return advi_yaml_fail(
			&recipe->yaml, node->key_line, err,
			"there is no '%s' in a bundle recipe; it has schema, name, mount, "
			"format, codec, platform, level, block_size, relocatable, specs, base, and "
			"one of plan, "
			"lockfile, packages",
			node->key.ptr);
	if (recipe->packages_from)
		return advi_yaml_fail(&recipe->yaml, node->key_line, err,
				      "'%s' and '%s' exclude each other",
				      recipe->packages_from->key.ptr, node->key.ptr);
	recipe->packages_from = node;
	return 0;
}

static int read_root(struct recipe *recipe, struct adv_err *err)
{
	const struct advi_yaml_node *root = recipe->yaml.root;
	const struct advi_yaml_node *schema = advi_yaml_get(root, "schema");
	int r = 0;

	if (!schema || schema->kind != ADVI_YAML_SCALAR ||
	    !advi_str_is(schema->text, "advisor.bundle/1"))
		return advi_yaml_fail(
			&recipe->yaml, schema ? schema->line : 1, err,
			"this is neither a plan nor a bundle recipe; a recipe begins with "
			"'schema: advisor.bundle/1'");
	for (const struct advi_yaml_node *node = root->first; node && r == 0; node = node->next)
		r = read_key(recipe, node, err);
	if (r == 0 && recipe->base)
		r = add_base(recipe, err);
	return r == 0 ? add_from(recipe, err) : r;
}

int advi_recipe_read(struct advi_source *source, const char *path, struct advi_str text,
		     struct adv_err *err)
{
	struct recipe recipe = {.source = source, .path = path};
	int r = advi_yaml_parse(&recipe.yaml, text, path, err);

	if (r == 0)
		r = read_root(&recipe, err);
	advi_yaml_clear(&recipe.yaml);
	return r;
}

static int add_record(struct advi_source *source, const struct advi_record *record,
		      struct adv_err *err)
{
	struct advi_wanted *wanted;

	if (!record->url || !*record->url)
		return advi_fail(err, ADV_EINPUT,
				 "package '%s' has no URL: its channel is not known", record->name);
	wanted = advi_vec_new(&source->wanted);
	advi_record_copy(&wanted->record, record, &source->arena);
	wanted->from = wanted->record.url;
	if (!wanted->record.fn || !*wanted->record.fn) {
		const char *slash = strrchr(wanted->from, '/');

		wanted->record.fn = slash ? slash + 1 : wanted->from;
	}
	return 0;
}

static void copy_specs(struct advi_source *source, const struct adv_plan *plan)
{
	const char **specs =
		advi_arena_alloc(&source->arena, (plan->specs.count + 1) * sizeof(*specs));

	for (size_t i = 0; i < plan->specs.count; i++)
		specs[i] = advi_arena_dup(&source->arena, plan->specs.at[i]);
	source->specs = (struct advi_list){specs, plan->specs.count};
}

int advi_recipe_add_plan(struct advi_source *source, const char *path, struct adv_err *err)
{
	ADV_AUTO(plan) struct adv_plan *plan = NULL;
	char hex[ADVI_HEX_SIZE];
	int r = adv_plan_read(&plan, path, err);

	if (r == 0)
		r = advi_digest_file("SHA256", path, hex, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < plan->environment.count && r == 0; i++)
		r = add_record(source, &plan->environment.at[i], err);
	if (r < 0)
		return advi_while(err, r, "plan '%s'", path);
	copy_specs(source, plan);
	source->plan_sha256 = advi_arena_dup(&source->arena, hex);
	if (!source->name && plan->site)
		source->name = advi_arena_dup(&source->arena, plan->site);
	return 0;
}
