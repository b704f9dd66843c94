/* SPDX-License-Identifier: BSD-3-Clause */
/* Verifying an image against its manifest. */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>

#include "bundle/checked.h"
#include "bundle/image.h"
#include "bundle/manifest.h"
#include "bundle/meta.h"
#include "bundle/pyc.h"
#include "io/digest.h"
#include "io/file.h"

enum { MANIFEST_BYTES = 1 << 30, TOLD = 100, INNER_BYTES = 64 << 20 };

struct verify {
	const char *image;
	struct advi_manifest manifest;
	struct advi_buf inner; /* the manifest within the image */
	const struct adv_watch *watch;
	struct adv_bundle_summary *summary;
};

static void problem(struct verify *verify, const char *format, ...) ADVI_PRINTF(2, 3);

static void problem(struct verify *verify, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (verify->summary->problems++ >= TOLD)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_note(verify->watch, "%s", text);
}

static int check_image(struct verify *verify, struct adv_err *err)
{
	const struct advi_manifest *manifest = &verify->manifest;
	struct advi_checks checks = {.want_sha256 = true, .want_xxh3 = true};
	int r = advi_checked_file(&checks, &verify->summary->image_bytes, verify->image,
				  "verifying", verify->watch, err);

	if (r < 0)
		return r;
	if (strcmp(checks.sha256, manifest->image_sha256) != 0)
		problem(verify, "the image has SHA-256 %s, and the manifest says %s", checks.sha256,
			manifest->image_sha256);
	/* stage goes by this one */
	if (manifest->image_xxh3 && strcmp(checks.xxh3, manifest->image_xxh3) != 0)
		problem(verify, "the image has XXH3 %s, and the manifest says %s", checks.xxh3,
			manifest->image_xxh3);
	return 0;
}

static void check_pyc(struct verify *verify, const char *path, struct advi_str header)
{
	switch (advi_pyc_kind(header)) {
	case ADVI_PYC_TIME:
		problem(verify, "'%s' is stale: it is valid for one time of its source only", path);
		break;
	case ADVI_PYC_CHECKED:
		problem(verify, "'%s' makes Python read its source on every import", path);
		break;
	case ADVI_PYC_OLD:
		if (advi_pyc_time(header) != verify->manifest.epoch)
			problem(verify, "'%s' is stale: it was made for another time of its source",
				path);
		break;
	default:
		break;
	}
}

/* Reads a file; what can't be read is a problem of the image and does not end the check. */
static int check_content(struct verify *verify, struct advi_image *image, const char *path,
			 const struct advi_manifest_entry *entry, struct adv_err *err)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	bool inner = strcmp(path, verify->manifest.layer.prefix ? ADVI_LAYER_MANIFEST
								: ADVI_INNER_MANIFEST) == 0;
	char header[ADVI_PYC_HEADER_BYTES], hex[ADVI_HEX_SIZE];
	struct advi_str block;
	uint64_t size = 0;
	int r;

	while ((r = advi_image_read(image, &block, err)) == 0 && block.len) {
		for (size_t i = 0; i < block.len && size + i < sizeof(header); i++)
			header[size + i] = block.ptr[i];
		advi_digest_add(digest, block);
		if (inner)
			advi_buf_add(&verify->inner, block);
		size += block.len;
	}
	advi_digest_end(digest, hex);
	if (r < 0)
		return r;
	if (size != entry->size)
		problem(verify, "'%s' has %llu bytes, and the manifest says %llu", path,
			(unsigned long long)size, (unsigned long long)entry->size);
	else if (strcmp(hex, entry->sha256) != 0)
		problem(verify, "'%s' has SHA-256 %s, and the manifest says %s", path, hex,
			entry->sha256);
	if (advi_str_ends(advi_str(path), ADVI_STR(".pyc")))
		check_pyc(verify, path,
			  (struct advi_str){header, size < sizeof(header) ? size : sizeof(header)});
	verify->summary->bytes += size;
	return 0;
}

static enum advi_node_kind node_kind(enum advi_member_kind kind)
{
	return kind == ADVI_MEMBER_FILE     ? ADVI_NODE_FILE
	       : kind == ADVI_MEMBER_FOLDER ? ADVI_NODE_FOLDER
					    : ADVI_NODE_LINK;
}

static void check_attributes(struct verify *verify, const char *path,
			     const struct advi_member *member,
			     const struct advi_manifest_entry *entry)
{
	if (entry->kind != ADVI_NODE_LINK && member->mode != entry->mode)
		problem(verify, "'%s' has mode %04o, and the manifest says %04o", path,
			member->mode, entry->mode);
	if (member->uid != 0 || member->gid != 0)
		problem(verify, "'%s' belongs to %u:%u and not to root", path, member->uid,
			member->gid);
	if (member->mtime != verify->manifest.epoch)
		problem(verify, "'%s' has another time than the manifest says", path);
}

static int check_member(struct verify *verify, struct advi_image *image,
			const struct advi_member *member, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_str_dup(member->path);
	struct advi_map_entry *slot = advi_map_get(&verify->manifest.index, member->path);
	struct advi_manifest_entry *entry =
		slot ? &verify->manifest.entries.at[slot->number] : NULL;

	verify->summary->files += member->kind == ADVI_MEMBER_FILE;
	verify->summary->folders += member->kind == ADVI_MEMBER_FOLDER;
	verify->summary->links += member->kind == ADVI_MEMBER_LINK;
	if (!entry || entry->seen) {
		problem(verify, entry ? "'%s' is there twice" : "'%s' is not in the manifest",
			path);
		return 0;
	}
	entry->seen = true;
	if (member->kind >= ADVI_MEMBER_HARD_LINK || node_kind(member->kind) != entry->kind) {
		problem(verify, "'%s' is of another kind than the manifest says", path);
		return 0;
	}
	check_attributes(verify, path, member, entry);
	if (entry->kind == ADVI_NODE_LINK && !advi_str_is(member->link, entry->link))
		problem(verify, "link '%s' points to '%.*s', and the manifest says '%s'", path,
			ADVI_ARGS(member->link), entry->link);
	return entry->kind == ADVI_NODE_FILE ? check_content(verify, image, path, entry, err) : 0;
}

static int check_tree(struct verify *verify, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	uint64_t total = verify->manifest.summary.bytes;
	struct advi_member member;
	int r = advi_image_open(&image, verify->image, err);

	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0) {
		r = advi_progress(verify->watch, "verifying", "bytes", verify->summary->bytes,
				  total > verify->summary->bytes ? total : 0, err);
		if (r == 0)
			r = check_member(verify, image, &member, err);
		/* What is damaged within is a finding; libarchive can't go on after it. */
		if (r == ADV_EINPUT)
			break;
		if (r < 0)
			return r;
	}
	if (r == ADV_EINPUT) {
		problem(verify, "%s", err->text);
		return 0;
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < verify->manifest.index.entries.count; i++)
		if (!verify->manifest.entries.at[i].seen)
			problem(verify, "'%s' is missing",
				verify->manifest.index.entries.at[i].key.ptr);
	return 0;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_package(const struct advi_manifest_package *a,
			 const struct advi_manifest_package *b)
{
	return same(a->name, b->name) && same(a->version, b->version) && same(a->build, b->build) &&
	       same(a->channel, b->channel) && same(a->url, b->url) && same(a->sha256, b->sha256) &&
	       same(a->license, b->license) && a->files == b->files && a->bytes == b->bytes &&
	       a->size == b->size;
}

/* The image holds a copy of the manifest, whose digest the manifest tells: both must agree. */
static void check_inner(struct verify *verify)
{
	const struct advi_manifest *outer = &verify->manifest;
	struct advi_manifest inner = {0};
	struct adv_err err = ADV_ERR_INIT;

	if (verify->inner.full ||
	    advi_manifest_read(&inner, advi_buf_str(&verify->inner), ADVI_INNER_MANIFEST, &err) < 0)
		problem(verify, "the manifest within the image can't be read: %s", err.text);
	else if (!same(inner.name, outer->name) || !same(inner.mount, outer->mount) ||
		 !same(inner.format, outer->format) || inner.epoch != outer->epoch ||
		 inner.packages.count != outer->packages.count)
		problem(verify, "the manifest is not that of this image");
	for (size_t i = 0; i < inner.packages.count && i < outer->packages.count; i++)
		if (!same_package(&inner.packages.at[i], &outer->packages.at[i]))
			problem(verify, "package '%s' is described otherwise within the image",
				outer->packages.at[i].name);
	advi_manifest_clear(&inner);
}

static int verify_all(struct verify *verify, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(verify->image);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	int r = advi_image_probe(verify->image, err);

	if (r == 0)
		r = advi_file_read(&text, path, err);
	if (r == 0)
		r = advi_manifest_read(&verify->manifest, advi_buf_str(&text), path, err);
	if (r == 0 && !verify->manifest.image_sha256)
		r = advi_fail(err, ADV_EINPUT, "'%s' lacks the image's digest", path);
	if (r == 0)
		r = check_image(verify, err);
	if (r == 0)
		r = check_tree(verify, err);
	if (r < 0)
		return r;
	check_inner(verify);
	verify->summary->packages = verify->manifest.packages.count;
	if (!verify->summary->problems)
		return 0;
	return advi_fail(err, ADV_NO, "image '%s' does not hold: %llu problem%s", verify->image,
			 (unsigned long long)verify->summary->problems,
			 verify->summary->problems == 1 ? "" : "s");
}

int adv_bundle_verify(const char *image, const struct adv_watch *watch,
		      struct adv_bundle_summary *summary, struct adv_err *err)
{
	struct adv_bundle_summary own_summary;
	struct adv_err own_err = ADV_ERR_INIT;
	struct verify verify = {
		.image = image,
		.inner = ADVI_BUF_INIT(INNER_BYTES),
		.watch = watch,
		.summary = summary ? summary : &own_summary,
	};
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
	int r;

	if (!plain)
		abort();
	before = uselocale(plain);
	*verify.summary = (struct adv_bundle_summary){0};
	r = verify_all(&verify, err ? err : &own_err);
	advi_manifest_clear(&verify.manifest);
	advi_buf_clear(&verify.inner);
	uselocale(before);
	freelocale(plain);
	return r;
}
