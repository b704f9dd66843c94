/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read together lie together. */
#include "bundle/gather.h"

#include "bundle/pyc.h"
#include "io/archive.h"

enum { FILE_BYTES = 16 << 20, ALL_BYTES = 256 << 20 };

/* A file that waits for its turn. */
struct gathered {
	uint64_t rank;
	struct advi_package *package;
	struct advi_held held;
};

struct advi_gather {
	const struct advi_map *hot;
	ADVI_VEC(struct gathered) files;
};

/* --- which files --- */

/* What a file takes in memory; 0 when that can't be known. A .pyc is as large as its source. */
static uint64_t bytes_of(const struct advi_layout *layout, const struct advi_node *node)
{
	char source[ADVI_MEMBER_PATH_BYTES];
	const struct advi_node *other;

	if (!node || !node->owner || node->shadowed)
		return 0;
	if (node->owner->type == ADVI_PATH_FILE && node->owner->has_size)
		return node->owner->size ? node->owner->size : 1;
	if (node->owner->type != ADVI_PATH_PYC ||
	    !advi_pyc_source_path(advi_str(node->path), source, sizeof(source)))
		return 0;
	other = advi_layout_find(layout, advi_str(source));
	return other && other->owner && other->owner->has_size ? other->owner->size + 1 : 0;
}

void advi_gather_choose(struct advi_map *out, const struct advi_map *order,
			const struct advi_layout *layout)
{
	uint64_t total = 0;

	for (size_t i = 0; i < order->entries.count; i++) {
		struct advi_str path = order->entries.at[i].key;
		uint64_t bytes = bytes_of(layout, advi_layout_find(layout, path));

		if (!bytes || bytes > FILE_BYTES || total + bytes > ALL_BYTES)
			continue;
		total += bytes;
		advi_map_add(out, path, NULL)->number = i;
	}
}

static bool is_hot(const struct advi_map *hot, const char *path)
{
	return advi_map_get(hot, advi_str(path)) != NULL;
}

/* A .pyc says which source it is of, so that is looked at, too. */
static bool wants_hot(const void *context, const struct advi_path *path)
{
	const struct advi_map *wanted = context;

	return is_hot(wanted, path->target);
}

static void add_sources(struct advi_map *wanted, const struct advi_map *hot)
{
	char source[ADVI_MEMBER_PATH_BYTES];

	for (size_t i = 0; i < hot->entries.count; i++) {
		struct advi_str path = hot->entries.at[i].key;

		advi_map_add(wanted, path, NULL);
		if (advi_pyc_source_path(path, source, sizeof(source)))
			advi_map_add(wanted, advi_str(source), NULL);
	}
}

/* --- in their order --- */

void advi_gather_take(struct advi_gather *gather, struct advi_package *package,
		      struct advi_held *held)
{
	struct advi_map_entry *entry = advi_map_get(gather->hot, advi_str(held->path->target));
	struct gathered *file;

	if (!entry)
		return;
	file = advi_vec_new(&gather->files);
	file->rank = entry->number;
	file->package = package;
	file->held = *held;
	held->data = (struct advi_buf){.cap = held->data.cap};
}

static int by_rank(const void *a, const void *b)
{
	const struct gathered *left = a, *right = b;

	return (left->rank > right->rank) - (left->rank < right->rank);
}

/* Several packages may have a path: what does not win is not written. */
static int write_all(struct advi_gather *gather, struct advi_install *install, struct adv_err *err)
{
	int r = 0;

	advi_vec_sort(&gather->files, by_rank);
	for (size_t i = 0; i < gather->files.count && r == 0; i++) {
		struct gathered *file = &gather->files.at[i];
		struct advi_place place = {.install = install, .package = file->package};

		if (advi_place_open(&place, file->held.path))
			r = advi_place_write(&place, &file->held, err);
		advi_buf_clear(&file->held.data);
	}
	return r;
}

static bool has_hot(const struct advi_package *package, const struct advi_map *hot)
{
	for (size_t i = 0; i < package->paths.count; i++)
		if (is_hot(hot, package->paths.at[i].target))
			return true;
	return false;
}

int advi_gather_install(const struct advi_install *like, struct advi_package **packages,
			size_t count, const struct advi_map *hot, struct adv_err *err)
{
	ADVI_AUTO(map) struct advi_map wanted = {0};
	struct advi_gather gather = {.hot = hot};
	struct advi_install install = *like;
	int r = 0;

	add_sources(&wanted, hot);
	install.wants = wants_hot;
	install.context = &wanted;
	install.gather = &gather;
	for (size_t i = 0; i < count && r == 0; i++)
		if (has_hot(packages[i], hot))
			r = advi_install_package(&install, packages[i], err);
	install.gather = NULL;
	if (r == 0)
		r = write_all(&gather, &install, err);
	for (size_t i = 0; i < gather.files.count; i++)
		advi_buf_clear(&gather.files.at[i].held.data);
	advi_vec_clear(&gather.files);
	return r;
}
