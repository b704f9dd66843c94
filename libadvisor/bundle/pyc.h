/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiled Python files whose validity does not hang on times (PEP 552). */
#ifndef ADVI_BUNDLE_PYC_H
#define ADVI_BUNDLE_PYC_H

#include "base/str.h"

enum { ADVI_PYC_HEADER_BYTES = 16 };

/* What the header of a .pyc says. */
enum advi_pyc_kind {
	ADVI_PYC_UNKNOWN,  /* no .pyc, or of a Python whose header is not known */
	ADVI_PYC_OLD,      /* before PEP 552 (Python 3.6 and older): by the source's time only */
	ADVI_PYC_TIME,     /* valid while the source has the time and size written in it */
	ADVI_PYC_CHECKED,  /* valid while the source has the hash written in it */
	ADVI_PYC_UNCHECKED /* always valid */
};
enum advi_pyc_kind advi_pyc_kind(struct advi_str pyc);

/* The time that an OLD or TIME .pyc wants its source to have, in seconds since 1970. */
uint32_t advi_pyc_time(struct advi_str pyc);

/*
 * Python's own hash of a source text, _imp.source_hash: SipHash-1-3, or SipHash-2-4 before Python
 * 3.11, keyed by the first four bytes of the .pyc (its magic number).
 */
uint64_t advi_pyc_source_hash(struct advi_str pyc, struct advi_str source);

/*
 * Rewrites the header in place: TIME and CHECKED become UNCHECKED with the hash of 'source' (or 0
 * when there is none), OLD gets 'epoch' as the time of its source. 'pyc' needs only hold the
 * header. Returns whether anything was rewritten.
 */
bool advi_pyc_rewrite(char *pyc, size_t len, const struct advi_str *source, uint32_t epoch);

/*
 * The path of the source that a .pyc belongs to: "a/__pycache__/b.cpython-311.pyc" belongs to
 * "a/b.py", "a/b.pyc" to "a/b.py". Writes at most 'size' bytes with the NUL; false when 'path' is
 * none of these or too long.
 */
bool advi_pyc_source_path(struct advi_str path, char *out, size_t size);

#endif
