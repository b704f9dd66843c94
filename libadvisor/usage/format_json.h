/* SPDX-License-Identifier: BSD-3-Clause */
/* What log formats of JSON records share: lines, documents, arrays, wrappings of any size. */
#ifndef ADVI_USAGE_FORMAT_JSON_H
#define ADVI_USAGE_FORMAT_JSON_H

#include "usage/format.h"
#include "usage/unwrap.h"

/* How the records of one format are read. */
struct advi_json_records {
	/*
	 * Takes a record, or refuses it. ADVI_FOREIGN when it is JSON and no record; ADVI_BROKEN
	 * with '*problem' (a literal) when it is no JSON; negative when the store can't be written.
	 */
	int (*take)(void *context, struct advi_str text, uint64_t offset, const char **problem,
		    struct adv_err *err);
	/* Text that a collector has wrapped: the same. May be NULL. */
	int (*text)(void *context, struct advi_str text, uint64_t offset, struct adv_err *err);
	bool (*is_record)(struct advi_str key); /* whether only a record has that key */
	bool lists;                             /* a list of strings is a record, too */
	const char *foreign;                    /* why what is no record is refused: a literal */
	void *context;
};

/* Whether text has a key of that name, perhaps within a string that holds JSON: "key":, \"key\":.
 */
bool advi_json_has_key(struct advi_str text, const char *key);
/* Whether a source has a record (or a wrapping) a line. */
bool advi_json_is_lines(struct advi_str head);
/* Takes a value, whatever it is wrapped in; what is wrong with it is refused. */
int advi_json_take(const struct advi_json_records *records, struct advi_sink *sink,
		   struct advi_str text, uint64_t offset, struct adv_err *err);
/* Reads a source line by line, or value by value. */
int advi_json_read_lines(const struct advi_source *source, struct advi_sink *sink,
			 const struct advi_json_records *records, struct adv_err *err);
int advi_json_read_values(const struct advi_source *source, struct advi_sink *sink,
			  const struct advi_json_records *records, struct adv_err *err);
/* Either, by advi_json_is_lines. */
int advi_json_read(const struct advi_source *source, struct advi_sink *sink,
		   const struct advi_json_records *records, struct adv_err *err);

/* Takes a record of XALT's, as struct advi_json_records says. */
int advi_xalt_take(struct advi_sink *sink, struct advi_str text, uint64_t offset,
		   const char **problem, struct adv_err *err);

#endif
