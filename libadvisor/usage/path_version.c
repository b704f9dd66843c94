/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions that paths tell: "zarr-2.18.0.dist-info", "zarr-2.18.0-py3.11.egg". */
#include "usage/record.h"

/* What follows the last occurrence of a folder's name in a path; empty when there is none. */
static struct advi_str below(struct advi_str path, struct advi_str folder)
{
	struct advi_str found = ADVI_STR("");

	for (size_t at; (at = advi_str_search(path, folder)) < path.len;)
		found = path = advi_str_from(path, at + folder.len);
	return found;
}

/*
 * The names of such folders are NAME-VERSION[-TAGS].SUFFIX, where a dash in NAME or VERSION is
 * written as an underscore (setuptools' "Formats of distributions"; PEP 376 and 427).
 */
struct advi_str advi_path_version(struct advi_str path)
{
	static const char *const suffixes[] = {".dist-info", ".egg-info", ".egg"};
	struct advi_str rest = below(path, ADVI_STR("/site-packages/")), version = ADVI_STR("");

	if (!rest.len)
		rest = below(path, ADVI_STR("/dist-packages/"));
	rest.len = advi_str_find(rest, '/');
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct advi_str suffix = advi_str(suffixes[i]), part = rest, name;

		if (!advi_str_ends(rest, suffix))
			continue;
		part.len -= suffix.len;
		if (!advi_str_split(&part, '-', &name) || !advi_str_split(&part, '-', &version))
			return ADVI_STR("");
		break;
	}
	return version.len && version.ptr[0] >= '0' && version.ptr[0] <= '9' &&
			       version.len <= ADVI_NAME_BYTES
		       ? version
		       : ADVI_STR("");
}
