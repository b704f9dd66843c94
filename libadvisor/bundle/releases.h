/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder of releases: its lock, the links in it, and what each pointed to before. */
#ifndef ADVI_BUNDLE_RELEASES_H
#define ADVI_BUNDLE_RELEASES_H

#include "base/arena.h"
#include "base/vec.h"
#include "bundle/folder.h"

/* A link, and the releases that it pointed to, oldest first. Strings live in the arena. */
struct advi_releases {
	struct advi_folder folder;
	int lock; /* -1 */
	struct advi_arena arena;
	const char *link;    /* its name */
	const char *current; /* where it points; NULL: it is not there */
	advi_names history;  /* distinct; 'current' is in it, when there is one */
};

#define ADVI_RELEASES_INIT                                                                         \
	{                                                                                          \
		ADVI_FOLDER_INIT, -1                                                               \
	}

/* Opens the folder (made with 'make'), waits for its lock, and reads the link and its history. */
int advi_releases_open(struct advi_releases *releases, const char *path, const char *link,
		       bool make, const struct adv_watch *watch, struct adv_err *err);
void advi_releases_clear(struct advi_releases *releases);

/* The release before the current one in the history that is still there; NULL when there is none.
 */
const char *advi_releases_before(const struct advi_releases *releases);
/*
 * Makes 'name' the newest, whatever the link was set back to before, and points the link there:
 * first the history, then the link, so that one who is killed between has lost nothing.
 */
int advi_releases_add(struct advi_releases *releases, const char *name, struct adv_err *err);
/* Points the link to a release, in one step. */
int advi_releases_point(struct advi_releases *releases, const char *name, struct adv_err *err);
/* Removes the oldest of the history but 'keep' before the current one; none that a link needs. */
unsigned advi_releases_prune(struct advi_releases *releases, size_t keep);

#endif
