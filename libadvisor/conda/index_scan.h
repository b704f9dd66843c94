/* SPDX-License-Identifier: BSD-3-Clause */
/* Records as they stand in repodata, cut up without a copy. */
#ifndef ADVI_CONDA_INDEX_SCAN_H
#define ADVI_CONDA_INDEX_SCAN_H

#include "base/str.h"
#include "base/vec.h"

typedef ADVI_VEC(struct advi_str) advi_strs;

/* One record. A text whose 'ptr' is NULL is not said. */
struct advi_raw {
	struct advi_str fn, name, version, build, md5, sha256;
	struct advi_str license, license_family, noarch, python_site_packages_path;
	struct advi_str track_features; /* as struct advi_record has them */
	uint64_t build_number, size, timestamp;
	advi_strs depends, constrains; /* their memory is used again for the next record */
};

void advi_raw_clear(struct advi_raw *raw);

/*
 * The fast way through what nearly all records are: scans '"fn":{...}' at 'at'. Returns where it
 * ends, or NULL when it is unusual in any way or is cut short: then nothing is said about it, and
 * the slow way decides. At least 8 zero bytes follow the text.
 */
const char *advi_raw_scan(struct advi_raw *raw, const char *at);

#endif
