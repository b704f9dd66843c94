/* SPDX-License-Identifier: BSD-3-Clause */
/* One subdir of a channel: something that gives the records of a name. */
#ifndef ADVI_CONDA_SUBDIR_H
#define ADVI_CONDA_SUBDIR_H

#include <advisor/net.h>

#include "base/err.h"
#include "conda/record.h"
#include "io/digest.h"

struct advi_subdir;

/* Hears one name. Returns 0 to go on. */
typedef int advi_subdir_name_fn(void *context, struct advi_str name);

/* A way in which a subdir is stored: a file with its index, or shards. */
struct advi_subdir_kind {
	/* Whether any record has the name. */
	bool (*has)(const struct advi_subdir *subdir, struct advi_str name);
	/*
	 * Appends the records of 'names' (count of them) to 'out', in any order; names that are
	 * absent give none. The records, and all they point to, live as long as the subdir; a name
	 * that is read again gives the same records. Equal lists of dependencies may be one list.
	 */
	int (*read)(struct advi_subdir *subdir, const struct advi_str *names, size_t count,
		    advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err);
	/* Calls back for every name, sorted by bytes; stops at what is not 0 and returns it. */
	int (*each_name)(const struct advi_subdir *subdir, advi_subdir_name_fn *each,
			 void *context);
	/* Frees everything, the subdir too. */
	void (*close)(struct advi_subdir *subdir);
};

/* The first member of every kind's own struct. */
struct advi_subdir {
	const struct advi_subdir_kind *kind;
	uint64_t records;           /* that can be read; 0: not known */
	uint64_t rejected;          /* that were refused, each told to the watch up to a limit */
	char sha256[ADVI_HEX_SIZE]; /* of what it was read from, decompressed */
};

static inline void advi_subdir_close(struct advi_subdir *subdir)
{
	if (subdir)
		subdir->kind->close(subdir);
}

#endif
