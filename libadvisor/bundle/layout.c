/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands where in an image, and whose it is. */
#include "bundle/layout.h"

#include <stdio.h>

void advi_layout_clear(struct advi_layout *layout)
{
	advi_map_clear(&layout->index);
	advi_vec_clear(&layout->nodes);
	advi_vec_clear(&layout->folders);
	advi_vec_clear(&layout->claims);
	advi_vec_clear(&layout->clobbers);
	advi_arena_clear(&layout->arena);
}

struct advi_node *advi_layout_find(const struct advi_layout *layout, struct advi_str path)
{
	struct advi_map_entry *entry = advi_map_get(&layout->index, path);

	return entry ? &layout->nodes.at[entry->number] : NULL;
}

static struct advi_node *node_of(struct advi_layout *layout, const char *path, bool *is_new)
{
	struct advi_map_entry *entry = advi_map_add(&layout->index, advi_str(path), is_new);

	if (*is_new) {
		entry->number = layout->nodes.count;
		advi_vec_new(&layout->nodes)->path = advi_arena_dup(&layout->arena, path);
	}
	return &layout->nodes.at[entry->number];
}

/* noarch Python: site-packages/ and python-scripts/ go where the set's Python looks. */
static const char *target_of(struct advi_package *package, const struct advi_python *python,
			     const char *source)
{
	static const char site[] = "site-packages/", scripts[] = "python-scripts/";

	if (package->noarch != ADVI_NOARCH_PYTHON)
		return source;
	if (strncmp(source, site, sizeof(site) - 1) == 0)
		return advi_arena_printf(&package->arena, "%s/%s", python->site_packages,
					 source + sizeof(site) - 1);
	if (strncmp(source, scripts, sizeof(scripts) - 1) == 0)
		return advi_arena_printf(&package->arena, "bin/%s", source + sizeof(scripts) - 1);
	return source;
}

static int set_targets(struct advi_package *package, const struct advi_python *python,
		       struct adv_err *err)
{
	if (package->noarch == ADVI_NOARCH_PYTHON && !python->package)
		return advi_fail(
			err, ADV_EINPUT,
			"package '%s' is noarch Python, and no package 'python' is in the set",
			package->record.name);
	for (size_t i = 0; i < package->paths.count; i++)
		package->paths.at[i].target =
			target_of(package, python, package->paths.at[i].source);
	for (size_t i = 0; package->noarch == ADVI_NOARCH_PYTHON && i < package->entries.count;
	     i++) {
		struct advi_path *path = advi_vec_new(&package->paths);

		path->source = package->entries.at[i].command;
		path->target = advi_arena_printf(&package->arena, "bin/%s", path->source);
		path->type = ADVI_PATH_ENTRY;
	}
	return 0;
}

static void place(struct advi_layout *layout, const struct advi_package *package)
{
	for (size_t i = 0; i < package->paths.count; i++) {
		const struct advi_path *path = &package->paths.at[i];
		bool is_new;
		struct advi_node *node = node_of(layout, path->target, &is_new);
		bool folders = !is_new && node->owner->type == ADVI_PATH_FOLDER;

		/* Two folders are one; of a folder and a file the folder stays. */
		if (folders)
			node->contested |= path->type != ADVI_PATH_FOLDER;
		else
			node->contested |= !is_new;
		if (!folders)
			node->owner = path;
		if (path->type == ADVI_PATH_FOLDER)
			node->kind = ADVI_NODE_FOLDER;
	}
}

void advi_layout_place(struct advi_layout *layout, struct advi_package **packages, size_t count)
{
	advi_map_clear(&layout->index);
	layout->nodes.count = 0;
	for (size_t i = 0; i < count; i++)
		place(layout, packages[i]);
}

/* Makes sure that every folder above 'path' is there; what else stands there gives way. */
static void add_folders(struct advi_layout *layout, struct advi_map *seen, const char *path)
{
	struct advi_str whole = advi_str(path);

	for (size_t end = whole.len; end > 0; end--) {
		struct advi_str folder = {path, end};
		struct advi_node *node;
		bool is_new;

		if (path[end] != '/')
			continue;
		advi_map_add(seen, folder, &is_new);
		if (!is_new)
			return;
		node = advi_layout_find(layout, folder);
		if (node && node->kind != ADVI_NODE_FOLDER)
			node->shadowed = true;
	}
}

void advi_layout_fold(struct advi_layout *layout)
{
	struct advi_map seen = {0};

	for (size_t i = 0; i < layout->nodes.count; i++) {
		const struct advi_node *node = &layout->nodes.at[i];

		add_folders(layout, &seen, node->path);
		if (node->kind == ADVI_NODE_FOLDER)
			advi_map_add(&seen, advi_str(node->path), NULL);
	}
	layout->folders.count = 0;
	for (size_t i = 0; i < seen.entries.count; i++)
		advi_vec_push(&layout->folders,
			      advi_arena_str(&layout->arena, seen.entries.at[i].key));
	advi_vec_sort(&layout->folders, advi_cmp_cstr);
	advi_map_clear(&seen);
}

int advi_layout_make(struct advi_layout *layout, struct advi_package **packages, size_t count,
		     struct adv_err *err)
{
	int r = advi_python_find(&layout->python, packages, count, err);

	for (size_t i = 0; i < count && r == 0; i++)
		r = set_targets(packages[i], &layout->python, err);
	if (r == 0)
		advi_layout_place(layout, packages, count);
	return r;
}

void advi_layout_forget(struct advi_layout *layout)
{
	for (size_t i = 0; i < layout->nodes.count; i++)
		layout->nodes.at[i].written = false;
	layout->claims.count = 0;
}

void advi_layout_add(struct advi_layout *layout, const char *path)
{
	bool is_new;

	node_of(layout, path, &is_new);
}

void advi_layout_claim(struct advi_layout *layout, const struct advi_node *node,
		       const char *package, const struct advi_path *path, const char *print)
{
	struct advi_claim *claim = advi_vec_new(&layout->claims);

	claim->node = (size_t)(node - layout->nodes.at);
	claim->package = package;
	claim->path = path;
	snprintf(claim->print, sizeof(claim->print), "%s", print);
}

/* The claim of each contested node's owner, as index + 1 into claims. */
static size_t *find_winners(const struct advi_layout *layout)
{
	size_t *winners = advi_calloc(layout->nodes.count, sizeof(*winners));

	for (size_t i = 0; i < layout->claims.count; i++) {
		const struct advi_claim *claim = &layout->claims.at[i];
		const struct advi_node *node = &layout->nodes.at[claim->node];

		if (node->owner == claim->path && !node->shadowed)
			winners[claim->node] = i + 1;
	}
	return winners;
}

static int by_path_and_loser(const void *a, const void *b)
{
	const struct advi_clobber *left = a, *right = b;
	int order = strcmp(left->path, right->path);

	return order ? order : strcmp(left->loser, right->loser);
}

void advi_layout_settle(struct advi_layout *layout)
{
	ADVI_AUTO_PTR size_t *winners = find_winners(layout);

	for (size_t i = 0; i < layout->claims.count; i++) {
		const struct advi_claim *claim = &layout->claims.at[i];
		const struct advi_claim *winner =
			winners[claim->node] ? &layout->claims.at[winners[claim->node] - 1] : NULL;
		struct advi_clobber *clobber;

		if (winner && strcmp(winner->print, claim->print) == 0)
			continue;
		clobber = advi_vec_new(&layout->clobbers);
		clobber->path = layout->nodes.at[claim->node].path;
		clobber->winner = winner ? winner->package : NULL;
		clobber->loser = claim->package;
	}
	advi_vec_sort(&layout->clobbers, by_path_and_loser);
}
