/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir from a repodata.json of any size. */
#ifndef ADVI_CONDA_INDEX_H
#define ADVI_CONDA_INDEX_H

#include "conda/subdir.h"

/*
 * The first time a file is read whole, in one pass, and an index of it is written to the cache;
 * from then on only the index is read, and of it only what is asked for, in place. The index has
 * all that is known of every record, and the digest of the repodata; its format is described in
 * conda/index_file.h. It is believed as long as the repodata file has the same stamps (size,
 * times, inode) or the same bytes; one that is stale, torn or of another version is made anew.
 * Where there is no cache that can be written the index stays in memory.
 */

/* What a repodata file is of. Borrowed while it is opened. */
struct advi_index_source {
	const char *path;    /* repodata.json, .json.zst or .json.bz2 */
	const char *shown;   /* for errors: path or URL */
	const char *channel; /* name of the channel, for the records */
	const char *url;     /* of the subdir, without credentials and slash at the end */
	const char *subdir;  /* "linux-64" */
};

/*
 * Opens a file. A record that lacks what it needs, or has it in a wrong type, is left out,
 * counted and told to the watch; of a .tar.bz2 and a .conda of one build the .conda is kept; what
 * 'removed' lists, and what is revoked, is left out.
 *   net  where the cache is; NULL for defaults.
 * Returns 0, ADV_EINPUT when it is no repodata.json as a whole, ADV_EENV when it can't be read.
 */
int advi_index_open(struct advi_subdir **out, const struct advi_index_source *source,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err);

/* "CACHE/repodata/.../NAME.index" in new memory: where the index of a file is kept. */
int advi_index_path(char **out, const struct advi_index_source *source, const struct adv_net *net,
		    struct adv_err *err);

#endif
