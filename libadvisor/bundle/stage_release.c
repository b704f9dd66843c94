/* SPDX-License-Identifier: BSD-3-Clause */
/* Releasing: a user goes, and with the last one the mount and the files. */
#include <stdio.h>

#include "bundle/stage.h"

struct release {
	struct advi_stage_call call;
	char digest[ADVI_HEX_SIZE]; /* empty: all */
	char base[ADVI_HEX_SIZE];   /* of the layer that was released, or empty */
	uint64_t left;
	bool busy;
};

/* A digest as it is, or that of an image. */
static int which(struct release *release, const char *image, struct adv_err *err)
{
	struct advi_stage_source source = ADVI_STAGE_SOURCE_INIT;
	const char *digest = image;
	int r = 0;

	if (!advi_str_hex(advi_str(image), ADVI_HEX_SIZE - 1)) {
		r = advi_stage_source_open(&source, image, err);
		if (r == 0)
			r = advi_stage_source_read(&source, err);
		digest = source.digest;
	}
	if (r == 0)
		snprintf(release->digest, sizeof(release->digest), "%s", digest);
	advi_stage_source_clear(&source);
	return r;
}

static bool is_wanted(const struct release *release, const char *digest)
{
	return !release->digest[0] || strcmp(release->digest, digest) == 0;
}

/* Takes the user away; with nobody left, the image. */
static int release_one(struct release *release, const struct advi_staged *staged,
		       struct adv_err *err)
{
	struct advi_stage_call *call = &release->call;
	size_t users = staged->users.count;
	int r;

	for (size_t i = 0; i < staged->users.count; i++) {
		if (!call->options.all && strcmp(staged->users.at[i], call->user) != 0)
			continue;
		advi_store_drop_user(&call->store, staged->digest, staged->users.at[i]);
		users--;
	}
	if (users || advi_stage_has_layer(call, staged->digest)) {
		release->left++;
		return 0;
	}
	r = advi_stage_unmount(call, staged->digest, call->options.force, err);
	if (r == ADV_NO) {
		advi_note(call->watch, "%s", err->text);
		release->busy = true;
		release->left++;
		return 0;
	}
	return r < 0 ? r : advi_store_remove(&call->store, staged->digest, call->options.keep, err);
}

static int release_those(struct release *release, bool layers, struct adv_err *err)
{
	struct advi_store *store = &release->call.store;
	int r = advi_store_list(store, err);

	if (r == 0)
		r = advi_mounts_read(&release->call.mounts, store, err);
	for (size_t i = 0; i < store->staged.count && r == 0; i++) {
		const struct advi_staged *staged = &store->staged.at[i];
		bool is_layer = staged->marked && staged->marker.way;
		/* what was there for the layer alone */
		bool is_left = !staged->users.count && strcmp(staged->digest, release->base) == 0;

		if (is_layer != layers || !(is_wanted(release, staged->digest) || is_left))
			continue;
		if (is_layer && staged->marker.base)
			snprintf(release->base, sizeof(release->base), "%s", staged->marker.base);
		r = release_one(release, staged, err);
	}
	return r;
}

/* A mount whose files were cleaned away, by who cleans scratch folders. */
static int release_strays(struct release *release, struct adv_err *err)
{
	struct advi_stage_call *call = &release->call;
	int r = advi_mounts_read(&call->mounts, &call->store, err);

	for (size_t i = 0; i < call->mounts.at.count && r == 0; i++) {
		const char *digest = call->mounts.at.at[i].digest;
		ADVI_AUTO_PTR char *own = NULL;

		if (!digest || !is_wanted(release, digest) || advi_store_find(&call->store, digest))
			continue;
		own = advi_strdup(digest);
		r = advi_stage_unmount(call, own, call->options.force, err);
		if (r == ADV_NO) {
			advi_note(call->watch, "%s", err->text);
			release->busy = true;
			release->left++;
			r = 0;
		}
	}
	return r;
}

static int release_all(struct release *release, const char *to, struct adv_err *err)
{
	struct advi_stage_call *call = &release->call;
	int r = advi_store_user(&call->user, call->options.job, err);

	if (r == 0)
		r = advi_store_open(&call->store, to, false, call->watch, err);
	if (r < 0)
		return r == ADV_NO ? 0 : r;
	r = advi_stage_lock(call, NULL, NULL, err);
	if (r < 0)
		return r;
	advi_store_tidy(&call->store);
	/* layers first: what they stand on stays as long as one of them does */
	r = release_those(release, true, err);
	if (r == 0)
		r = release_those(release, false, err);
	if (r == 0)
		r = release_strays(release, err);
	if (r == 0 && release->busy)
		r = advi_fail(
			err, ADV_NO,
			"processes are in what is mounted, which stays; release it again when "
			"they have ended, or with --force");
	return r;
}

int adv_stage_release(uint64_t *left, const char *image, const char *to,
		      const struct adv_stage_options *options, const struct adv_watch *watch,
		      struct adv_err *err)
{
	struct release release = {.call = ADVI_STAGE_CALL_INIT};
	struct adv_err own_err = ADV_ERR_INIT;
	int r = 0;

	err = err ? err : &own_err;
	release.call.watch = watch;
	if (options)
		release.call.options = *options;
	if (image)
		r = which(&release, image, err);
	if (r == 0)
		r = release_all(&release, to, err);
	if (left)
		*left = release.left;
	advi_stage_call_clear(&release.call);
	return r;
}
