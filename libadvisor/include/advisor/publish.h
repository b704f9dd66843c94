/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder of releases: images put there whole, and names that change from one to another at once.
 */
#ifndef ADVISOR_PUBLISH_H
#define ADVISOR_PUBLISH_H

#include <advisor/err.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_publish_options {
	const char *name; /* the link that points to the release; NULL: "current" */
	unsigned keep;    /* how many releases before it stay, to go back to; 0: 3 */
};
#define ADV_PUBLISH_OPTIONS_INIT                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

/* What is published now. */
struct adv_release {
	char name[256];   /* of the release's folder */
	char before[256]; /* the release that the link pointed to, or "" */
	unsigned removed; /* old releases */
};

/*
 * Verifies an image, copies it with all that lies beside it under its name to a folder of its own
 * in 'releases' (made where it is absent), and makes the link point there. Whoever follows the
 * link sees the release before or this one, whole. Publishing the same image again is fine.
 * Returns 0; ADV_NO when the image does not hold; ADV_EINPUT; ADV_EENV; ADV_ECANCEL. On failure
 * the link is as it was.
 */
int adv_bundle_publish(struct adv_release *release, const char *image, const char *releases,
		       const struct adv_publish_options *options, const struct adv_watch *watch,
		       struct adv_err *err);

/*
 * Makes the link point to the release before, once that is verified; again, to the one before
 * that. ADV_NO when there is none.
 */
int adv_bundle_rollback(struct adv_release *release, const char *releases,
			const struct adv_publish_options *options, const struct adv_watch *watch,
			struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
