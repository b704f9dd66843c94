/* SPDX-License-Identifier: BSD-3-Clause */
/* What an XALT record says, key by key, and what that comes to. */
#ifndef ADVI_USAGE_XALT_FIELDS_H
#define ADVI_USAGE_XALT_FIELDS_H

#include "usage/record.h"

/* Numbers of a run; NaN: not there. */
struct advi_xalt_amounts {
	double start, end, seconds, probability, nodes;
};

/* Everything of a record that matters, whatever its kind. Empty and NaN: not there. */
struct advi_xalt_fields {
	bool run, package, link; /* by the keys that only such a record has */
	struct advi_str program, pkg_uuid, name, path;
	struct advi_str uuid, user, account, job, host, exec_path, argv0;
	struct advi_xalt_environment environment;
	struct advi_xalt_amounts amounts, old; /* of userDT; of userT, in the oldest records */
	advi_paths *libs;
	struct advi_str lib_words;
	bool libs_known;
	const struct advi_xalt_memory *memory; /* or NULL */
};

/* Nothing read yet; both are borrowed. */
void advi_xalt_fields_init(struct advi_xalt_fields *fields, advi_paths *libs,
			   const struct advi_xalt_memory *memory);

/* What a key's value is, and where in the fields it goes. */
struct advi_xalt_key {
	struct advi_str name;
	enum {
		ADVI_XALT_TEXT,
		ADVI_XALT_NUMBER,
		ADVI_XALT_EITHER /* a number, perhaps in quotes */
	} form;
	size_t offset;
};
/* The key of that name, or NULL when it means nothing: in an object, of which each has its keys. */
enum advi_xalt_object { ADVI_XALT_TOP, ADVI_XALT_ENVT, ADVI_XALT_USERT, ADVI_XALT_USERDT };
const struct advi_xalt_key *advi_xalt_key(enum advi_xalt_object object, struct advi_str name);

/* Variables that are set in 'from', in place of those that were. */
void advi_xalt_set_variables(struct advi_xalt_environment *to,
			     const struct advi_xalt_environment *from);

/* What a well-formed record with these fields is. */
void advi_xalt_settle(const struct advi_xalt_fields *fields, struct advi_record_seen *out);

#endif
