/* SPDX-License-Identifier: BSD-3-Clause */
/* Unpacking an image into a folder, verified, and made right for where that is. */
#include <advisor/bundle.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/image.h"
#include "bundle/manifest.h"
#include "bundle/move.h"
#include "bundle/sink_tree.h"
#include "io/digest.h"
#include "io/file.h"

enum { MANIFEST_BYTES = 1 << 30, MEMORY_BYTES = 1 << 30 };

struct unpack {
	const char *path; /* of the image */
	struct advi_manifest manifest;
	struct advi_image *image;
	struct advi_sink *sink;
	struct advi_buf to; /* where it will be */
	char *part;         /* where it is until it is whole; NULL: nowhere yet */
	const struct adv_watch *watch;
	struct adv_bundle_summary *summary;
};

/* An absolute path that may be written into scripts. */
static int choose_place(struct unpack *unpack, const char *folder, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(PATH_MAX);
	ADVI_AUTO_PTR char *whole = NULL;
	char here[PATH_MAX];
	struct stat info;

	if (folder[0] != '/' && !getcwd(here, sizeof(here)))
		return advi_fail_errno(err, "can't tell where '%s' is", folder);
	whole = folder[0] == '/' ? advi_strdup(folder) : advi_format("%s/%s", here, folder);
	for (const char *at = whole; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F || strchr(":\"\\$`", *at))
			return advi_fail(err, ADV_EUSAGE,
					 "'%s' has a character that scripts in the image would "
					 "misread",
					 whole);
	if (advi_member_path(&clean, advi_str(whole + strspn(whole, "/")), NULL) < 0 || !clean.len)
		return advi_fail(err, ADV_EUSAGE, "'%s' is no folder to make: name it without '..'",
				 folder);
	advi_buf_printf(&unpack->to, "/%s", clean.ptr);
	if (lstat(unpack->to.ptr, &info) == 0)
		return advi_fail(err, ADV_EUSAGE,
				 "'%s' is there already; an image is unpacked into a new folder",
				 unpack->to.ptr);
	return 0;
}

static int read_manifest(struct unpack *unpack, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(unpack->path);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	int r = advi_image_probe(unpack->path, err);

	if (r == 0)
		r = advi_file_read(&text, path, err);
	if (r == 0)
		r = advi_manifest_read(&unpack->manifest, advi_buf_str(&text), path, err);
	if (r < 0)
		return r;
	if (unpack->manifest.layer.prefix)
		return advi_fail(err, ADV_EUSAGE,
				 "'%s' is a layer, and has the path of its base '%s' in it",
				 unpack->path, unpack->manifest.layer.base_name);
	if (!unpack->manifest.places_known || !unpack->manifest.image_sha256)
		return advi_fail(err, ADV_EINPUT,
				 "'%s' does not tell where files name the mount path; build that "
				 "image anew",
				 path);
	return 0;
}

static int check_digest(const char *path, const char *hex, const char *told, struct adv_err *err)
{
	return strcmp(hex, told) == 0
		       ? 0
		       : advi_fail(err, ADV_EINPUT, "'%s' has SHA-256 %s, and the manifest says %s",
				   path, hex, told);
}

/* One that names the mount path: it is held, verified and changed. */
static int take_changed(struct unpack *unpack, const char *path,
			const struct advi_manifest_entry *entry, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf data = ADVI_BUF_INIT(MEMORY_BYTES);
	struct advi_sink *sink = unpack->sink;
	char hex[ADVI_HEX_SIZE];
	struct advi_str block;
	int r;

	while ((r = advi_image_read(unpack->image, &block, err)) == 0 && block.len)
		advi_buf_add(&data, block);
	if (r == 0 && data.full)
		r = advi_fail(err, ADV_EINPUT, "'%s' has more than %d MiB", path,
			      MEMORY_BYTES >> 20);
	advi_sha256(advi_buf_str(&data), hex);
	if (r == 0)
		r = check_digest(path, hex, entry->sha256, err);
	if (r == 0)
		r = advi_move_prefix(&data, &entry->prefix, advi_str(unpack->manifest.mount),
				     advi_buf_str(&unpack->to), path, err);
	if (r == 0)
		r = sink->ops->begin(sink, path, entry->mode & 0777, data.len, err);
	if (r == 0 && data.len)
		r = sink->ops->data(sink, advi_buf_str(&data), err);
	unpack->summary->prefixed++;
	unpack->summary->bytes += data.len;
	return r == 0 ? sink->ops->end(sink, err) : r;
}

static int take_file(struct unpack *unpack, const char *path,
		     const struct advi_manifest_entry *entry, struct adv_err *err)
{
	struct advi_sink *sink = unpack->sink;
	struct advi_digest *digest;
	char hex[ADVI_HEX_SIZE];
	struct advi_str block;
	int r;

	unpack->summary->files++;
	if (entry->prefix.count)
		return take_changed(unpack, path, entry, err);
	digest = advi_digest_new("SHA256");
	r = sink->ops->begin(sink, path, entry->mode & 0777, entry->size, err);
	while (r == 0 && (r = advi_image_read(unpack->image, &block, err)) == 0 && block.len) {
		advi_digest_add(digest, block);
		unpack->summary->bytes += block.len;
		r = sink->ops->data(sink, block, err);
	}
	advi_digest_end(digest, hex);
	if (r == 0)
		r = sink->ops->end(sink, err);
	return r == 0 ? check_digest(path, hex, entry->sha256, err) : r;
}

static int take_member(struct unpack *unpack, const struct advi_member *member, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_str_dup(member->path);
	ADVI_AUTO_PTR char *link = advi_str_dup(member->link);
	struct advi_map_entry *slot = advi_map_get(&unpack->manifest.index, member->path);
	struct advi_manifest_entry *entry =
		slot ? &unpack->manifest.entries.at[slot->number] : NULL;
	enum advi_node_kind kind = member->kind == ADVI_MEMBER_FILE     ? ADVI_NODE_FILE
				   : member->kind == ADVI_MEMBER_FOLDER ? ADVI_NODE_FOLDER
									: ADVI_NODE_LINK;

	if (!entry || entry->seen || member->kind > ADVI_MEMBER_LINK || entry->kind != kind ||
	    (kind == ADVI_NODE_LINK && strcmp(link, entry->link) != 0))
		return advi_fail(err, ADV_EINPUT, "'%s' is not as the manifest says", path);
	entry->seen = true;
	if (kind == ADVI_NODE_FOLDER)
		return unpack->sink->ops->folder(unpack->sink, path, err);
	if (kind == ADVI_NODE_LINK) {
		unpack->summary->links++;
		return unpack->sink->ops->link(unpack->sink, path, link, err);
	}
	/* its source is changed, and Python would not know */
	if (entry->prefix.use == ADVI_PREFIX_COMPILED) {
		unpack->summary->pyc_missing++;
		return 0;
	}
	return take_file(unpack, path, entry, err);
}

static int take_all(struct unpack *unpack, struct adv_err *err)
{
	uint64_t total = unpack->manifest.summary.bytes;
	struct advi_member member;
	int r = advi_image_open(&unpack->image, unpack->path, err);

	while (r == 0 && (r = advi_image_next(unpack->image, &member, err)) > 0) {
		uint64_t done = unpack->summary->bytes;

		r = advi_progress(unpack->watch, "unpacking", "bytes", done,
				  done < total ? total : 0, err);
		if (r == 0)
			r = take_member(unpack, &member, err);
	}
	for (size_t i = 0; r == 0 && i < unpack->manifest.index.entries.count; i++)
		if (!unpack->manifest.entries.at[i].seen)
			r = advi_fail(err, ADV_EINPUT, "'%s' is missing in the image",
				      unpack->manifest.index.entries.at[i].key.ptr);
	return r;
}

/* Under another name until it is whole. */
static int unpack_all(struct unpack *unpack, const char *folder, struct adv_err *err)
{
	int r = read_manifest(unpack, err);

	if (r == 0)
		r = choose_place(unpack, folder, err);
	if (r < 0)
		return r;
	unpack->part = advi_format("%s.XXXXXX", unpack->to.ptr);
	if (!mkdtemp(unpack->part)) {
		free(advi_take(unpack->part));
		return advi_fail_errno(err, "can't make a folder beside '%s'", unpack->to.ptr);
	}
	r = advi_sink_tree(&unpack->sink, unpack->part, err);
	if (r == 0)
		r = take_all(unpack, err);
	if (r == 0)
		r = unpack->sink->ops->finish(unpack->sink, err);
	if (r == 0 && (chmod(unpack->part, 0755) < 0 || rename(unpack->part, unpack->to.ptr) < 0))
		r = advi_fail_errno(err, "can't make '%s'", unpack->to.ptr);
	if (r == 0)
		free(advi_take(unpack->part));
	return r;
}

int adv_bundle_unpack(const char *image, const char *folder, const struct adv_watch *watch,
		      struct adv_bundle_summary *summary, struct adv_err *err)
{
	struct adv_bundle_summary own;
	struct adv_err ignored = ADV_ERR_INIT;
	struct unpack unpack = {
		.path = image,
		.to = ADVI_BUF_INIT(PATH_MAX),
		.watch = watch,
		.summary = summary ? summary : &own,
	};
	int r;

	*unpack.summary = (struct adv_bundle_summary){0};
	r = unpack_all(&unpack, folder, err);
	advi_sink_free(unpack.sink);
	advi_image_free(unpack.image);
	if (unpack.part)
		advi_remove_tree(unpack.part, &ignored);
	free(unpack.part);
	advi_buf_clear(&unpack.to);
	advi_manifest_clear(&unpack.manifest);
	return r;
}
