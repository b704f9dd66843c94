/* SPDX-License-Identifier: BSD-3-Clause */
/* Sources that the store knows: by all of their content, and by how a longer one begins. */
#ifndef ADVI_USAGE_KNOWN_H
#define ADVI_USAGE_KNOWN_H

#include "base/vec.h"
#include "io/fingerprint.h"
#include "usage/store.h"

/*
 * What a source begins with, as far as it stays the same while more is written: its first line.
 * When not even that was whole, its name takes that place.
 */
struct advi_source_head {
	struct advi_fingerprint line; /* of the first line with its end, or of the first 64 KiB */
	unsigned char by_line[8];     /* the same, shorter */
	unsigned char by_name[8];
	bool whole_line; /* there is a line end, and more behind it */
	bool cut;        /* there is none */
};

/* A row of the store's table of sources. Texts are borrowed. */
struct advi_source_row {
	struct advi_fingerprint fingerprint;
	const unsigned char *head; /* 8 bytes, or NULL: nothing is to be found by it */
	struct advi_str name;
	uint64_t base; /* of a part of a file: the bytes before it */
	bool named;    /* even when it has but one record */
	const char *format;
	uint64_t bytes, resume, records, runs, rejected;
};

/* A source that a longer one may begin with. */
struct advi_known {
	struct advi_fingerprint fingerprint;
	uint64_t bytes, resume; /* of its content; where the longer one is read on */
	char format[24];
	bool grown;     /* a longer one has taken over what was read of it */
	bool same_name; /* as the one that it was looked up for */
};
typedef ADVI_VEC(struct advi_known) advi_knowns;

/* A refused record of a source. */
struct advi_reject {
	uint64_t offset; /* bytes before it, decompressed */
	const char *reason;
};

/* The statements on the store's sources. */
struct advi_sources {
	struct adv_store *store;
	sqlite3_stmt *find, *any, *like, *add, *grow, *move_tallies, *drop_tallies, *move_rejects;
	bool sha256; /* some were read by version 1 */
	sqlite3_stmt *drop_rejects, *reject, *own_tallies, *carry;
};

int advi_sources_open(struct advi_sources *sources, struct adv_store *store, struct adv_err *err);
void advi_sources_clear(struct advi_sources *sources);

/* 'beginning' is the first 64 KiB of the content, or all of it. */
void advi_source_head(struct advi_source_head *out, struct advi_str beginning,
		      struct advi_str name);

/* Whether a source of this fingerprint is in the store: 1, 0 or an error. */
int advi_sources_find(struct advi_sources *sources, const struct advi_fingerprint *fingerprint,
		      struct adv_err *err);
/* As _find for a source of this content, which version 1 may have read. */
int advi_sources_find_old(struct advi_sources *sources, struct advi_str content,
			  struct adv_err *err);
/* Appends those whose content a source with that head may begin with, the shortest first. */
int advi_sources_like(struct advi_sources *sources, const struct advi_source_head *head,
		      struct advi_str name, advi_knowns *out, struct adv_err *err);
/* Adds a source with its refused records. */
int advi_sources_add(struct advi_sources *sources, const struct advi_source_row *row,
		     const struct advi_reject *rejects, size_t reject_count, struct adv_err *err);
/*
 * Lets a source take over from a shorter one that it begins with. 'read_on': only what comes behind
 * 'resume' was read, so what was read of the shorter one is the longer one's now; otherwise all of
 * it was read anew, and what the shorter one left is dropped.
 */
int advi_sources_grow(struct advi_sources *sources, const struct advi_known *from,
		      const struct advi_fingerprint *to, bool read_on, struct adv_err *err);
/* Gives the ready-made counts written since row 'since' to a source. */
int advi_sources_own_tallies(struct advi_sources *sources,
			     const struct advi_fingerprint *fingerprint, sqlite3_int64 since,
			     struct adv_err *err);

#endif
