/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening an image and its manifest through one handle: a pair, whatever is published meanwhile. */
#include "bundle/stage_source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "io/file.h"
#include "io/json_scan.h"

#define SUFFIX ".manifest.json"

enum { LINKS = 40, MANIFEST_BYTES = 1 << 30 };

/* The one name in a folder that has a manifest beside it. */
static int find_image(struct advi_stage_source *source, const char *path, struct adv_err *err)
{
	int fd = openat(source->folder.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t count = 0;

	if (!folder) {
		if (fd >= 0)
			close(fd);
		return advi_fail_errno(err, "can't read the folder '%s'", path);
	}
	while ((entry = readdir(folder))) {
		struct advi_str name = advi_str(entry->d_name);

		if (!advi_str_ends(name, ADVI_STR(SUFFIX)) || name.ptr[0] == '.')
			continue;
		count++;
		free(source->name);
		name.len -= sizeof(SUFFIX) - 1;
		source->name = advi_str_dup(name);
	}
	closedir(folder);
	if (count == 1)
		return 0;
	return advi_fail(err, ADV_EINPUT, "folder '%s' holds %s image with a manifest%s", path,
			 count ? "more than one" : "no", count ? "; name one" : "");
}

static int open_link(struct advi_stage_source *source, const char *path, unsigned links,
		     struct adv_err *err);

/* Opens what 'path' names, which may be a link; who owns the folder decides where a link goes. */
static int open_path(struct advi_stage_source *source, const char *path, unsigned links,
		     struct adv_err *err)
{
	struct stat info;
	int r;

	advi_folder_clear(&source->folder);
	free(advi_take(source->name));
	r = advi_folder_open_above(&source->folder, &source->name, path, ADVI_TRUST_PUBLISHED,
				   false, err);
	if (r < 0)
		return r;
	if (fstatat(source->folder.fd, source->name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
		r = advi_fail_errno(err, "can't open image '%s'", path);
		return errno == ENOENT ? ADV_EINPUT : r;
	}
	if (S_ISLNK(info.st_mode))
		return open_link(source, path, links, err);
	if (!S_ISDIR(info.st_mode))
		return 0;
	advi_folder_clear(&source->folder);
	r = advi_folder_open(&source->folder, path, ADVI_TRUST_PUBLISHED, false, err);
	return r < 0 ? r : find_image(source, path, err);
}

static int open_link(struct advi_stage_source *source, const char *path, unsigned links,
		     struct adv_err *err)
{
	char text[PATH_MAX];
	ssize_t length;
	struct stat above, info;
	ADVI_AUTO_PTR char *next = NULL;

	if (fstat(source->folder.fd, &above) < 0 ||
	    fstatat(source->folder.fd, source->name, &info, AT_SYMLINK_NOFOLLOW) < 0)
		return advi_fail_errno(err, "can't open image '%s'", path);
	if ((above.st_mode & S_IWOTH) && info.st_uid != 0 && info.st_uid != geteuid())
		return advi_fail(err, ADV_EENV, "'%s' is a link of user %u, and not followed", path,
				 (unsigned)info.st_uid);
	length = readlinkat(source->folder.fd, source->name, text, sizeof(text) - 1);
	if (length <= 0 || links >= LINKS)
		return advi_fail(err, ADV_EINPUT, "the link '%s' can't be followed", path);
	text[length] = '\0';
	next = text[0] == '/' ? advi_strdup(text) : advi_format("%s/%s", source->folder.path, text);
	return open_path(source, next, links + 1, err);
}

int advi_stage_source_open(struct advi_stage_source *source, const char *image, struct adv_err *err)
{
	struct advi_str text = advi_str(image);
	ADVI_AUTO_PTR char *plain = NULL;
	struct stat info;
	int r;

	while (text.len > 1 && text.ptr[text.len - 1] == '/')
		text.len--;
	/* "." ends in no name */
	plain = advi_str_dup(text);
	if (strcmp(plain, ".") == 0 || strcmp(plain, "..") == 0 || strcmp(plain, "/") == 0 ||
	    advi_str_ends(text, ADVI_STR("/.")) || advi_str_ends(text, ADVI_STR("/.."))) {
		r = advi_folder_open(&source->folder, plain, ADVI_TRUST_PUBLISHED, false, err);
		if (r == 0)
			r = find_image(source, plain, err);
	} else {
		r = open_path(source, plain, 0, err);
	}
	if (r < 0)
		return r;
	source->path = advi_format("%s/%s", source->folder.path, source->name);
	r = advi_folder_file(&source->fd, &info, &source->folder, source->name,
			     ADVI_TRUST_PUBLISHED, err);
	if (r == 0)
		advi_stamp_of(&source->stamp, &info);
	return r;
}

void advi_stage_source_clear(struct advi_stage_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
	advi_folder_clear(&source->folder);
	free(advi_take(source->name));
	free(advi_take(source->path));
	advi_arena_clear(&source->arena);
}

static void read_numbers(struct advi_json *json, const char *const *keys, uint64_t *const *to,
			 size_t count)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < count && !advi_str_is(key, keys[i]))
			i++;
		if (i < count)
			advi_json_u64(json, to[i]);
		else
			advi_json_skip(json);
	}
}

static void read_counts(struct advi_stage_source *source, struct advi_json *json)
{
	static const char *const keys[] = {"bytes", "files", "folders"};
	uint64_t folders = 0;
	uint64_t *const to[] = {&source->tree_bytes, &source->tree_files, &folders};

	read_numbers(json, keys, to, ADVI_COUNT(keys));
	if (__builtin_add_overflow(source->tree_files, folders, &source->tree_files))
		advi_json_fail(json, "'counts' are too large");
}

static void read_image(struct advi_stage_source *source, struct advi_json *json)
{
	struct advi_str key, text;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		const char **to = advi_str_is(key, "sha256") ? &source->digest
				  : advi_str_is(key, "xxh3") ? &source->xxh3
							     : NULL;

		if (advi_str_is(key, "bytes"))
			advi_json_u64(json, &source->bytes);
		else if (!to)
			advi_json_skip(json);
		else if (advi_json_string(json, &text))
			*to = advi_arena_str(&source->arena, text);
	}
}

static void read_prefixes(struct advi_stage_source *source, struct advi_json *json)
{
	static const char *const keys[] = {"binary", "compiled", "scripts", "text"};
	uint64_t counts[ADVI_COUNT(keys)] = {0};
	uint64_t *const to[] = {&counts[0], &counts[1], &counts[2], &counts[3]};

	read_numbers(json, keys, to, ADVI_COUNT(keys));
	source->named = 0;
	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (__builtin_add_overflow(source->named, counts[i], &source->named))
			advi_json_fail(json, "counts of 'prefix' are too large");
}

/* What staging needs; the thousands of files are passed over. */
static bool read_head(struct advi_stage_source *source, struct advi_json *json)
{
	const char *schema = NULL;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"name", &source->title},
		     {"mount", &source->mount},
		     {"format", &source->format},
		     {"fingerprint", &source->fingerprint},
		     {"schema", &schema}};
	struct advi_str key, text;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(texts) && !advi_str_is(key, texts[i].key))
			i++;
		if (i < ADVI_COUNT(texts)) {
			if (advi_json_string(json, &text))
				*texts[i].to = advi_arena_str(&source->arena, text);
		} else if (advi_str_is(key, "counts")) {
			read_counts(source, json);
		} else if (advi_str_is(key, "image")) {
			read_image(source, json);
		} else if (advi_str_is(key, "layer")) {
			advi_manifest_read_layer(json, &source->arena, &source->layer);
		} else if (advi_str_is(key, "prefix")) {
			read_prefixes(source, json);
		} else if (advi_str_is(key, "relocatable")) {
			advi_json_bool(json, &source->relocatable);
		} else {
			advi_json_skip(json);
		}
	}
	return advi_json_end(json) && schema && strcmp(schema, "advisor.manifest/1") == 0 &&
	       source->digest && source->title && source->mount && source->format &&
	       advi_str_hex(advi_str(source->digest), ADVI_HEX_SIZE - 1);
}

int advi_stage_source_read(struct advi_stage_source *source, struct adv_err *err)
{
	ADVI_AUTO_PTR char *name = advi_format("%s" SUFFIX, source->name);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	struct advi_json json;
	struct stat info;
	char again[32];
	bool fine;
	int fd, r;

	r = advi_folder_file(&fd, &info, &source->folder, name, ADVI_TRUST_PUBLISHED, err);
	if (r < 0)
		return advi_while(err, r, "image '%s' needs its manifest beside it", source->path);
	snprintf(again, sizeof(again), "/proc/self/fd/%d", fd);
	/* in one piece: a large buffer that grows is copied again and again */
	if (info.st_size > 0 && info.st_size < MANIFEST_BYTES)
		advi_buf_room(&text, (size_t)info.st_size + 1);
	r = advi_file_read(&text, again, err);
	close(fd);
	if (r < 0)
		return advi_while(err, r, "reading '%s%s'", source->path, SUFFIX);
	advi_json_init(&json, advi_buf_str(&text));
	fine = read_head(source, &json);
	advi_json_clear(&json);
	if (fine)
		return 0;
	return advi_fail(err, ADV_EINPUT,
			 "'%s%s' is no manifest of an image that can be staged "
			 "(advisor.manifest/1 with the image's digest)",
			 source->path, SUFFIX);
}
