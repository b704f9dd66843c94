/* SPDX-License-Identifier: BSD-3-Clause */
/* Sharded repodata (CEP 16): a subdir whose records come name by name. */
#ifndef ADVI_CONDA_SHARDS_H
#define ADVI_CONDA_SHARDS_H

#include "base/map.h"
#include "conda/repodata.h"
#include "conda/subdir.h"

/* What the index of shards says, decoded. Zero is empty. */
struct advi_shard_index {
	struct advi_arena arena;
	struct advi_map names; /* number: index into shards */
	ADVI_VEC(struct advi_shard) shards;
	const char *base_url, *shards_url; /* absolute, a slash at the end */
	size_t rejected;                   /* entries without a name or a digest */
};

/* Where the records of a name are, and where they are once they were read. */
struct advi_shard {
	char sha256[ADVI_HEX_SIZE]; /* of its file */
	bool wanted, loaded;
	struct advi_repodata *records;
	size_t first, count; /* of its records in there */
};

void advi_shard_index_clear(struct advi_shard_index *index);
/*
 * Decodes repodata_shards.msgpack, decompressed.
 *   url   of the subdir, which relative addresses start from, without slash at the end.
 *   file  names it in errors.
 * Returns 0 or ADV_EINPUT.
 */
int advi_shard_index_read(struct advi_shard_index *out, struct advi_str document, const char *url,
			  const char *file, struct adv_err *err);
/*
 * Decodes one shard, decompressed, and appends its records to 'out'; those of another name than
 * 'name' are refused. Returns 0 or ADV_EINPUT.
 */
int advi_shard_read(struct advi_repodata *out, struct advi_str document, const char *name,
		    const struct advi_repodata_source *source, const struct adv_watch *watch,
		    struct adv_err *err);

/* What an index of shards is of. Borrowed while it is opened. */
struct advi_shards_source {
	const char *path;    /* repodata_shards.msgpack.zst in the cache */
	const char *shown;   /* its address, for errors */
	const char *channel; /* name of the channel, for the records */
	const char *url;     /* of the subdir, without credentials and slash at the end */
	const char *subdir;  /* "linux-64" */
};

/*
 * Opens a sharded subdir. Shards are fetched when their names are read, all of one call at once,
 * verified, and kept in the cache by their digest; 'net' is copied.
 * Returns 0, ADV_EINPUT when it is no index of shards, ADV_EENV when it can't be read.
 */
int advi_shards_open(struct advi_subdir **out, const struct advi_shards_source *source,
		     const struct adv_net *net, struct adv_err *err);

#endif
