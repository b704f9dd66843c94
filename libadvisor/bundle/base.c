/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading what a layer stands on. */
#include "bundle/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "conda/prefix.h"
#include "io/archive.h"
#include "io/file.h"

#define SUFFIX ".manifest.json"

enum { MANIFEST_BYTES = 1 << 30 };

void advi_base_clear(struct advi_base *base)
{
	advi_vec_clear(&base->records);
	advi_package_clear(&base->python);
	advi_manifest_clear(&base->manifest);
	advi_map_clear(&base->known);
	advi_vec_clear(&base->files);
	advi_arena_clear(&base->arena);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct advi_record *)a)->name, ((const struct advi_record *)b)->name);
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void advi_base_fingerprint(const struct advi_record *const *records, size_t count,
			   char hex[ADVI_HEX_SIZE])
{
	ADVI_AUTO_PTR char **lines = advi_calloc(count + 1, sizeof(*lines));
	struct advi_digest *digest = advi_digest_new("SHA256");

	for (size_t i = 0; i < count; i++)
		lines[i] = advi_format("%s %s %s %s\n", records[i]->name, records[i]->version,
				       records[i]->build,
				       records[i]->sha256 ? records[i]->sha256 : "-");
	if (count > 1)
		qsort(lines, count, sizeof(*lines), by_line);
	for (size_t i = 0; i < count; i++) {
		advi_digest_add(digest, advi_str(lines[i]));
		free(lines[i]);
	}
	advi_digest_end(digest, hex);
}

const struct advi_record *advi_base_record(const struct advi_base *base, struct advi_str name)
{
	ADVI_AUTO_PTR char *text = advi_str_dup(name);
	const struct advi_record key = {.name = text};

	return bsearch(&key, base->records.at, base->records.count, sizeof(key), by_name);
}

static void settle(struct advi_base *base)
{
	ADVI_AUTO_PTR const struct advi_record **all =
		advi_calloc(base->records.count + 1, sizeof(*all));
	const struct advi_record *python;

	advi_vec_sort(&base->records, by_name);
	for (size_t i = 0; i < base->records.count; i++)
		all[i] = &base->records.at[i];
	advi_base_fingerprint(all, base->records.count, base->fingerprint);
	python = advi_base_record(base, ADVI_STR("python"));
	if (python)
		advi_record_copy(&base->python.record, python, &base->python.arena);
}

/* --- an image --- */

/* The one manifest in a folder. */
static int find_manifest(const char *folder, char **path, struct adv_err *err)
{
	DIR *open_folder = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	if (!open_folder)
		return advi_fail_errno(err, "can't read the folder '%s'", folder);
	while ((entry = readdir(open_folder))) {
		if (!advi_str_ends(advi_str(entry->d_name), ADVI_STR(SUFFIX)) ||
		    entry->d_name[0] == '.')
			continue;
		count++;
		free(*path);
		*path = advi_path_join(folder, entry->d_name);
	}
	closedir(open_folder);
	if (count == 1)
		return 0;
	return advi_fail(err, ADV_EINPUT,
			 "'%s' is neither an installed environment nor a folder with one image",
			 folder);
}

static int manifest_of(const char *path, char **out, struct adv_err *err)
{
	struct stat info;

	if (advi_str_ends(advi_str(path), ADVI_STR(SUFFIX)))
		*out = advi_strdup(path);
	else if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
		return find_manifest(path, out, err);
	else
		*out = advi_manifest_path(path);
	return advi_path_exists(*out)
		       ? 0
		       : advi_fail(err, ADV_EINPUT,
				   "there is no '%s'; a base is an image with its manifest beside "
				   "it, that manifest, or the folder of an installed environment",
				   *out);
}

static void take_packages(struct advi_base *base)
{
	for (size_t i = 0; i < base->manifest.packages.count; i++) {
		const struct advi_manifest_package *package = &base->manifest.packages.at[i];

		advi_vec_push(&base->records,
			      ((struct advi_record){
				      .name = package->name,
				      .version = package->version,
				      .build = package->build,
				      .sha256 = package->sha256,
				      .depends = package->depends,
				      .constrains = package->constrains,
				      .python_site_packages_path = package->site_packages,
			      }));
	}
}

static int read_image(struct advi_base *base, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *file = NULL;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	const struct advi_manifest *manifest = &base->manifest;
	int r = manifest_of(path, &file, err);

	if (r == 0)
		r = advi_file_read(&text, file, err);
	if (r == 0)
		r = advi_manifest_read(&base->manifest, advi_buf_str(&text), file, err);
	if (r < 0)
		return r;
	if (manifest->layer.prefix)
		return advi_fail(err, ADV_EINPUT,
				 "'%s' is a layer itself; name what it stands on: '%s'", path,
				 manifest->layer.base_name);
	if (!manifest->fingerprint || !manifest->image_sha256)
		return advi_fail(
			err, ADV_EINPUT,
			"'%s' does not tell what a layer must know of its base; build that "
			"image anew",
			file);
	base->name = manifest->name;
	base->prefix = manifest->mount;
	base->image_sha256 = manifest->image_sha256;
	base->image = advi_arena_str(&base->arena,
				     (struct advi_str){file, strlen(file) - (sizeof(SUFFIX) - 1)});
	if (!advi_path_exists(base->image))
		base->image = NULL;
	take_packages(base);
	return 0;
}

static bool find_in_manifest(const struct advi_base *base, struct advi_str path,
			     struct advi_tree_file *out)
{
	const struct advi_map_entry *slot = advi_map_get(&base->manifest.index, path);
	const struct advi_manifest_entry *entry;

	if (!slot)
		return false;
	entry = &base->manifest.entries.at[slot->number];
	*out = (struct advi_tree_file){
		.kind = entry->kind,
		.executable = entry->mode & 0100,
		.link = entry->link,
		.elf = entry->elf,
	};
	return true;
}

/* --- one that is installed --- */

static int read_installed(struct advi_base *base, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(PATH_MAX);
	struct advi_listing listing = {0};
	const char *last;
	int r;

	if (path[0] != '/' ||
	    advi_member_path(&clean, advi_str(path + strspn(path, "/")), NULL) < 0 || !clean.len)
		return advi_fail(
			err, ADV_EUSAGE,
			"the environment '%s' is the prefix of what stands on it; name its "
			"absolute path, without '..'",
			path);
	r = advi_prefix_read(&listing, path, NULL, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < listing.packages.count; i++)
		advi_record_copy(advi_vec_new(&base->records), &listing.packages.at[i].record,
				 &base->arena);
	advi_listing_clear(&listing);
	base->prefix = base->folder =
		advi_arena_printf(&base->arena, "/%.*s", ADVI_ARGS(advi_buf_str(&clean)));
	last = strrchr(base->prefix, '/');
	base->name = last + 1;
	return 0;
}

static const struct advi_elf *object_at(struct advi_base *base, int in, const char *path,
					const struct stat *info)
{
	int fd = openat(in, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct advi_elf *elf = NULL, found;

	if (fd < 0)
		return NULL;
	if (advi_elf_file(&found, &base->arena, fd, (uint64_t)info->st_size) == ADVI_ELF_READ) {
		elf = advi_arena_alloc(&base->arena, sizeof(*elf));
		*elf = found;
	}
	close(fd);
	return elf;
}

static bool look(struct advi_base *base, const char *path, struct advi_tree_file *out)
{
	ADVI_AUTO_PTR char *full = advi_path_join(base->folder, path);
	char text[PATH_MAX];
	struct stat info;
	ssize_t length;

	*out = (struct advi_tree_file){0};
	if (lstat(full, &info) < 0)
		return false;
	if (S_ISDIR(info.st_mode)) {
		out->kind = ADVI_NODE_FOLDER;
	} else if (S_ISLNK(info.st_mode)) {
		length = readlink(full, text, sizeof(text));
		if (length <= 0)
			return false;
		out->kind = ADVI_NODE_LINK;
		out->link = advi_arena_str(&base->arena, (struct advi_str){text, (size_t)length});
	} else {
		out->kind = ADVI_NODE_FILE;
		out->executable = info.st_mode & 0100;
		if (S_ISREG(info.st_mode))
			out->elf = object_at(base, AT_FDCWD, full, &info);
	}
	return true;
}

/* Nothing is to be found at index 0. */
static bool find_installed(struct advi_base *base, struct advi_str path, struct advi_tree_file *out)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&base->known, path, &is_new);
	struct advi_tree_file file;

	if (is_new && look(base, entry->key.ptr, &file)) {
		advi_vec_push(&base->files, file);
		entry->number = base->files.count;
	}
	if (entry->number)
		*out = base->files.at[entry->number - 1];
	return entry->number != 0;
}

/* --- both --- */

bool advi_base_find(struct advi_base *base, struct advi_str path, struct advi_tree_file *out)
{
	return base->folder ? find_installed(base, path, out) : find_in_manifest(base, path, out);
}

int advi_base_digest(struct advi_base *base, const char *path, char hex[ADVI_HEX_SIZE],
		     struct adv_err *err)
{
	const struct advi_map_entry *slot;

	if (base->folder) {
		ADVI_AUTO_PTR char *full = advi_path_join(base->folder, path);

		return advi_digest_file("SHA256", full, hex, err);
	}
	slot = advi_map_get(&base->manifest.index, advi_str(path));
	hex[0] = '\0';
	if (slot && base->manifest.entries.at[slot->number].sha256)
		snprintf(hex, ADVI_HEX_SIZE, "%s", base->manifest.entries.at[slot->number].sha256);
	return 0;
}

int advi_base_read(struct advi_base *base, const char *path, struct adv_err *err)
{
	int r = advi_prefix_is(path) ? read_installed(base, path, err)
				     : read_image(base, path, err);

	if (r < 0)
		return advi_while(err, r, "base");
	settle(base);
	return 0;
}
