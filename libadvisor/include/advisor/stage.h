/* SPDX-License-Identifier: BSD-3-Clause */
/* Staging: an image on a compute node, copied, verified and mounted once, for all who call. */
#ifndef ADVISOR_STAGE_H
#define ADVISOR_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <advisor/err.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How to stage or release. NULL, 0 and false take the default. */
struct adv_stage_options {
	const char *mount;   /* instead of the path that the image was built for; absolute */
	const char *methods; /* which ways, in this order: "kernel,fuse,extract" is the default */
	/* Who uses it, until released by the same name; NULL: the session of the caller, until it
	 * ends */
	const char *job;
	unsigned wait_seconds; /* for another that is at it; 600 */
	bool sha256;           /* verify by SHA-256, too: as much CPU again as the copy */
	bool keep;             /* release: leave the verified copy for the next job */
	bool force;            /* release: take the mount off although processes are in it */
	bool all;              /* release: whoever uses it */
	bool no_overlay;       /* a layer is not to be mounted over its base */
};
#define ADV_STAGE_OPTIONS_INIT                                                                     \
	{                                                                                          \
		0                                                                                  \
	}

/* An image that is staged. */
struct adv_stage;

/*
 * Stages an image, or finds it staged. A layer is joined with the base at its prefix, which must be
 * staged before, or installed there: as an overlay over it, or by PYTHONPATH.
 *   image  squashfs or tar with IMAGE.manifest.json beside it; or a folder with one such image
 *   to     a folder on the node that exists
 * Returns 0; ADV_EUSAGE when the image can't be where it is asked for; ADV_EINPUT when it is none,
 * or not what its manifest says; ADV_EENV for a lack of space or rights, for what can't be
 * trusted, and when another did not get ready in time; ADV_ECANCEL. What failed leaves no copy.
 */
int adv_stage_open(struct adv_stage **out, const char *image, const char *to,
		   const struct adv_stage_options *options, const struct adv_watch *watch,
		   struct adv_err *err);
void adv_stage_free(struct adv_stage *stage);
ADV_AUTO_DEFINE(stage)

/*
 * Where it is seen (a layer: where its base is), how it came there ("kernel", "fuse", "extract"),
 * its SHA-256. Borrowed.
 */
const char *adv_stage_mount(const struct adv_stage *stage);
const char *adv_stage_method(const struct adv_stage *stage);
const char *adv_stage_digest(const struct adv_stage *stage);

/*
 * Writes what makes a shell use the image: variables, and the scripts in etc/conda/activate.d.
 *   form  "sh", "csh", "fish"; "slurm" (lines of a TaskProlog); "json" (advisor.stage/1)
 * ADV_EUSAGE for another form; ADV_EINPUT where the image's own variables can't be read.
 */
int adv_stage_write(const struct adv_stage *stage, const char *form, FILE *file,
		    struct adv_err *err);

/*
 * Takes a user away, from one image (a digest, an image or its folder) or from all (NULL), and
 * takes off what nobody uses any more. '*left' (may be NULL) counts images that stay mounted.
 * Returns 0, also when there was nothing; ADV_NO when something is busy and stays.
 */
int adv_stage_release(uint64_t *left, const char *image, const char *to,
		      const struct adv_stage_options *options, const struct adv_watch *watch,
		      struct adv_err *err);

/* Writes what is staged in 'to', as a table or as JSON (advisor.stage-status/1). Changes nothing.
 */
int adv_stage_status(const char *to, bool json, FILE *file, struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
