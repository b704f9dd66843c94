/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle unpack: an image as a folder, made right for where that is. */
#include <inttypes.h>

#include "bundle.h"

int bundle_unpack(const char *image)
{
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!bundle_opts.releases)
		return term_usage("bundle unpack needs --to FOLDER");
	r = adv_bundle_unpack(image, bundle_opts.releases, term_watch(), &summary, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	printf("%s: %" PRIu64 " files, %" PRIu64 " links, %.1f MiB\n", bundle_opts.releases,
	       summary.files, summary.links, bundle_mib(summary.bytes));
	printf("  files that name the path, made right for this one: %" PRIu64 "\n",
	       summary.prefixed);
	if (summary.pyc_missing)
		printf("  .pyc of such, left out: %" PRIu64 "\n", summary.pyc_missing);
	return term_flush(0);
}
