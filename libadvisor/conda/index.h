/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir from a repodata.json of any size. */
#ifndef ADVI_CONDA_INDEX_H
#define ADVI_CONDA_INDEX_H

#include "conda/subdir.h"

/* What a repodata file is of. Borrowed while it is opened. */
struct advi_index_source {
	const char *path;    /* repodata.json, .json.zst or .json.bz2 */
	const char *shown;   /* for errors: path or URL */
	const char *channel; /* name of the channel, for the records */
	const char *url;     /* of the subdir, without credentials and slash at the end */
	const char *subdir;  /* "linux-64" */
};

/* Opens a file. Returns 0, ADV_EINPUT when it is no repodata, ADV_EENV when it can't be read. */
int advi_index_open(struct advi_subdir **out, const struct advi_index_source *source,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err);

#endif
