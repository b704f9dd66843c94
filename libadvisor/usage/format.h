/* SPDX-License-Identifier: BSD-3-Clause */
/* Log formats: a row each. */
#ifndef ADVI_USAGE_FORMAT_H
#define ADVI_USAGE_FORMAT_H

#include "io/lines.h"
#include "usage/sink.h"

enum { ADVI_HEAD_BYTES = 1 << 20 }; /* of a source seen at once: more than most sources have */

/* What a format reads from. */
struct advi_source {
	struct advi_stream *stream;
	struct advi_str head; /* its first ADVI_HEAD_BYTES, or all of it when 'whole' */
	bool whole;
	const char *name; /* as it was asked for: a path, perhaps of a member of an archive */
	uint64_t start;   /* bytes before it: what comes is read on, or a part of a large file */
};

struct advi_log_format {
	const char *name;
	/* Whether a source that begins so is of this format. */
	bool (*recognise)(struct advi_str head);
	/* Reads a source to its end; bad records are refused one by one. */
	int (*read)(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err);
	/*
	 * Every line can be understood by itself, or with what the store keeps: a source that has
	 * grown is read on from where it ended, and a large one may be read in parts. Such a format
	 * reads by advi_format_lines. Others are read anew, and what was read before is dropped.
	 */
	bool by_line;
	bool json; /* it may come as documents of any shape, too: those are not by line */
};

extern const struct advi_log_format advi_format_counts, advi_format_counts_json, advi_format_mods,
	advi_format_pbs, advi_format_sacct, advi_format_snooper, advi_format_syslog,
	advi_format_xalt, advi_format_xalt_documents;

/* The format of that name, or NULL. */
const struct advi_log_format *advi_format_named(const char *name);
/* The format of a source that begins with 'head', or NULL. */
const struct advi_log_format *advi_format_of(struct advi_str head);
/* Whether it is what a scheduler accounts for, not a log of what was used. */
bool advi_format_accounts(const struct advi_log_format *format);
/* Whether a source of that format that begins so is by line. */
bool advi_format_by_line(const struct advi_log_format *format, struct advi_str head);
/* The names of all, "counts, pbs, ...". */
const char *advi_format_names(void);

/*
 * Calls 'each' for every line of a source that is not blank and within ADVI_LINE_BYTES; counts
 * records and bytes, refuses lines that are too long. When the last line has no end (line->cut) and
 * 'each' refuses it, then it may have been written half: it is read again when there is more.
 */
typedef int advi_format_line_fn(void *context, const struct advi_line *line, struct adv_err *err);
int advi_format_lines(const struct advi_source *source, struct advi_sink *sink,
		      advi_format_line_fn *each, void *context, struct adv_err *err);
/* The same with one line, for who has counted it. */
int advi_format_line(struct advi_sink *sink, const struct advi_line *line,
		     advi_format_line_fn *each, void *context, struct adv_err *err);

#endif
