/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle verify, sbom and sign: what is said of an image, and whether it holds. */
#include <inttypes.h>

#include "bundle.h"

int bundle_verify(const char *path)
{
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (bundle_opts.verify.signer && !bundle_opts.verify.allowed_signers)
		return term_usage("--signer is one of --allowed-signers");
	bundle_opts.verify.sbom = bundle_opts.build.sbom;
	r = adv_bundle_verify(path, &bundle_opts.verify, term_watch(), &summary, &err);

	if (r < 0)
		return term_fail(&err, r);
	term_done();
	printf("%s holds: %" PRIu64 " packages, %" PRIu64 " files, %" PRIu64
	       " links, %.1f MiB, no stale .pyc\n",
	       path, summary.packages, summary.files, summary.links, bundle_mib(summary.bytes));
	if (summary.sbom)
		puts("  so does its bill of materials");
	if (*summary.signer)
		printf("  and the manifest is signed by %s\n", summary.signer);
	return term_flush(0);
}

int bundle_sbom(const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_bundle_sbom(path, bundle_opts.image ? bundle_opts.image : "-", &err);

	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

int bundle_sign(const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!bundle_opts.build.sign)
		return term_usage("bundle sign needs --sign KEY");
	r = adv_bundle_sign(path, bundle_opts.build.sign, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}
