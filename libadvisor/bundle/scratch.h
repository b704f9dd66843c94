/* SPDX-License-Identifier: BSD-3-Clause */
/* Some of an image's files in a temporary folder, for its Python to run from on this machine. */
#ifndef ADVI_BUNDLE_SCRATCH_H
#define ADVI_BUNDLE_SCRATCH_H

#include "bundle/install.h"

/* Zero is none. */
struct advi_scratch {
	char *own;  /* a folder that others can't look into */
	char *path; /* one in it, which has the mode that an image's root has */
	int lock;   /* of 'own': held as long as we live */
};

/* Removes it. */
void advi_scratch_clear(struct advi_scratch *scratch);

/*
 * Makes a folder of our own: in $TMPDIR, in /dev/shm, in /tmp, wherever programs may be run first;
 * a large one rather on a disk than in memory. What killed programs of this user left in these
 * places goes. ADV_EENV when there is none.
 */
int advi_scratch_make(struct advi_scratch *out, bool large, struct adv_err *err);

/* Which files are wanted there. */
typedef bool advi_wants_fn(const void *context, const struct advi_path *path);

/*
 * Installs what is wanted of these packages there, as it will be in the image, and forgets that it
 * did: the layout is as before. 'wants' NULL: everything.
 */
int advi_scratch_install(const struct advi_scratch *scratch, const struct advi_install *like,
			 struct advi_package **packages, size_t count, advi_wants_fn *wants,
			 const void *context, struct adv_err *err);

/* Which paths of an image are wanted there. */
typedef bool advi_wants_path_fn(const void *context, const char *path);

/* Unpacks what is wanted of an image there, which must be empty; the folders of it come too. */
int advi_scratch_unpack(const struct advi_scratch *scratch, const char *image,
			advi_wants_path_fn *wants, const void *context, struct adv_err *err);

#endif
