/* SPDX-License-Identifier: BSD-3-Clause */
/* Staging: look whether it is there; else, alone, copy, verify, mount and mark. */
#include "bundle/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "bundle/checked.h"
#include "bundle/stage_layer.h"
#include "bundle/stage_room.h"

#define DEFAULT_METHODS "kernel,fuse,extract"

enum { IN_THE_WAY = 16 };

struct staging {
	struct advi_stage_call call;
	struct advi_stage_source source;
	struct advi_target target;
	const char *prefix; /* where it is to be seen, as it was asked for */
	const char *built;  /* the path that its files name, if that is another; else NULL */
	bool there;         /* our image is seen at the target already */
	struct advi_verified image;
	struct advi_join join; /* of a layer */
	struct adv_stage **out;
};

static void give(struct adv_stage **out, const struct advi_marker *marker)
{
	struct adv_stage *stage = advi_calloc(1, sizeof(*stage));
	bool apart = marker->way && strcmp(marker->way, ADVI_JOIN_PYTHONPATH) == 0;

	stage->digest = advi_arena_dup(&stage->arena, marker->digest);
	stage->name = advi_arena_dup(&stage->arena, marker->name);
	stage->prefix = advi_arena_dup(&stage->arena, marker->way ? marker->over : marker->prefix);
	stage->method = advi_arena_dup(&stage->arena, marker->method);
	if (marker->built)
		stage->built = advi_arena_dup(&stage->arena, marker->built);
	if (marker->way)
		stage->layer = advi_arena_dup(&stage->arena, marker->prefix);
	if (apart && marker->site_packages)
		stage->site_packages = advi_arena_printf(&stage->arena, "%s/%s", marker->prefix,
							 marker->site_packages);
	*out = stage;
}

void adv_stage_free(struct adv_stage *stage)
{
	if (stage)
		advi_arena_clear(&stage->arena);
	free(stage);
}

const char *adv_stage_mount(const struct adv_stage *stage)
{
	return stage->prefix;
}

const char *adv_stage_method(const struct adv_stage *stage)
{
	return stage->method;
}

const char *adv_stage_digest(const struct adv_stage *stage)
{
	return stage->digest;
}

/* Whether the image that a marker tells of is seen where it says, as the kernel has it. */
static bool is_seen(struct advi_stage_call *call, const struct advi_marker *marker)
{
	const struct advi_mounted *mounted = advi_mounts_at(&call->mounts, marker->mount);
	struct advi_target target = ADVI_TARGET_INIT;
	struct adv_err ignored = ADV_ERR_INIT;
	char digest[ADVI_HEX_SIZE];
	bool seen;

	if (mounted) {
		mounted = advi_mounts_shown(&call->mounts, marker->mount, marker->digest);
		return mounted && advi_mounted_answers(mounted);
	}
	seen = advi_target_open(&target, marker->mount, &ignored) == 0 &&
	       advi_tree_linked(&call->store, &target, digest) &&
	       strcmp(digest, marker->digest) == 0;
	advi_target_clear(&target);
	return seen;
}

/* Under the shared lock: 1 when the image is staged, whose file has not changed since. */
static int look(void *context, struct adv_err *err)
{
	struct staging *staging = context;
	struct advi_stage_call *call = &staging->call;
	int r = advi_store_list(&call->store, err);

	if (r == 0)
		r = advi_mounts_read(&call->mounts, &call->store, err);
	for (size_t i = 0; i < call->store.staged.count && r == 0; i++) {
		const struct advi_staged *staged = &call->store.staged.at[i];
		const struct advi_marker *marker = &staged->marker;

		if (!staged->marked || !advi_stamp_same(&marker->source, &staging->source.stamp) ||
		    (call->options.mount && strcmp(call->options.mount, marker->prefix) != 0) ||
		    !is_seen(call, marker) || !advi_stage_is_joined(call, marker))
			continue;
		r = advi_store_add_user(&call->store, marker->digest, call->user, err);
		if (r < 0)
			return r;
		give(staging->out, marker);
		return 1;
	}
	return r;
}

/* Takes an image off that nobody uses any more, to put another in its place. */
static int take_off(struct staging *staging, const char *its_digest, const char *its_path,
		    struct adv_err *err)
{
	/* the list of mounts that they come from is read anew */
	ADVI_AUTO_PTR char *digest = advi_strdup(its_digest), *path = advi_strdup(its_path);
	const struct advi_staged *staged = advi_store_find(&staging->call.store, digest);
	const struct advi_mounted link = {.path = path, .digest = digest};
	bool same = strcmp(digest, staging->source.digest) == 0;
	int r;

	if (staged && staged->users.count)
		return advi_fail(err, ADV_EENV,
				 "image %.12s is staged at '%s' for %s%s; %s when that is released",
				 digest, path, staged->users.at[0],
				 staged->users.count > 1 ? " and others" : "",
				 same ? "it can be elsewhere" : "another can be there");
	if (advi_stage_has_layer(&staging->call, digest))
		return advi_fail(
			err, ADV_EENV,
			"image %.12s has a layer staged on it; another can be at '%s' when "
			"that is released",
			digest, path);
	r = advi_stage_unmount(&staging->call, digest, false, err);
	/* a link to a tree that a killed call left has no marker that tells of it */
	if (r == 0 && geteuid() != 0)
		r = advi_method_extract.unmount(&staging->call.store, &link, false, err);
	if (r == ADV_NO)
		return advi_while(err, ADV_EENV, "image %.12s, which has no job any more", digest);
	if (r == 0 && !same)
		r = advi_store_remove(&staging->call.store, digest, false, err);
	return r;
}

/* Makes the target free, or finds our image there. */
static int clear_target(struct staging *staging, struct adv_err *err)
{
	struct advi_stage_call *call = &staging->call;
	const char *own = staging->source.digest;

	for (int i = 0; i < IN_THE_WAY; i++) {
		const struct advi_mounted *mounted;
		char linked[ADVI_HEX_SIZE];
		const char *digest;
		int r = advi_mounts_read(&call->mounts, &call->store, err);

		if (r < 0)
			return r;
		mounted = advi_mounts_at(&call->mounts, staging->target.path);
		if (mounted && !mounted->digest)
			return advi_fail(err, ADV_EENV,
					 "'%s' is a mount of another's (%s), and stays",
					 mounted->path, mounted->what);
		if (!mounted && !advi_tree_linked(&call->store, &staging->target, linked))
			return 0;
		if (mounted && advi_mounts_shown(&call->mounts, mounted->path, own))
			mounted = advi_mounts_shown(&call->mounts, mounted->path, own);
		digest = mounted ? mounted->digest : linked;
		if (strcmp(digest, own) != 0) {
			r = take_off(staging, digest, staging->target.path, err);
		} else if (!mounted || advi_mounted_answers(mounted)) {
			staging->there = true;
			return 0;
		} else {
			advi_note(call->watch, "the mount at '%s' was dead, and is made anew",
				  mounted->path);
			r = advi_stage_unmount(call, own, true, err);
		}
		if (r < 0)
			return r;
	}
	return advi_fail(err, ADV_EENV, "too much is mounted at '%s'", staging->target.path);
}

/* The same image at another path: it has one at a time. */
static int clear_elsewhere(struct staging *staging, struct adv_err *err)
{
	const struct advi_mounted *mounted =
		advi_mounts_of(&staging->call.mounts, staging->source.digest);

	if (staging->there || !mounted || strcmp(mounted->path, staging->target.path) == 0)
		return 0;
	return take_off(staging, mounted->digest, mounted->path, err);
}

/*
 * Copies, or with -1 only looks at, the image. What others could have done to it was asked before,
 * of its folder and owner; what is left is damage, which XXH3 tells for a tenth of the CPU.
 */
static int check_bytes(struct staging *staging, int to, int from, const char *phase,
		       const char *path, struct adv_err *err)
{
	const struct advi_stage_source *source = &staging->source;
	struct advi_checks checks = {
		.want_sha256 = !source->xxh3 || staging->call.options.sha256,
		.want_xxh3 = source->xxh3 != NULL,
	};
	int r = advi_checked_copy(&checks, to, from, source->bytes, phase, path,
				  staging->call.watch, err);

	if (r < 0)
		return advi_while(err, r, "staging to '%s'", staging->call.store.to.path);
	if (checks.want_sha256 && strcmp(checks.sha256, source->digest) != 0)
		return advi_fail(err, ADV_EINPUT,
				 "image '%s' has SHA-256 %s, and its manifest says %s", path,
				 checks.sha256, source->digest);
	if (checks.want_xxh3 && strcmp(checks.xxh3, source->xxh3) != 0)
		return advi_fail(err, ADV_EINPUT,
				 "image '%s' has XXH3 %s, and its manifest says %s", path,
				 checks.xxh3, source->xxh3);
	return 0;
}

/* Whether there is a copy with the right bytes; its descriptor goes to image.fd. */
static int find_copy(struct staging *staging, bool *found, struct adv_err *err)
{
	struct advi_stage_call *call = &staging->call;
	struct advi_staged *staged = advi_store_find(&call->store, staging->source.digest);
	ADVI_AUTO_PTR char *name = advi_store_name(staging->source.digest, "image");
	struct adv_err ignored = ADV_ERR_INIT;
	struct advi_stamp stamp;
	struct stat info;
	int fd, r;

	*found = false;
	if (!staged || !staged->image)
		return 0;
	if (advi_folder_file(&fd, &info, &call->store.own, name, ADVI_TRUST_OWN, &ignored) == 0) {
		advi_stamp_of(&stamp, &info);
		*found = staged->marked && advi_stamp_same(&stamp, &staged->marker.image);
		if (!*found) {
			/* whoever copied it did not come to the end */
			r = check_bytes(staging, -1, fd, "verifying", name, &ignored);
			*found = r == 0;
			if (r == ADV_ECANCEL) {
				close(fd);
				return advi_fail(err, r, "%s", ignored.text);
			}
		}
		if (*found) {
			staging->image.fd = fd;
			return 0;
		}
		close(fd);
	}
	if (unlinkat(call->store.own.fd, name, 0) < 0 && errno != ENOENT)
		return advi_fail_errno(err, "can't remove '%s/%s'", call->store.own.path, name);
	return 0;
}

static int check_room(struct staging *staging, struct adv_err *err)
{
	struct advi_store *store = &staging->call.store;
	struct adv_err first = ADV_ERR_INIT;

	if (advi_room_check(store->own.fd, store->to.path, staging->source.bytes, 1, &first) == 0)
		return 0;
	/* copies that were kept for later are for as long as there is room */
	advi_stage_drop_unused(&staging->call, staging->source.digest);
	return advi_room_check(store->own.fd, store->to.path, staging->source.bytes, 1, err);
}

/* Writes DIGEST.part and gives it its name when its bytes have the digest. */
static int write_copy(struct staging *staging, int part, const char *part_name, struct adv_err *err)
{
	const struct advi_stage_source *source = &staging->source;
	struct advi_store *store = &staging->call.store;
	ADVI_AUTO_PTR char *name = advi_store_name(source->digest, "image");
	char again[32];
	int r = check_bytes(staging, part, source->fd, "copying", source->path, err);

	if (r < 0)
		return r;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", part);
	staging->image.fd = open(again, O_RDONLY | O_CLOEXEC);
	if (staging->image.fd < 0 || renameat(store->own.fd, part_name, store->own.fd, name) < 0)
		return advi_fail_errno(err, "can't finish '%s/%s'", store->own.path, name);
	return 0;
}

static int get_copy(struct staging *staging, struct adv_err *err)
{
	struct advi_store *store = &staging->call.store;
	ADVI_AUTO_PTR char *part_name = advi_store_name(staging->source.digest, "part");
	bool found;
	int part, r = find_copy(staging, &found, err);

	if (r < 0 || found)
		return r;
	r = check_room(staging, err);
	if (r < 0)
		return r;
	part = openat(store->own.fd, part_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0400);
	if (part < 0)
		return advi_fail_errno(err, "can't write '%s/%s'", store->own.path, part_name);
	r = write_copy(staging, part, part_name, err);
	if (close(part) < 0 && r == 0)
		r = advi_fail_errno(err, "can't write '%s/%s'", store->own.path, part_name);
	if (r < 0)
		unlinkat(store->own.fd, part_name, 0);
	return r;
}

/* That the kernel now says so is what counts, not that a call succeeded. */
static bool came_there(struct staging *staging)
{
	struct adv_err ignored = ADV_ERR_INIT;
	const struct advi_marker wanted = {.digest = staging->source.digest,
					   .mount = staging->target.path};

	return advi_mounts_read(&staging->call.mounts, &staging->call.store, &ignored) == 0 &&
	       is_seen(&staging->call, &wanted);
}

/* Tries the methods in order; '*done' is the one that did it. */
static int mount_image(struct staging *staging, const struct advi_method **done,
		       struct adv_err *err)
{
	const char *names = staging->call.options.methods;
	struct advi_str rest = advi_str(names ? names : DEFAULT_METHODS), name;
	ADVI_AUTO(buf) struct advi_buf reasons = ADVI_BUF_INIT(4096);
	char magic[4] = "";

	staging->image.squashfs = pread(staging->image.fd, magic, sizeof(magic), 0) == 4 &&
				  memcmp(magic, "hsqs", 4) == 0;
	while (advi_str_split(&rest, ',', &name)) {
		const struct advi_method *method = advi_method_find(name);
		struct adv_err why = ADV_ERR_INIT;
		int r;

		if (!staging->image.squashfs && !method->tar)
			continue;
		r = method->mount(&staging->call.store, &staging->image, &staging->target,
				  staging->call.watch, &why);
		if (r == 0 && !came_there(staging)) {
			const struct advi_mounted wrong = {.path = staging->target.path,
							   .digest = staging->source.digest};

			method->unmount(&staging->call.store, &wrong, true, &why);
			r = advi_fail(&why, ADV_EENV, "it is not what is seen at '%s' then",
				      staging->target.path);
		}
		if (r == 0) {
			*done = method;
			if (reasons.len)
				advi_note(staging->call.watch, "staged by '%s', since %s",
					  method->name, reasons.ptr);
			return 0;
		}
		if (r != ADV_EENV)
			return advi_fail(err, r, "%s", why.text);
		advi_buf_printf(&reasons, "%s%s: %s", reasons.len ? "; " : "", method->name,
				why.text);
	}
	return advi_fail(err, ADV_EENV, "can't mount '%s' at '%s': %s", staging->source.path,
			 staging->target.path,
			 reasons.len ? reasons.ptr : "a packed tar can only be extracted");
}

static int mark(struct staging *staging, const char *method, struct adv_err *err)
{
	struct advi_store *store = &staging->call.store;
	ADVI_AUTO_PTR char *name = advi_store_name(staging->source.digest, "image");
	struct advi_marker marker = {
		.boot = store->boot,
		.digest = staging->source.digest,
		.name = staging->source.title,
		.method = method,
		.mount = staging->target.path,
		.prefix = staging->prefix,
		.built = staging->built,
		.source = staging->source.stamp,
		.bytes = staging->source.bytes,
		.fingerprint = staging->source.fingerprint,
		.way = staging->join.way,
		.over = staging->join.over,
		.base = staging->join.base,
		.site_packages = staging->source.layer.site_packages,
	};
	struct stat info;
	int r;

	/* a tree needs no image beside it */
	if (strcmp(method, advi_method_extract.name) == 0)
		unlinkat(store->own.fd, name, 0);
	else if (fstatat(store->own.fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
		advi_stamp_of(&marker.image, &info);
	r = advi_store_add_user(store, marker.digest, staging->call.user, err);
	if (r == 0)
		r = advi_store_mark(store, &marker, err);
	if (r == 0)
		give(staging->out, &marker);
	return r;
}

static int join(struct staging *staging, struct adv_err *err)
{
	return advi_stage_join(&staging->join, &staging->call, &staging->source, &staging->target,
			       err);
}

/* Our image is there. Without a marker nobody vouches for its bytes: they are looked at again. */
static int adopt(struct staging *staging, bool *done, struct adv_err *err)
{
	struct advi_stage_call *call = &staging->call;
	struct advi_staged *staged = advi_store_find(&call->store, staging->source.digest);
	const struct advi_mounted *mounted =
		advi_mounts_shown(&call->mounts, staging->target.path, staging->source.digest);
	const char *method = mounted ? mounted->method : advi_method_extract.name;
	bool fine = staged && staged->marked;
	int r = 0;

	*done = false;
	if (!fine && strcmp(method, advi_method_extract.name) != 0)
		r = find_copy(staging, &fine, err);
	if (r < 0)
		return r;
	if (!fine) {
		staging->there = false;
		return take_off(staging, staging->source.digest, staging->target.path, err);
	}
	*done = true;
	r = join(staging, err);
	return r == 0 ? mark(staging, method, err) : r;
}

/* Under the lock alone. */
static int stage(struct staging *staging, struct adv_err *err)
{
	struct advi_stage_call *call = &staging->call;
	const struct advi_method *method = NULL;
	bool done = false;
	int point, r;

	advi_store_tidy(&call->store);
	r = advi_store_list(&call->store, err);
	if (r == 0)
		r = clear_target(staging, err);
	if (r == 0)
		r = clear_elsewhere(staging, err);
	if (r == 0 && staging->there)
		r = adopt(staging, &done, err);
	if (r < 0 || done)
		return r;
	/* what is in the way is better known before gigabytes are copied */
	r = advi_target_point(&point, &staging->target, err);
	if (r < 0)
		return r;
	close(point);
	r = get_copy(staging, err);
	if (r == 0)
		r = mount_image(staging, &method, err);
	if (r == 0)
		r = join(staging, err);
	if (r == 0)
		r = mark(staging, method->name, err);
	if (r < 0) {
		struct adv_err ignored = ADV_ERR_INIT;

		if (advi_stage_unmount(call, staging->source.digest, true, &ignored) == 0)
			advi_store_remove(&call->store, staging->source.digest, false, &ignored);
	}
	return r;
}

/* Elsewhere than it was built for. */
static int go_elsewhere(struct staging *staging, const char *wanted, struct adv_err *err)
{
	const struct advi_stage_source *source = &staging->source;

	if (!source->relocatable)
		return advi_fail(
			err, ADV_EUSAGE,
			"image '%s' was built for '%s' and works there alone; build it with "
			"--relocatable, or for '%s', to have it there",
			source->path, source->mount, wanted);
	staging->built = source->mount;
	if (source->named)
		advi_note(staging->call.watch,
			  "%llu file%s of the image name%s '%s', where it was built for; nothing "
			  "is started or loaded by that, and its manifest lists them",
			  (unsigned long long)source->named, source->named == 1 ? "" : "s",
			  source->named == 1 ? "s" : "", source->mount);
	return 0;
}

/* Reads the manifest and decides where the image goes. */
static int prepare(struct staging *staging, struct adv_err *err)
{
	struct advi_stage_source *source = &staging->source;
	const char *wanted = staging->call.options.mount;
	int r = advi_stage_source_read(source, err);

	if (r < 0)
		return r;
	if (source->layer.prefix) {
		staging->prefix = wanted ? wanted : source->layer.elsewhere;
		source->mount = source->layer.elsewhere;
	}
	if (wanted && strcmp(wanted, source->mount) != 0 && !source->layer.prefix) {
		r = go_elsewhere(staging, wanted, err);
		if (r < 0)
			return r;
	}
	staging->prefix = wanted ? wanted : source->mount;
	staging->image = (struct advi_verified){
		.digest = source->digest,
		.fd = -1,
		.bytes = source->tree_bytes,
		.files = source->tree_files,
	};
	return advi_target_open(&staging->target, staging->prefix, err);
}

static int stage_or_find(struct staging *staging, const char *image, const char *to,
			 struct adv_err *err)
{
	const struct adv_stage_options *options = &staging->call.options;
	int r = options->methods ? advi_methods_check(options->methods, err) : 0;

	if (r == 0)
		r = advi_store_user(&staging->call.user, options->job, err);
	if (r == 0)
		r = advi_stage_source_open(&staging->source, image, err);
	if (r == 0)
		r = advi_store_open(&staging->call.store, to, true, staging->call.watch, err);
	if (r == 0)
		r = advi_stage_lock(&staging->call, look, staging, err);
	if (r != 0)
		return r < 0 ? r : 0;
	r = prepare(staging, err);
	return r == 0 ? stage(staging, err) : r;
}

int adv_stage_open(struct adv_stage **out, const char *image, const char *to,
		   const struct adv_stage_options *options, const struct adv_watch *watch,
		   struct adv_err *err)
{
	struct staging staging = {
		.call = ADVI_STAGE_CALL_INIT,
		.source = ADVI_STAGE_SOURCE_INIT,
		.target = ADVI_TARGET_INIT,
		.image = {.fd = -1},
		.out = out,
	};
	struct adv_err own_err = ADV_ERR_INIT;
	int r;

	staging.call.watch = watch;
	if (options)
		staging.call.options = *options;
	r = stage_or_find(&staging, image, to, err ? err : &own_err);
	if (staging.image.fd >= 0)
		close(staging.image.fd);
	advi_target_clear(&staging.target);
	advi_stage_source_clear(&staging.source);
	advi_stage_call_clear(&staging.call);
	return r;
}
