/* SPDX-License-Identifier: BSD-3-Clause */
/* Publishing an image, and going back to the one before. */
#include <advisor/bundle.h>
#include <advisor/publish.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "bundle/checked.h"
#include "bundle/releases.h"
#include "bundle/stage_room.h"
#include "bundle/stage_source.h"
#include "io/file.h"

enum { KEEP = 3, SHORT_DIGITS = 12, TITLE_BYTES = 100 };

static bool fits(char byte, bool first)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '+' || byte == '_' ||
	       (!first && (byte == '.' || byte == '-'));
}

/* NAME-DIGEST: what no file system and no shell stumbles over, for whatever the image is called. */
static char *release_name(const struct advi_stage_source *source)
{
	char title[TITLE_BYTES + 1];
	size_t length = 0;

	for (const char *at = source->title; *at && length < TITLE_BYTES; at++, length++)
		title[length] = fits(*at, length == 0) ? *at : '_';
	title[length] = '\0';
	return advi_format("%s-%.*s", length ? title : "image", SHORT_DIGITS, source->digest);
}

/* Copies one file beside the image; of the image itself the digest must be right. */
static int copy_file(const struct advi_stage_source *source, int to, const char *name,
		     const struct adv_watch *watch, struct adv_err *err)
{
	bool is_image = strcmp(name, source->name) == 0;
	struct advi_checks checks = {.want_sha256 = is_image};
	struct stat info;
	int from, fd, r;

	r = advi_folder_file(&from, &info, &source->folder, name, ADVI_TRUST_PUBLISHED, err);
	if (r < 0)
		return r;
	fd = openat(to, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		r = advi_fail_errno(err, "can't write '%s'", name);
	if (r == 0)
		r = advi_checked_copy(&checks, fd, from, (uint64_t)info.st_size, "publishing", name,
				      watch, err);
	if (r == 0 && is_image && strcmp(checks.sha256, source->digest) != 0)
		r = advi_fail(err, ADV_EINPUT, "image '%s' changed while it was published",
			      source->path);
	/* everybody is to read it, whatever the mask of who publishes */
	if (r == 0 && (fchmod(fd, 0644) < 0 || fsync(fd) < 0))
		r = advi_fail_errno(err, "can't write '%s'", name);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = advi_fail_errno(err, "can't write '%s'", name);
	close(from);
	return r;
}

/* The image, and IMAGE.manifest.json, IMAGE.sig and what else is beside it by its name. */
static int copy_all(const struct advi_stage_source *source, int to, const struct adv_watch *watch,
		    struct adv_err *err)
{
	int fd = openat(source->folder.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	size_t length = strlen(source->name);
	struct dirent *entry;
	int r = 0;

	if (!folder) {
		if (fd >= 0)
			close(fd);
		return advi_fail_errno(err, "can't read the folder '%s'", source->folder.path);
	}
	while (r == 0 && (entry = readdir(folder))) {
		struct stat info;

		if (strncmp(entry->d_name, source->name, length) != 0 ||
		    (entry->d_name[length] != '\0' && entry->d_name[length] != '.') ||
		    fstatat(source->folder.fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(info.st_mode))
			continue;
		r = copy_file(source, to, entry->d_name, watch, err);
	}
	closedir(folder);
	return r;
}

/* Makes the release's folder, which has its name when it is whole and on the disk. */
static int make_release(struct advi_releases *releases, const struct advi_stage_source *source,
			const char *name, const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *part = advi_format(".%s.part", name);
	int in = releases->folder.fd, to, r;

	r = advi_room_check(in, releases->folder.path, source->bytes, 4, err);
	if (r < 0)
		return r;
	if (advi_remove_at(in, part) < 0 || advi_folder_make(in, part) < 0)
		return advi_fail_errno(err, "can't make '%s/%s'", releases->folder.path, part);
	to = openat(in, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = to < 0 ? advi_fail_errno(err, "can't open '%s/%s'", releases->folder.path, part)
		   : copy_all(source, to, watch, err);
	if (r == 0 && fsync(to) < 0 && errno != EINVAL)
		r = advi_fail_errno(err, "can't sync '%s/%s'", releases->folder.path, part);
	if (to >= 0)
		close(to);
	if (r == 0 && renameat(in, part, in, name) < 0)
		r = advi_fail_errno(err, "can't make '%s/%s'", releases->folder.path, name);
	if (r < 0)
		advi_remove_at(in, part);
	return r;
}

/* Whether a release that is there is what it says. */
static int verify_release(const struct advi_releases *releases, const char *name,
			  const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *folder = advi_path_join(releases->folder.path, name);
	struct advi_stage_source source = ADVI_STAGE_SOURCE_INIT;
	int r = advi_stage_source_open(&source, folder, err);

	if (r == 0)
		r = adv_bundle_verify(source.path, NULL, watch, NULL, err);
	advi_stage_source_clear(&source);
	return r < 0 ? advi_while(err, r, "release '%s'", name) : 0;
}

static int publish(struct advi_releases *releases, const struct advi_stage_source *source,
		   const struct adv_publish_options *options, struct adv_release *release,
		   const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *name = release_name(source);
	struct stat info;
	int r;

	if (releases->current)
		snprintf(release->before, sizeof(release->before), "%s", releases->current);
	if (fstatat(releases->folder.fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
		r = verify_release(releases, name, watch, err);
	else
		r = make_release(releases, source, name, watch, err);
	if (r == 0)
		r = advi_releases_add(releases, name, err);
	if (r < 0)
		return r;
	snprintf(release->name, sizeof(release->name), "%s", name);
	release->removed = advi_releases_prune(releases, options->keep ? options->keep : KEEP);
	return 0;
}

int adv_bundle_publish(struct adv_release *release, const char *image, const char *path,
		       const struct adv_publish_options *options, const struct adv_watch *watch,
		       struct adv_err *err)
{
	static const struct adv_publish_options plain = ADV_PUBLISH_OPTIONS_INIT;
	struct advi_stage_source source = ADVI_STAGE_SOURCE_INIT;
	struct advi_releases releases = ADVI_RELEASES_INIT;
	struct adv_err own_err = ADV_ERR_INIT;
	int r;

	err = err ? err : &own_err;
	options = options ? options : &plain;
	*release = (struct adv_release){0};
	r = advi_stage_source_open(&source, image, err);
	if (r == 0)
		r = advi_stage_source_read(&source, err);
	if (r == 0)
		r = adv_bundle_verify(source.path, NULL, watch, NULL, err);
	if (r == 0)
		r = advi_releases_open(&releases, path, options->name ? options->name : "current",
				       true, watch, err);
	if (r == 0)
		r = publish(&releases, &source, options, release, watch, err);
	advi_releases_clear(&releases);
	advi_stage_source_clear(&source);
	return r;
}

int adv_bundle_rollback(struct adv_release *release, const char *path,
			const struct adv_publish_options *options, const struct adv_watch *watch,
			struct adv_err *err)
{
	const char *link = options && options->name ? options->name : "current", *before;
	struct advi_releases releases = ADVI_RELEASES_INIT;
	struct adv_err own_err = ADV_ERR_INIT;
	int r;

	err = err ? err : &own_err;
	*release = (struct adv_release){0};
	r = advi_releases_open(&releases, path, link, false, watch, err);
	if (r == 0 && releases.current) {
		snprintf(release->before, sizeof(release->before), "%s", releases.current);
		before = advi_releases_before(&releases);
		if (!before)
			r = advi_fail(err, ADV_NO, "there is no release before '%s' in '%s'",
				      releases.current, releases.folder.path);
		else
			r = verify_release(&releases, before, watch, err);
		if (r == 0)
			r = advi_releases_point(&releases, before, err);
		if (r == 0)
			snprintf(release->name, sizeof(release->name), "%s", before);
	} else if (r == 0) {
		r = advi_fail(err, ADV_NO, "there is no '%s' in '%s'", link, releases.folder.path);
	}
	advi_releases_clear(&releases);
	return r;
}
