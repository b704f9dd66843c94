/* SPDX-License-Identifier: BSD-3-Clause */
/* MatchSpecs: what conda users write to say which package they mean. */
#ifndef ADVI_CONDA_MATCHSPEC_H
#define ADVI_CONDA_MATCHSPEC_H

#include "base/buf.h"
#include "conda/pattern.h"
#include "conda/record.h"
#include "conda/vspec.h"

/* A field that must match; 'set' is false where the spec says nothing. */
struct advi_field {
	bool set;
	struct advi_pattern pattern;
};

/* Lives in the arena that it was parsed into. */
struct advi_matchspec {
	struct advi_field name;           /* lower case; "*" is any */
	const struct advi_vspec *version; /* NULL: any */
	const struct advi_vspec *build_number;
	struct advi_field channel, subdir, build, url, md5, sha256, license, license_family, fn;
	struct advi_str track_features, features; /* empty: not asked for */
	struct advi_str when; /* a condition (CEP 43), empty: none; matching leaves it out */
};

/*
 * Parses "channel/subdir::name version build", "name=version=build", "name>=1,<2",
 * "name[version=..., build=...]" and what else conda's MatchSpec takes.
 * Returns 0, or ADV_EINPUT with the spec and what is wrong with it.
 */
int advi_matchspec_parse(struct advi_matchspec *out, struct advi_arena *arena, struct advi_str text,
			 struct adv_err *err);
/*
 * Whether a record is meant.
 *   version  that of the record, cut up
 */
bool advi_matchspec_match(const struct advi_matchspec *spec, const struct advi_record *record,
			  const struct advi_version *version);
/* Appends the canonical form, as conda prints it. */
void advi_matchspec_print(const struct advi_matchspec *spec, struct advi_buf *out);
/* Whether a spec is that of a package file: it ends like one. */
bool advi_matchspec_is_file(struct advi_str text);
/* Whether it reads as "name-version-build" where a name could stand. */
bool advi_matchspec_is_dist(struct advi_str text);
/* Whether conda knows it as a subdir; what else ends a channel is part of its name. */
bool advi_matchspec_subdir(struct advi_str text);
/* Appends a spec, as written or canonical, for people: "numpy >=2" for "numpy[version='>=2']". */
void advi_spec_say(struct advi_str spec, struct advi_buf *out);
/* The package name when it is a plain one, otherwise an empty slice. */
struct advi_str advi_matchspec_name(const struct advi_matchspec *spec);

#endif
