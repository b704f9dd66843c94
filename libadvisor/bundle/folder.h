/* SPDX-License-Identifier: BSD-3-Clause */
/* Folders reached by handles, through nothing that others could change meanwhile. */
#ifndef ADVI_BUNDLE_FOLDER_H
#define ADVI_BUNDLE_FOLDER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/* Zero is not open; so is fd -1. */
struct advi_folder {
	int fd;     /* readable */
	char *path; /* absolute, without links; for people, and for what takes no handle */
};

#define ADVI_FOLDER_INIT                                                                           \
	{                                                                                          \
		-1, NULL                                                                           \
	}

enum advi_trust {
	/* every folder on the way is root's or ours, and only its owner may write to it, unless
	 * nobody can take away what is others' in it (the sticky bit) */
	ADVI_TRUST_OWN,
	/* for what others publish: no more than what everybody can write to is refused, and in
	 * such a folder what is neither root's nor ours */
	ADVI_TRUST_PUBLISHED
};

/*
 * Opens a folder. With 'make' what is missing of the path is made, mode 0755. ADV_EENV, and the
 * folder that is to blame, when it can't be trusted; ADV_EINPUT when it is absent or no folder.
 */
int advi_folder_open(struct advi_folder *out, const char *path, enum advi_trust trust, bool make,
		     struct adv_err *err);
/* Opens the folder that 'path' lies in; '*name' (the caller frees it) is the last part. */
int advi_folder_open_above(struct advi_folder *out, char **name, const char *path,
			   enum advi_trust trust, bool make, struct adv_err *err);
/* Makes a folder of mode 0755 unless something is there already: 0, or -1 with errno. */
int advi_folder_make(int in, const char *name);
void advi_folder_clear(struct advi_folder *folder);

/*
 * Opens, or makes, a folder of mode 0700 that is ours alone. What others put there is moved aside
 * when we are root, and told to the watch; else ADV_EENV.
 */
int advi_folder_own(struct advi_folder *out, const struct advi_folder *in, const char *name,
		    const struct adv_watch *watch, struct adv_err *err);

/*
 * Opens a regular file in a folder for reading, never through a link: '*fd' and '*info'.
 * ADV_EINPUT when it is absent or no file, ADV_EENV when it can't be trusted.
 */
int advi_folder_file(int *fd, struct stat *info, const struct advi_folder *folder, const char *name,
		     enum advi_trust trust, struct adv_err *err);

#endif
