/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading mountinfo (proc(5)), and telling our mounts from others'. */
#include "bundle/stage_mounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "io/file.h"

enum { MOUNTINFO_BYTES = 64 << 20, DIGITS = ADVI_HEX_SIZE - 1 };

/* The fields of a line that matter, unescaped. */
struct line {
	char *device, *root, *path, *type, *source, *options;
};

void advi_mounts_clear(struct advi_mounts *mounts)
{
	advi_vec_clear(&mounts->at);
	advi_arena_clear(&mounts->arena);
}

/* Blanks, newlines and backslashes are written as octal numbers: "\040". */
static void unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' &&
		    at[3] >= '0' && at[3] <= '7') {
			*to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /path rw,noatime master:1 - ext4 /dev/sda1 rw" */
static bool cut_line(struct line *line, char *text)
{
	char *field[64], *rest = text;
	size_t count = 0, dash = 6;

	while (count < ADVI_COUNT(field) && (field[count] = strsep(&rest, " ")))
		count++;
	while (dash < count && strcmp(field[dash], "-") != 0)
		dash++;
	if (dash + 2 >= count)
		return false;
	*line = (struct line){
		.device = field[2],
		.root = field[3],
		.path = field[4],
		.type = field[dash + 1],
		.source = field[dash + 2],
		.options = dash + 3 < count ? field[dash + 3]
					    : field[dash + 2] + strlen(field[dash + 2]),
	};
	unescape(line->root);
	unescape(line->path);
	unescape(line->source);
	return true;
}

/* DIGEST of a text that is 'before' DIGEST 'after', in the arena; else NULL. */
static const char *digest_in(struct advi_arena *arena, const char *text, const char *before,
			     const char *after)
{
	struct advi_str hex = advi_str_from(advi_str(text), strlen(before)), rest;

	if (strncmp(text, before, strlen(before)) != 0 || hex.len < DIGITS)
		return NULL;
	rest = advi_str_from(hex, DIGITS);
	hex.len = DIGITS;
	if (!advi_str_hex(hex, DIGITS) || !advi_str_is(rest, after))
		return NULL;
	return advi_arena_str(arena, hex);
}

/* A loop device tells the file behind it; only root could have set it up. */
static const char *loop_digest(struct advi_mounts *mounts, const struct advi_store *store,
			       const struct line *line)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(8192);
	ADVI_AUTO_PTR char *before = advi_format("%s/", store->own.path);
	ADVI_AUTO_PTR char *file = advi_format("/sys/dev/block/%s/loop/backing_file", line->device);
	struct adv_err ignored = ADV_ERR_INIT;
	const char *digest;

	if (strncmp(line->device, "7:", 2) != 0 || advi_file_read(&text, file, &ignored) < 0)
		return NULL;
	while (text.len && text.ptr[text.len - 1] == '\n')
		text.ptr[--text.len] = '\0';
	digest = digest_in(&mounts->arena, text.ptr, before, ".image");
	/* what cleans scratch folders may have removed the file: the mount holds it */
	return digest ? digest : digest_in(&mounts->arena, text.ptr, before, ".image (deleted)");
}

/* The kernel puts the user who mounted into the options of a FUSE mount. */
static const char *fuse_digest(struct advi_mounts *mounts, const struct advi_store *store,
			       const struct line *line)
{
	ADVI_AUTO_PTR char *before = advi_store_fuse_name(store, "");
	ADVI_AUTO_PTR char *user = advi_format("user_id=%u", (unsigned)geteuid());
	char *rest = line->options;

	for (char *option; (option = strsep(&rest, ","));)
		if (strcmp(option, user) == 0)
			return digest_in(&mounts->arena, line->source, before, "");
	return NULL;
}

/* Only root can mount an overlay, and calls it as it calls its FUSE mounts. */
static const char *overlay_digest(struct advi_mounts *mounts, const struct advi_store *store,
				  const struct line *line)
{
	ADVI_AUTO_PTR char *before = advi_store_fuse_name(store, "");

	return digest_in(&mounts->arena, line->source, before, "");
}

/* A bind mount tells the folder that it shows, from the root of its file system. */
static const char *tree_digest(struct advi_mounts *mounts, const struct advi_store *store,
			       const struct line *line)
{
	const char *last = strrchr(line->root, '/');
	const char *digest = last ? digest_in(&mounts->arena, last, "/", ".tree") : NULL;
	ADVI_AUTO_PTR char *tree = digest ? advi_store_name(digest, "tree") : NULL;
	struct stat own, shown;

	if (!digest || stat(line->path, &shown) < 0 ||
	    fstatat(store->own.fd, tree, &own, AT_SYMLINK_NOFOLLOW) < 0 ||
	    own.st_dev != shown.st_dev || own.st_ino != shown.st_ino)
		return NULL;
	return digest;
}

static void add_line(struct advi_mounts *mounts, const struct advi_store *store,
		     const struct line *line)
{
	static const struct {
		const char *type; /* what the file system's begins with */
		const char *method;
		const char *(*digest)(struct advi_mounts *, const struct advi_store *,
				      const struct line *);
	} kinds[] = {
		{"squashfs", "kernel", loop_digest},
		{"fuse", "fuse", fuse_digest},
		{"overlay", "overlay", overlay_digest},
		{"", "extract", tree_digest},
	};
	struct advi_mounted *mounted = advi_vec_new(&mounts->at);

	mounted->path = advi_arena_dup(&mounts->arena, line->path);
	mounted->what = advi_arena_printf(&mounts->arena, "%s of '%s'", line->type, line->source);
	for (size_t i = 0; i < ADVI_COUNT(kinds) && !mounted->digest; i++) {
		if (strncmp(line->type, kinds[i].type, strlen(kinds[i].type)) != 0)
			continue;
		mounted->method = kinds[i].method;
		mounted->digest = kinds[i].digest(mounts, store, line);
	}
}

int advi_mounts_read(struct advi_mounts *mounts, const struct advi_store *store,
		     struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MOUNTINFO_BYTES);
	int r = advi_file_read(&text, "/proc/self/mountinfo", err);
	char *rest = text.ptr;

	advi_mounts_clear(mounts);
	if (r < 0)
		return r;
	for (char *row; rest && (row = strsep(&rest, "\n"));) {
		struct line line;

		if (cut_line(&line, row))
			add_line(mounts, store, &line);
	}
	return 0;
}

const struct advi_mounted *advi_mounts_at(const struct advi_mounts *mounts, const char *path)
{
	for (size_t i = mounts->at.count; i-- > 0;)
		if (strcmp(mounts->at.at[i].path, path) == 0)
			return &mounts->at.at[i];
	return NULL;
}

const struct advi_mounted *advi_mounts_of(const struct advi_mounts *mounts, const char *digest)
{
	for (size_t i = mounts->at.count; i-- > 0;)
		if (mounts->at.at[i].digest && strcmp(mounts->at.at[i].digest, digest) == 0)
			return &mounts->at.at[i];
	return NULL;
}
