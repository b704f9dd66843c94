/* SPDX-License-Identifier: BSD-3-Clause */
/* Joining a layer with its base: overlayfs over both, or Python's path. */
#include "bundle/stage_layer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "bundle/base.h"
#include "conda/prefix.h"

const struct advi_mounted *advi_mounts_shown(const struct advi_mounts *mounts, const char *path,
					     const char *digest)
{
	for (size_t i = mounts->at.count; i-- > 0;) {
		const struct advi_mounted *mounted = &mounts->at.at[i];

		if (strcmp(mounted->path, path) != 0)
			continue;
		if (mounted->digest && strcmp(mounted->digest, digest) == 0)
			return mounted;
		if (!mounted->digest || strcmp(mounted->method, ADVI_JOIN_OVERLAY) != 0)
			return NULL;
	}
	return NULL;
}

/* What an overlay of ours at 'path' lies on; or what is on top there. */
static const struct advi_mounted *below_overlays(const struct advi_mounts *mounts, const char *path)
{
	for (size_t i = mounts->at.count; i-- > 0;) {
		const struct advi_mounted *mounted = &mounts->at.at[i];

		if (strcmp(mounted->path, path) == 0 &&
		    (!mounted->digest || strcmp(mounted->method, ADVI_JOIN_OVERLAY) != 0))
			return mounted;
	}
	return NULL;
}

/* --- which base is there --- */

/* Of what is installed at the prefix, or staged by a program that did not note it. */
static int read_fingerprint(char hex[ADVI_HEX_SIZE], const char *prefix, struct adv_err *err)
{
	struct advi_listing listing = {0};
	ADVI_AUTO_PTR const struct advi_record **records = NULL;
	int r;

	if (!advi_prefix_is(prefix))
		return advi_fail(
			err, ADV_EENV,
			"there is no environment at '%s', which the layer stands on; stage its "
			"base with it",
			prefix);
	r = advi_prefix_read(&listing, prefix, NULL, err);
	if (r < 0)
		return r;
	records = advi_calloc(listing.packages.count + 1, sizeof(*records));
	for (size_t i = 0; i < listing.packages.count; i++)
		records[i] = &listing.packages.at[i].record;
	advi_base_fingerprint(records, listing.packages.count, hex);
	advi_listing_clear(&listing);
	return 0;
}

static int check_base(struct advi_join *join, struct advi_stage_call *call,
		      struct advi_stage_source *source, const struct advi_target *prefix,
		      struct adv_err *err)
{
	const struct advi_mounted *mounted = below_overlays(&call->mounts, prefix->path);
	const struct advi_staged *staged = NULL;
	char hex[ADVI_HEX_SIZE] = "", linked[ADVI_HEX_SIZE];
	int r = 0;

	if (mounted && mounted->digest)
		join->base = advi_arena_dup(&source->arena, mounted->digest);
	else if (!mounted && advi_tree_linked(&call->store, prefix, linked))
		join->base = advi_arena_dup(&source->arena, linked);
	if (join->base)
		staged = advi_store_find(&call->store, join->base);
	if (staged && staged->marked && staged->marker.fingerprint)
		snprintf(hex, sizeof(hex), "%s", staged->marker.fingerprint);
	else
		r = read_fingerprint(hex, prefix->path, err);
	if (r == 0 && strcmp(hex, source->layer.fingerprint) != 0)
		r = advi_fail(err, ADV_EINPUT,
			      "layer '%s' was built on '%s' (%.12s), and at '%s' there is another "
			      "base (%.12s)",
			      source->path, source->layer.base_name, source->layer.fingerprint,
			      prefix->path, hex);
	return r;
}

/* --- the ways --- */

static int mount_overlay(struct advi_stage_call *call, const struct advi_stage_source *source,
			 const struct advi_target *target, const struct advi_target *prefix,
			 struct adv_err *err)
{
	const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV;
	ADVI_AUTO_PTR char *name = advi_store_fuse_name(&call->store, source->digest);
	const struct advi_mounted *top = advi_mounts_at(&call->mounts, prefix->path);
	char point[32], lower[96];
	int layer, base, r = 0;

	if (call->options.no_overlay)
		return advi_fail(err, ADV_EENV, "none is wanted");
	if (geteuid() != 0)
		return advi_fail(err, ADV_EENV, "only root may");
	if (top && top->digest && strcmp(top->method, ADVI_JOIN_OVERLAY) == 0)
		return advi_fail(err, ADV_EENV, "another layer is over '%s' already", prefix->path);
	layer = openat(target->above.fd, target->name,
		       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	base = openat(prefix->above.fd, prefix->name,
		      O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	snprintf(lower, sizeof(lower), "lowerdir=/proc/self/fd/%d:/proc/self/fd/%d", layer, base);
	snprintf(point, sizeof(point), "/proc/self/fd/%d", base);
	if (layer < 0 || base < 0 || mount(name, point, "overlay", flags, lower) < 0)
		r = advi_fail_errno(err, "can't mount the layer over '%s'", prefix->path);
	if (layer >= 0)
		close(layer);
	if (base >= 0)
		close(base);
	return r;
}

static bool overlay_is_seen(struct advi_stage_call *call, const char *path, const char *digest)
{
	struct adv_err ignored = ADV_ERR_INIT;
	const struct advi_mounted *top;

	if (advi_mounts_read(&call->mounts, &call->store, &ignored) < 0)
		return false;
	top = advi_mounts_at(&call->mounts, path);
	return top && top->digest && strcmp(top->digest, digest) == 0;
}

/* One that stayed when a call was killed would be taken for a part of base. */
static int drop_overlay(struct advi_stage_call *call, const char *path, const char *digest,
			struct adv_err *err)
{
	return overlay_is_seen(call, path, digest) ? advi_unmount(path, true, err) : 0;
}

static int try_overlay(struct advi_stage_call *call, const struct advi_stage_source *source,
		       const struct advi_target *target, const struct advi_target *prefix,
		       struct adv_err *err)
{
	int r = mount_overlay(call, source, target, prefix, err);

	if (r == 0 && !overlay_is_seen(call, prefix->path, source->digest))
		r = advi_fail(err, ADV_EENV, "it is not what is seen at '%s' then", prefix->path);
	return r;
}

static int join(struct advi_join *out, struct advi_stage_call *call,
		struct advi_stage_source *source, const struct advi_target *target,
		const struct advi_target *prefix, struct adv_err *err)
{
	struct adv_err why = ADV_ERR_INIT;
	int r = drop_overlay(call, prefix->path, source->digest, err);

	if (r == 0)
		r = advi_mounts_read(&call->mounts, &call->store, err);
	if (r == 0)
		r = check_base(out, call, source, prefix, err);
	if (r < 0)
		return r;
	out->over = advi_arena_dup(&source->arena, prefix->path);
	if (try_overlay(call, source, target, prefix, &why) == 0) {
		out->way = ADVI_JOIN_OVERLAY;
		return 0;
	}
	if (!source->layer.pythonpath || !source->layer.site_packages)
		return advi_fail(
			err, ADV_EENV,
			"there can be no overlay (%s), and without one layer '%s' does not "
			"work: its manifest tells why",
			why.text, source->path);
	advi_note(call->watch, "the layer comes by PYTHONPATH, since there can be no overlay: %s",
		  why.text);
	out->way = ADVI_JOIN_PYTHONPATH;
	return 0;
}

int advi_stage_join(struct advi_join *out, struct advi_stage_call *call,
		    struct advi_stage_source *source, const struct advi_target *target,
		    struct adv_err *err)
{
	struct advi_target prefix = ADVI_TARGET_INIT;
	int r;

	*out = (struct advi_join){0};
	if (!source->layer.prefix)
		return 0;
	r = advi_target_open(&prefix, source->layer.prefix, err);
	if (r == 0)
		r = join(out, call, source, target, &prefix, err);
	advi_target_clear(&prefix);
	return r;
}

bool advi_stage_is_joined(struct advi_stage_call *call, const struct advi_marker *marker)
{
	struct advi_target target = ADVI_TARGET_INIT;
	struct adv_err ignored = ADV_ERR_INIT;
	char digest[ADVI_HEX_SIZE];
	const struct advi_mounted *top;
	bool joined;

	if (!marker->way)
		return true;
	top = advi_mounts_at(&call->mounts, marker->over);
	if (strcmp(marker->way, ADVI_JOIN_OVERLAY) == 0)
		return top && top->digest && strcmp(top->digest, marker->digest) == 0;
	/* what is installed is looked at when the layer is staged anew */
	if (!marker->base || advi_mounts_shown(&call->mounts, marker->over, marker->base))
		return true;
	joined = advi_target_open(&target, marker->over, &ignored) == 0 &&
		 advi_tree_linked(&call->store, &target, digest) &&
		 strcmp(digest, marker->base) == 0;
	advi_target_clear(&target);
	return joined;
}

/* An overlay is taken off as any mount of the kernel's. */
static int overlay_unmount(struct advi_store *store, const struct advi_mounted *mounted, bool force,
			   struct adv_err *err)
{
	(void)store;
	return advi_unmount(mounted->path, force, err);
}

const struct advi_method advi_method_overlay = {
	.name = ADVI_JOIN_OVERLAY,
	.unmount = overlay_unmount,
};
