/* SPDX-License-Identifier: BSD-3-Clause */
/* Records that a collector has wrapped, as Elasticsearch and Splunk export them. */
#ifndef ADVI_USAGE_UNWRAP_H
#define ADVI_USAGE_UNWRAP_H

#include "base/err.h"
#include "io/json_scan.h"

/* What becomes of a value. */
enum advi_taken {
	ADVI_TAKEN,   /* it was a record, good or refused */
	ADVI_FOREIGN, /* it is JSON, and no record */
	ADVI_BROKEN   /* it is no JSON */
};

/* Hears what is found in a wrapping. */
struct advi_unwrapped {
	/* A value that may be a record: enum advi_taken, or negative. */
	int (*value)(void *context, struct advi_str text, struct adv_err *err);
	/* Text that is no JSON: the same. NULL: it is nothing. */
	int (*text)(void *context, struct advi_str text, struct adv_err *err);
	void *context;
};

/*
 * Looks into a value that is no record itself: below the keys that collectors use (_source,
 * hits.hits, result, _raw, message ...), in a string that holds JSON, in the members of an object
 * of objects (a dictionary by file name), in the items of an array. ADVI_TAKEN when something was
 * found and everything that was found was taken, or when the value is a collector's own, such as
 * the action lines of a bulk upload.
 */
int advi_unwrap(struct advi_str text, const struct advi_unwrapped *hear, struct adv_err *err);

#endif
