/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading repodata.json. */
#ifndef ADVI_CONDA_REPODATA_H
#define ADVI_CONDA_REPODATA_H

#include "base/err.h"
#include "conda/record.h"

/* The records of repodata files. Zero, but for 'channel', is empty; strings live in 'arena'. */
struct advi_repodata {
	struct advi_arena arena;
	const char *channel; /* the channel's name, for the records; borrowed */
	ADVI_VEC(struct advi_record) records;
	size_t rejected; /* records that were refused */
};
void advi_repodata_clear(struct advi_repodata *repodata);

/* Where a repodata.json comes from. */
struct advi_repodata_source {
	const char *file;   /* for errors: path or URL */
	const char *url;    /* of its folder, without credentials and slash at the end */
	const char *subdir; /* "linux-64" */
};

/*
 * Appends the records of a repodata.json to 'out'. A record that lacks what it needs, or has it
 * in a wrong type, is left out, counted in out->rejected and told to the watch; of a .tar.bz2 and
 * a .conda of one build, the .conda is kept; what 'removed' lists is left out.
 * Format: conda's repodata version 1, base_url of CEP 15, python_site_packages_path of CEP 17.
 * Returns 0, or ADV_EINPUT when the text is no repodata.json as a whole.
 */
int advi_repodata_read(struct advi_repodata *out, struct advi_str text,
		       const struct advi_repodata_source *source, const struct adv_watch *watch,
		       struct adv_err *err);

#endif
