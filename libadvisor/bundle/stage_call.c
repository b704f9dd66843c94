/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for one's turn, and taking images off. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "bundle/stage.h"

enum { WAIT_SECONDS = 600, PAUSE_FIRST = 2, PAUSE_LAST = 20, MOUNTS = 16 }; /* pauses in ms */

void advi_stage_call_clear(struct advi_stage_call *call)
{
	advi_mounts_clear(&call->mounts);
	advi_store_clear(&call->store);
	free(advi_take(call->user));
}

static uint64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* The holder writes its number into the lock, for who waits too long. */
static void sign_lock(const struct advi_store *store)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(store->lock, 0) < 0 || pwrite(store->lock, text, (size_t)length, 0) < 0)
		errno = 0;
}

static long holder(const struct advi_store *store)
{
	char text[32] = "";

	return pread(store->lock, text, sizeof(text) - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

int advi_stage_lock(struct advi_stage_call *call, int (*look)(void *context, struct adv_err *err),
		    void *context, struct adv_err *err)
{
	uint64_t limit = call->options.wait_seconds ? call->options.wait_seconds : WAIT_SECONDS;
	uint64_t begun = now_ms(), pause = PAUSE_FIRST;

	for (;;) {
		uint64_t spent = (now_ms() - begun) / 1000;
		struct timespec time;
		int r = 0;

		if (look && advi_store_lock(&call->store, LOCK_SH)) {
			r = look(context, err);
			advi_store_lock(&call->store, LOCK_UN);
			if (r != 0)
				return r;
		}
		if (advi_store_lock(&call->store, LOCK_EX)) {
			sign_lock(&call->store);
			return 0;
		}
		if (spent >= limit)
			return advi_fail(err, ADV_EENV,
					 "another stage (process %ld) has held '%s/lock' for %llu "
					 "seconds; try again, or wait longer",
					 holder(&call->store), call->store.own.path,
					 (unsigned long long)limit);
		r = advi_progress(call->watch, "waiting for another stage", "seconds", spent, 0,
				  err);
		if (r < 0)
			return r;
		time = (struct timespec){.tv_nsec = (long)pause * 1000000};
		nanosleep(&time, NULL);
		pause = pause < PAUSE_LAST ? pause * 2 : PAUSE_LAST;
	}
}

bool advi_mounted_answers(const struct advi_mounted *mounted)
{
	struct statx info;

	/* a dead daemon's last answers are believed for a while, unless one insists */
	return statx(AT_FDCWD, mounted->path, AT_STATX_FORCE_SYNC, STATX_TYPE, &info) == 0;
}

/* A user's extracted tree has no mount; its marker tells where the link is. */
static int unlink_tree(struct advi_stage_call *call, const char *digest, struct adv_err *err)
{
	const struct advi_staged *staged = advi_store_find(&call->store, digest);
	struct advi_mounted mounted = {.digest = digest};

	if (geteuid() == 0 || !staged || !staged->marked ||
	    strcmp(staged->marker.method, advi_method_extract.name) != 0)
		return 0;
	mounted.path = staged->marker.mount;
	return advi_method_extract.unmount(&call->store, &mounted, false, err);
}

bool advi_stage_has_layer(const struct advi_stage_call *call, const char *digest)
{
	for (size_t i = 0; i < call->store.staged.count; i++) {
		const struct advi_staged *staged = &call->store.staged.at[i];

		if (staged->marked && staged->marker.base &&
		    strcmp(staged->marker.base, digest) == 0 &&
		    (staged->users.count || advi_mounts_of(&call->mounts, staged->digest)))
			return true;
	}
	return false;
}

int advi_stage_unmount(struct advi_stage_call *call, const char *digest, bool force,
		       struct adv_err *err)
{
	int r = advi_mounts_read(&call->mounts, &call->store, err);

	for (int i = 0; i < MOUNTS && r == 0; i++) {
		const struct advi_mounted *mounted = advi_mounts_of(&call->mounts, digest);
		const struct advi_method *method;

		if (!mounted)
			return unlink_tree(call, digest, err);
		method = advi_method_find(advi_str(mounted->method));
		r = method->unmount(&call->store, mounted, force || !advi_mounted_answers(mounted),
				    err);
		if (r == 0)
			r = advi_mounts_read(&call->mounts, &call->store, err);
	}
	return r;
}

void advi_stage_drop_unused(struct advi_stage_call *call, const char *digest)
{
	struct advi_store *store = &call->store;

	/* what a layer stands on is unused when the layer is gone */
	for (size_t k = 0; k < 2 * store->staged.count; k++) {
		const struct advi_staged *staged = &store->staged.at[k % store->staged.count];
		struct adv_err ignored = ADV_ERR_INIT;

		if (staged->users.count || (digest && strcmp(staged->digest, digest) == 0) ||
		    advi_stage_has_layer(call, staged->digest))
			continue;
		if (advi_stage_unmount(call, staged->digest, false, &ignored) == 0)
			advi_store_remove(store, staged->digest, false, &ignored);
	}
}
