/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading images back: squashfs and packed tars, member by member. */
#ifndef ADVI_BUNDLE_IMAGE_H
#define ADVI_BUNDLE_IMAGE_H

#include "io/archive.h"

struct advi_image;

/*
 * Opens an image of any format that can be built. ADV_EINPUT when it is none, and for squashfs in
 * a program built without it.
 */
int advi_image_open(struct advi_image **out, const char *path, struct adv_err *err);
/* Whether a file begins as an image does: 0, or ADV_EINPUT, ADV_EENV. */
int advi_image_probe(const char *path, struct adv_err *err);
void advi_image_free(struct advi_image *image);
static inline void advi_image_clear(struct advi_image **image)
{
	advi_image_free(*image);
}
/* As the functions of io/archive.h; the root folder is no member. */
int advi_image_next(struct advi_image *image, struct advi_member *member, struct adv_err *err);
int advi_image_read(struct advi_image *image, struct advi_str *out, struct adv_err *err);

#endif
