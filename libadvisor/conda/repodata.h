/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading repodata.json, or one record of it, in whatever form JSON allows. */
#ifndef ADVI_CONDA_REPODATA_H
#define ADVI_CONDA_REPODATA_H

#include "base/err.h"
#include "conda/record.h"
#include "io/json_scan.h"

enum { ADVI_REPODATA_TEXT_BYTES = 64 * 1024, ADVI_REPODATA_LIST_ITEMS = 10000 };

/*
 * Takes the value that comes next, which describes package file 'fn'. Strings live in 'arena';
 * channel, subdir and url are left to the caller.
 *   bad  why the record is refused (a literal), or NULL.
 * Returns false when the text is no JSON: json->problem says why.
 * Format: conda's repodata version 1, python_site_packages_path of CEP 17.
 */
bool advi_repodata_record(struct advi_json *json, struct advi_str fn, struct advi_arena *arena,
			  struct advi_record *out, const char **bad);

/* The records of repodata texts. Zero, but for 'channel', is empty; strings live in 'arena'. */
struct advi_repodata {
	struct advi_arena arena;
	const char *channel; /* the channel's name, for the records; borrowed */
	ADVI_VEC(struct advi_record) records;
	size_t rejected; /* records that were refused */
};
void advi_repodata_clear(struct advi_repodata *repodata);

/* Where a repodata text comes from. */
struct advi_repodata_source {
	const char *file;   /* for errors: path or URL */
	const char *url;    /* of its folder, without credentials and slash at the end */
	const char *subdir; /* "linux-64" */
};

/*
 * Appends the records of a text that is in memory as a whole: for what is small, such as a shard.
 * A file is read by way of its index (conda/index.h), which takes and refuses the same.
 * Returns 0, or ADV_EINPUT when the text is no repodata.json as a whole.
 */
int advi_repodata_read(struct advi_repodata *out, struct advi_str text,
		       const struct advi_repodata_source *source, const struct adv_watch *watch,
		       struct adv_err *err);

#endif
