/* SPDX-License-Identifier: BSD-3-Clause */
/* What an environment holds, or asks for, whichever form says so. */
#ifndef ADVI_CONDA_LISTING_H
#define ADVI_CONDA_LISTING_H

#include "base/err.h"
#include "base/vec.h"
#include "conda/pypi.h"
#include "conda/record.h"

/* More packages than any environment has; a file that names more is refused. */
enum { ADVI_LISTING_PACKAGES = 100000 };

/* A conda package of an environment. */
struct advi_listed {
	struct advi_record record; /* as much as the form says; nothing in it must be hidden */
	const char *from;      /* where its file is, credentials included: a URL, or a path as it is
				* written; NULL when the form does not say */
	struct advi_spot spot; /* in the text */
};

typedef ADVI_VEC(struct advi_spot) advi_spots;
/* The spot of the item of an index; not known where there are fewer. */
struct advi_spot advi_spot_at(const advi_spots *spots, size_t index);

/* A part of a file that conda passes over, and so do we. */
struct advi_passed_over {
	const char *what;
	struct advi_spot spot;
};

/* An environment. Strings live in 'arena'; NULL where the form says nothing. Zero is empty. */
struct advi_listing {
	struct advi_arena arena;
	const char *form;                     /* as in the table of forms */
	const char *name, *prefix;            /* of the environment */
	const char *platform;                 /* "linux-64" */
	advi_names channels;                  /* as written, "nodefaults" too */
	advi_names specs;                     /* MatchSpecs, as written: what is asked for */
	advi_spots channel_spots, spec_spots; /* by each of them; may be fewer */
	ADVI_VEC(struct advi_passed_over) passed_over; /* what nobody here reads */
	ADVI_VEC(struct advi_listed)
	packages;                      /* what is installed; by name, each name once, with
					* version and build */
	ADVI_VEC(struct advi_pip) pip; /* by name; what pip installed, or shall */
};
void advi_listing_clear(struct advi_listing *listing);

/* What to take of a file that holds several environments. NULL: see each. */
struct advi_listing_wish {
	const char *platform;    /* "linux-64"; NULL: the only one there is */
	const char *environment; /* of a pixi.lock; NULL: "default" */
};

/*
 * Reads an environment from a file in any of the known forms, which is told by its content, or
 * from the folder that it is installed in.
 *   path  "pixi.lock#gpu" names one of a file's environments
 *   wish  NULL: whatever there is
 * Returns 0, or ADV_EINPUT with file, line and what was expected, 'out' being empty: where a part
 * is not known for sure, nothing can be built on the rest.
 */
int advi_listing_read(struct advi_listing *out, const char *path,
		      const struct advi_listing_wish *wish, struct adv_err *err);
/* The same from the text of a file; 'path' names it in errors. */
int advi_listing_parse(struct advi_listing *out, struct advi_str text, const char *path,
		       const struct advi_listing_wish *wish, struct adv_err *err);

/* --- for readers of forms --- */

/* A text that is being read; 'path' names it. */
struct advi_listing_place {
	const char *path;
	unsigned line;   /* from 1; 0: none */
	unsigned column; /* likewise */
};

/* Sets "PATH: line N: ..." and returns ADV_EINPUT. */
int advi_listing_fail(const struct advi_listing_place *place, struct adv_err *err,
		      const char *format, ...) ADVI_PRINTF(3, 4);
/*
 * Adds a package whose strings live in the listing's arena. Its name, its version and its build,
 * when it has them, are checked, and that it is for 'platform' (NULL: any) or for all.
 */
int advi_listing_add(struct advi_listing *out, const struct advi_listed *package,
		     const char *platform, const struct advi_listing_place *place,
		     struct adv_err *err);
/* Notes a part of the file that nobody reads. */
void advi_listing_pass_over(struct advi_listing *out, struct advi_str what, struct advi_spot spot);
/* Adds a requirement as pip has it: "foo==1.2", "git+https://...". */
int advi_listing_add_pip(struct advi_listing *out, struct advi_str requirement,
			 const struct advi_listing_place *place, struct adv_err *err);
/* Adds a package that pip installed; an empty version is not known. */
int advi_listing_add_pip_package(struct advi_listing *out, struct advi_str name,
				 struct advi_str version, const struct advi_listing_place *place,
				 struct adv_err *err);
/*
 * Puts everything in order. A package that is there twice is one; two of one name are refused.
 * Packages of which some have no build are no records of what is installed: all become specs.
 */
int advi_listing_finish(struct advi_listing *out, const char *path, struct adv_err *err);

#endif
