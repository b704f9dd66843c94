/* SPDX-License-Identifier: BSD-3-Clause */
/* Folders of releases: images put there whole, links that change at once; modulefiles. */
#ifndef ADVISOR_PUBLISH_H
#define ADVISOR_PUBLISH_H

#include <stdio.h>

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

/*
 * Writes a modulefile of an image: a template with @NAME@, @MOUNT@, @DIGEST@, @COUNT@ and
 * @PACKAGES@ filled in from the manifest, fit to stand in double quotes.
 *   template_path  its name says the language: .lua.in (Lmod) or .tcl.in (Environment Modules)
 * Returns 0; ADV_EUSAGE for another template; ADV_EINPUT without a manifest.
 */
int adv_bundle_modulefile(const char *image, const char *template_path, FILE *file,
			  struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
