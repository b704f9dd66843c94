/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What pip installed into a prefix: the *.dist-info and *.egg-info of site-packages (PEP 376, core
 * metadata), which conda does not see. What is damaged is known by the name of its folder.
 */
#include <dirent.h>

#include "base/buf.h"
#include "conda/prefix.h"
#include "io/file.h"

enum { METADATA_BYTES = 16 << 20, IMPORTS_MOST = 4000 };

static const struct {
	struct advi_str suffix;
	const char *metadata; /* within the folder */
} kinds[] = {
	{{".dist-info", 10}, "METADATA"},
	{{".egg-info", 9}, "PKG-INFO"},
};

static const struct advi_str packages = {"/site-packages/", 15};

struct advi_str advi_distinfo_of(struct advi_str path)
{
	size_t at = advi_str_search(path, packages), end;
	struct advi_str rest = advi_str_from(path, at + packages.len), name;

	name = (struct advi_str){rest.ptr, advi_str_find(rest, '/')};
	end = path.len - rest.len + name.len;
	for (size_t i = 0; at < path.len && i < ADVI_COUNT(kinds); i++)
		if (advi_str_ends(name, kinds[i].suffix))
			return (struct advi_str){path.ptr, end};
	return (struct advi_str){"", 0};
}

/* --- the content of one --- */

/* "Name: numpy" among the headers, which end at an empty line. */
static struct advi_str header(struct advi_str text, struct advi_str key)
{
	struct advi_str line;

	while (advi_str_split(&text, '\n', &line) && advi_str_trim(line).len)
		if (advi_str_starts(line, key))
			return advi_str_trim(advi_str_from(line, key.len));
	return (struct advi_str){"", 0};
}

/* "name-1.2.dist-info", "name-1.2-py3.11.egg-info": names hold no '-' here, versions neither. */
static void by_folder(struct advi_str folder, struct advi_str *name, struct advi_str *version)
{
	for (size_t i = 0; i < ADVI_COUNT(kinds); i++)
		if (advi_str_ends(folder, kinds[i].suffix))
			folder.len -= kinds[i].suffix.len;
	*name = (struct advi_str){folder.ptr, advi_str_find(folder, '-')};
	folder = advi_str_from(folder, name->len + 1);
	*version = (struct advi_str){folder.ptr ? folder.ptr : "", advi_str_find(folder, '-')};
}

static bool is_module(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!((text.ptr[i] | 32) >= 'a' && (text.ptr[i] | 32) <= 'z') &&
		    !(text.ptr[i] >= '0' && text.ptr[i] <= '9') && text.ptr[i] != '_')
			return false;
	return text.len > 0 && text.len < 200 && !advi_str_is(text, "__pycache__");
}

/* The module that a line of RECORD, "numpy/core.py,sha256=...,12", belongs to. */
static struct advi_str module_of(struct advi_str line)
{
	struct advi_str path = {line.ptr, advi_str_find(line, ',')};
	size_t slash = advi_str_find(path, '/');
	struct advi_str first = {path.ptr, slash};

	if (slash == path.len && !advi_str_ends(path, ADVI_STR(".py")) &&
	    !advi_str_ends(path, ADVI_STR(".so")))
		return (struct advi_str){"", 0};
	if (slash == path.len)
		first.len = advi_str_find(path, '.');
	return is_module(first) ? first : (struct advi_str){"", 0};
}

static int by_text(const void *a, const void *b)
{
	return advi_str_cmp(((const struct advi_map_entry *)a)->key,
			    ((const struct advi_map_entry *)b)->key);
}

/* What can be imported of it: top_level.txt, or the files that RECORD lists. */
static struct advi_list imports_of(struct advi_arena *arena, const char *folder)
{
	static const char *const files[] = {"top_level.txt", "RECORD"};
	struct advi_map names = {0};
	const char **at;
	size_t count;

	for (size_t i = 0; i < ADVI_COUNT(files) && !names.entries.count; i++) {
		ADVI_AUTO_PTR char *path = advi_path_join(folder, files[i]);
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(METADATA_BYTES);
		struct advi_str rest, line;

		if (advi_file_read(&text, path, NULL) < 0)
			continue;
		rest = advi_buf_str(&text);
		while (advi_str_split(&rest, '\n', &line) && names.entries.count < IMPORTS_MOST) {
			line = advi_str_trim(line);
			if (i > 0)
				line = module_of(line);
			if (is_module(line))
				advi_map_add(&names, line, NULL);
		}
	}
	count = names.entries.count;
	at = advi_arena_alloc(arena, (count ? count : 1) * sizeof(*at));
	advi_vec_sort(&names.entries, by_text);
	for (size_t i = 0; i < count; i++)
		at[i] = advi_arena_str(arena, names.entries.at[i].key);
	advi_map_clear(&names);
	return (struct advi_list){at, count};
}

/* --- folders --- */

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

typedef int each_fn(void *context, const char *folder, const char *name, struct adv_err *err);

/* Calls 'each' for the names in a folder, in byte order; a folder that is not there has none. */
static int each_name(const char *folder, each_fn *each, void *context, struct adv_err *err)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, not_dots, by_bytes), r = 0;

	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = each(context, folder, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

struct search {
	struct advi_listing *out;
	const struct advi_map *owned;
	size_t root; /* bytes of the prefix and the slash behind it */
};

static int add(struct search *search, const char *path, const char *metadata, struct adv_err *err)
{
	const struct advi_listing_place place = {path, 0};
	const char *folder = strrchr(path, '/') + 1;
	ADVI_AUTO_PTR char *inside = advi_path_join(path, metadata);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(METADATA_BYTES);
	struct advi_str name, version;
	int r;

	/* The egg-info of distutils is a file itself. */
	if (advi_file_read(&text, inside, NULL) < 0) {
		advi_buf_clear(&text);
		advi_file_read(&text, path, NULL);
	}
	name = header(advi_buf_str(&text), ADVI_STR("Name:"));
	version = header(advi_buf_str(&text), ADVI_STR("Version:"));
	if (!name.len || !version.len)
		by_folder(advi_str(folder), &name, &version);
	/* pip keeps what it could not remove as "~ame". */
	if (!name.len || name.ptr[0] == '~')
		return 0;
	r = advi_listing_add_pip_package(search->out, name, version, &place, err);
	if (r == 0)
		search->out->pip.at[search->out->pip.count - 1].imports =
			imports_of(&search->out->arena, path);
	return r;
}

static int each_distribution(void *context, const char *folder, const char *name,
			     struct adv_err *err)
{
	struct search *search = context;
	ADVI_AUTO_PTR char *path = advi_path_join(folder, name);

	for (size_t i = 0; i < ADVI_COUNT(kinds); i++)
		if (advi_str_ends(advi_str(name), kinds[i].suffix) &&
		    !advi_map_get(search->owned, advi_str(path + search->root)))
			return add(search, path, kinds[i].metadata, err);
	return 0;
}

/* lib/python3.11, but not lib/python3.1, a link to it. */
static int each_python(void *context, const char *folder, const char *name, struct adv_err *err)
{
	ADVI_AUTO_PTR char *python = advi_path_join(folder, name);
	ADVI_AUTO_PTR char *site = advi_path_join(python, "site-packages");
	struct stat info;

	if (strncmp(name, "python", 6) != 0 || lstat(python, &info) < 0 || !S_ISDIR(info.st_mode))
		return 0;
	return each_name(site, each_distribution, context, err);
}

int advi_distinfo_read(struct advi_listing *out, const char *prefix, const struct advi_map *owned,
		       struct adv_err *err)
{
	ADVI_AUTO_PTR char *lib = advi_path_join(prefix, "lib");
	struct search search = {out, owned, strlen(lib) - strlen("lib")};

	return each_name(lib, each_python, &search, err);
}
