/* SPDX-License-Identifier: BSD-3-Clause */
/* The ways to use a layer with its base: as one tree, or beside it for Python alone. */
#include <limits.h>

#include "bundle/layer.h"

enum { TOLD = 10 };

static const char *const way_names[ADVI_WAYS] = {
	[ADVI_WAY_OVERLAY] = "overlay",
	[ADVI_WAY_PTH] = "pth",
	[ADVI_WAY_PYTHONPATH] = "pythonpath",
};

static bool base_as_tree(void *base, struct advi_str path, struct advi_tree_file *out)
{
	return advi_base_find(base, path, out);
}

/* --- what is against a way --- */

/* The ways without an overlay have most in common. */
static void against(struct advi_layer *layer, const char *text)
{
	advi_vec_push(&layer->ways[ADVI_WAY_PTH].problems, text);
	advi_vec_push(&layer->ways[ADVI_WAY_PYTHONPATH].problems, text);
}

static int by_path(const void *a, const void *b)
{
	return strcmp((*(const struct advi_node *const *)a)->path,
		      (*(const struct advi_node *const *)b)->path);
}

/* Paths that all have one problem; the first are named. */
static const char *text_of(struct advi_layer *layer, const advi_names *paths, const char *what)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TOLD * (PATH_MAX + 8));

	for (size_t i = 0; i < paths->count && i < TOLD; i++)
		advi_buf_printf(&text, "%s'%s'", i ? ", " : "", paths->at[i]);
	if (paths->count > TOLD)
		advi_buf_printf(&text, " and %zu more", paths->count - TOLD);
	return advi_arena_printf(&layer->arena, "%s %s", advi_buf_str(&text).ptr, what);
}

static bool is_loaded(const struct advi_node *node)
{
	struct advi_str path = advi_str(node->path);

	return node->elf || node->mode & 0100 || advi_str_ends(path, ADVI_STR(".py")) ||
	       advi_str_ends(path, ADVI_STR(".pyc")) || advi_str_ends(path, ADVI_STR(".pth"));
}

/* Files that have the mount path in them look for themselves in base. */
static void look_for_prefixes(struct advi_layer *layer, const struct advi_node *const *nodes,
			      size_t count)
{
	advi_names loaded = {0}, other = {0};

	for (size_t i = 0; i < count; i++)
		if (nodes[i]->prefix.use == ADVI_PREFIX_TEXT ||
		    nodes[i]->prefix.use == ADVI_PREFIX_BINARY)
			advi_vec_push(is_loaded(nodes[i]) ? &loaded : &other, nodes[i]->path);
	if (loaded.count)
		against(layer, text_of(layer, &loaded, "with the path of base in it"));
	if (other.count) {
		const char *text = text_of(layer, &other, "with the path of base in it");

		advi_vec_push(&layer->ways[ADVI_WAY_PTH].limits, text);
		advi_vec_push(&layer->ways[ADVI_WAY_PYTHONPATH].limits, text);
	}
	advi_vec_clear(&loaded);
	advi_vec_clear(&other);
}

/* The path that a link of the layer leads to, in 'out'; false when it leaves the tree. */
static bool target_of(const struct advi_node *node, struct advi_buf *out)
{
	struct advi_str rest = advi_str(node->link), part;

	if (rest.ptr[0] == '/')
		return false;
	advi_buf_text(out, node->path);
	for (part = ADVI_STR("..");;) {
		if (advi_str_is(part, "..")) {
			if (!out->len)
				return false;
			while (out->len && out->ptr[--out->len] != '/')
				;
		} else if (part.len && !advi_str_is(part, ".")) {
			if (out->len)
				advi_buf_byte(out, '/');
			advi_buf_add(out, part);
		}
		if (!advi_str_split(&rest, '/', &part))
			return !out->full;
	}
}

static void look_for_links(struct advi_layer *layer, const struct advi_layout *layout,
			   const struct advi_node *const *nodes, size_t count)
{
	advi_names links = {0};

	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(PATH_MAX);
		const struct advi_node *target;
		struct advi_tree_file file;

		if (nodes[i]->kind != ADVI_NODE_LINK || !target_of(nodes[i], &path))
			continue;
		target = advi_layout_find(layout, advi_buf_str(&path));
		if ((!target || !target->written) &&
		    advi_base_find(&layer->base, advi_buf_str(&path), &file) &&
		    file.kind != ADVI_NODE_FOLDER)
			advi_vec_push(&links, nodes[i]->path);
	}
	if (links.count)
		against(layer, text_of(layer, &links, "leading into base"));
	advi_vec_clear(&links);
}

/* --- Python --- */

static bool base_has(struct advi_layer *layer, const char *folder, struct advi_str name,
		     const char *more)
{
	ADVI_AUTO_PTR char *path = advi_format("%s/%.*s%s", folder, ADVI_ARGS(name), more);
	struct advi_tree_file file;

	return advi_base_find(&layer->base, advi_str(path), &file);
}

/* What one top-level name of site-packages would be like beside base. */
static void look_at_name(struct advi_layer *layer, const char *library, struct advi_str name,
			 bool folder, advi_names *split, advi_names *hiding)
{
	struct advi_str stem = name;
	const char *text;

	stem.len = advi_str_find(stem, '.');
	text = advi_arena_str(&layer->arena, name);
	/* a package of base that has its own __init__ is found as a whole, or not at all */
	if (folder && base_has(layer, layer->site_packages, name, "/__init__.py"))
		advi_vec_push(split, text);
	if (base_has(layer, library, stem, ".py") || base_has(layer, library, stem, "/__init__.py"))
		advi_vec_push(hiding, text);
}

static void look_at_modules(struct advi_layer *layer, const struct advi_node *const *nodes,
			    size_t count, const char *library)
{
	advi_names split = {0}, hiding = {0}, lines = {0};
	struct advi_str site = advi_str(layer->site_packages), before = {0};
	size_t modules = 0;

	for (size_t i = 0; i < count; i++) {
		struct advi_str rest = advi_str(nodes[i]->path), name;

		if (!advi_str_starts(rest, site) || rest.ptr[site.len] != '/')
			continue;
		modules++;
		rest = advi_str_from(rest, site.len + 1);
		advi_str_split(&rest, '/', &name);
		if (!rest.len && advi_str_ends(name, ADVI_STR(".pth")))
			advi_vec_push(&lines, nodes[i]->path);
		if (!advi_str_eq(name, before))
			look_at_name(layer, library, name, rest.len > 0, &split, &hiding);
		before = name;
	}
	if (!modules)
		against(layer, "there is nothing in it for Python to import");
	if (split.count)
		against(layer, text_of(layer, &split, "being parts of packages of base"));
	if (hiding.count)
		advi_vec_push(
			&layer->ways[ADVI_WAY_PYTHONPATH].problems,
			text_of(layer, &hiding, "that Python would take in place of its own"));
	if (lines.count)
		advi_vec_push(&layer->ways[ADVI_WAY_PYTHONPATH].problems,
			      text_of(layer, &lines, "that Python does not read there"));
	advi_vec_clear(&split);
	advi_vec_clear(&hiding);
	advi_vec_clear(&lines);
}

static void look_for_modules(struct advi_layer *layer, const struct advi_layout *layout,
			     const struct advi_node *const *nodes, size_t count)
{
	ADVI_AUTO_PTR char *library = NULL;

	if (!layout->python.site_packages) {
		against(layer, "base has no Python");
		return;
	}
	layer->site_packages = layout->python.site_packages;
	library = advi_format("lib/%s", layout->python.name);
	look_at_modules(layer, nodes, count, library);
}

/* --- shared libraries --- */

static void ask_libs(struct advi_layer *layer, const struct advi_layout *layout,
		     const struct advi_node *const *nodes, size_t count, const char *root,
		     struct advi_libs *out)
{
	struct advi_libs_question question = {
		.trees = {{advi_layout_as_tree, (void *)(uintptr_t)layout, root},
			  {base_as_tree, &layer->base, layer->base.prefix}},
		.tree_count = 2,
	};
	ADVI_AUTO_PTR char *python =
		layout->python.name
			? advi_format("%s/bin/%s", layer->base.prefix, layout->python.name)
			: NULL;
	ADVI_AUTO_PTR const char **objects = advi_calloc(count + 1, sizeof(*objects));

	for (size_t i = 0; i < count; i++)
		if (nodes[i]->elf)
			objects[question.object_count++] =
				advi_arena_printf(&layer->arena, "%s/%s", root, nodes[i]->path);
	question.objects = objects;
	question.program = python;
	advi_libs_ask(out, &question);
}

static bool has(const struct advi_libs *libs, const char *soname)
{
	for (size_t i = 0; i < libs->missing.count; i++)
		if (strcmp(libs->missing.at[i].soname, soname) == 0)
			return true;
	return false;
}

static void look_for_libs(struct advi_layer *layer, const struct advi_layout *layout,
			  const struct advi_node *const *nodes, size_t count,
			  struct advi_libs *missing)
{
	struct advi_libs apart = {0};
	size_t told = 0;

	ask_libs(layer, layout, nodes, count, layer->base.prefix, missing);
	ask_libs(layer, layout, nodes, count, layer->elsewhere, &apart);
	for (size_t i = 0; i < apart.missing.count && told < TOLD; i++) {
		const struct advi_missing *library = &apart.missing.at[i];

		if (has(missing, library->soname))
			continue;
		told++;
		against(layer, advi_arena_printf(&layer->arena, "'%s' would not find '%s'",
						 library->needed_by + strlen(layer->elsewhere) + 1,
						 library->soname));
	}
	advi_libs_clear(&apart);
}

void advi_layer_settle(struct advi_layer *layer, const struct advi_layout *layout,
		       struct advi_libs *missing)
{
	ADVI_AUTO_PTR const struct advi_node **nodes =
		advi_calloc(layout->nodes.count + 1, sizeof(*nodes));
	size_t count = 0;

	for (size_t i = 0; i < layout->nodes.count; i++)
		if (layout->nodes.at[i].written)
			nodes[count++] = &layout->nodes.at[i];
	if (count > 1)
		qsort(nodes, count, sizeof(*nodes), by_path);
	look_for_modules(layer, layout, nodes, count);
	look_for_prefixes(layer, nodes, count);
	look_for_links(layer, layout, nodes, count);
	look_for_libs(layer, layout, nodes, count, missing);
}

/* --- the manifest's member --- */

void advi_layer_write(const struct advi_layer *layer, struct advi_jout *out)
{
	const struct advi_base *base = &layer->base;

	advi_jout_key(out, "layer");
	advi_jout_object(out);
	advi_jout_key(out, "base");
	advi_jout_object(out);
	advi_jout_key_text(out, "fingerprint", base->fingerprint);
	advi_jout_key_text(out, "image_sha256", base->image_sha256);
	advi_jout_key_text(out, "name", base->name);
	advi_jout_key_u64(out, "packages", base->records.count);
	advi_jout_key_text(out, "prefix", base->prefix);
	advi_jout_object_end(out);
	advi_jout_key_text(out, "elsewhere", layer->elsewhere);
	advi_jout_key_u64(out, "shared_files", layer->shared);
	advi_jout_key_text(out, "site_packages", layer->site_packages);
	advi_jout_key(out, "ways");
	advi_jout_object(out);
	for (size_t i = 0; i < ADVI_WAYS; i++) {
		const struct advi_layer_way *way = &layer->ways[i];

		advi_jout_key(out, way_names[i]);
		advi_jout_object(out);
		advi_jout_texts(out, "limits", way->limits.at, way->limits.count);
		advi_jout_texts(out, "problems", way->problems.at, way->problems.count);
		advi_jout_key(out, "works");
		advi_jout_bool(out, way->problems.count == 0);
		advi_jout_object_end(out);
	}
	advi_jout_object_end(out);
	advi_jout_object_end(out);
}
