/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle verify: an image held against what is said of it. */
#include <inttypes.h>

#include "bundle.h"

int bundle_verify(const char *path)
{
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_bundle_verify(path, term_watch(), &summary, &err);

	if (r < 0)
		return term_fail(&err, r);
	term_done();
	printf("%s holds: %" PRIu64 " packages, %" PRIu64 " files, %" PRIu64
	       " links, %.1f MiB, no stale .pyc\n",
	       path, summary.packages, summary.files, summary.links, bundle_mib(summary.bytes));
	return term_flush(0);
}
