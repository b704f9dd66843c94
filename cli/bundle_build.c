/* SPDX-License-Identifier: BSD-3-Clause */
/* bundle build: an image from a plan or a recipe. */
#include <inttypes.h>

#include "bundle.h"

static void print_built(const struct adv_bundle_summary *summary)
{
	printf("%s: %.1f MiB, from %" PRIu64 " packages with %" PRIu64
	       " files, %.1f MiB installed\n",
	       bundle_opts.image, bundle_mib(summary->image_bytes), summary->packages,
	       summary->files, bundle_mib(summary->bytes));
	printf("  .pyc made independent of times: %" PRIu64 "\n", summary->pyc_rewritten);
	if (summary->pyc_compiled)
		printf("  .pyc compiled by the image's own Python: %" PRIu64 "\n",
		       summary->pyc_compiled);
	if (summary->ordered)
		printf("  files in the order of reading, before all else: %" PRIu64 "\n",
		       summary->ordered);
	if (summary->pyc_missing)
		printf("  .py without .pyc, compiled on every start: %" PRIu64 "\n",
		       summary->pyc_missing);
	if (summary->clobbered)
		printf("  paths that several packages have: %" PRIu64 "\n", summary->clobbered);
	if (summary->prefixed)
		printf("  files that name the mount path, wherever the image is: %" PRIu64
		       ", listed in the manifest\n",
		       summary->prefixed);
	if (summary->shared)
		printf("  files that base has, too, left out: %" PRIu64 "\n", summary->shared);
	if (summary->libraries_missing)
		printf("  shared libraries that nodes must have: %" PRIu64
		       ", listed in the manifest\n",
		       summary->libraries_missing);
	if (summary->scripts_skipped)
		printf("  link scripts not run: %" PRIu64 "\n", summary->scripts_skipped);
}

int bundle_build(const char *source)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!bundle_opts.image && !bundle_opts.build.dry_run)
		return term_usage("bundle build needs -o IMAGE");
	if (bundle_opts.level > 100 || bundle_opts.threads > 1024)
		return term_usage("--level is at most 100, --threads 1024");
	if (bundle_opts.block_bytes > 1 << 20)
		return term_usage("--block-size is at most 1M");
	bundle_opts.build.level = (unsigned)bundle_opts.level;
	bundle_opts.build.block_bytes = (uint32_t)bundle_opts.block_bytes;
	bundle_opts.build.threads = (unsigned)bundle_opts.threads;
	bundle_opts.build.host_libraries = bundle_opts.host_libraries.at;
	bundle_opts.build.host_library_count = bundle_opts.host_libraries.count;
	if (!net_ready())
		return 2;
	if (bundle_opts.site_path && (r = adv_site_read(&site, bundle_opts.site_path, &err)) < 0)
		return term_fail(&err, r);
	if (site)
		adv_site_net(site, &net_asked.net);
	r = adv_bundle_build(source, bundle_opts.image, &net_asked.net, &bundle_opts.build,
			     term_watch(), &summary, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (bundle_opts.build.dry_run)
		printf("%s can be built: %" PRIu64 " packages; nothing was\n", source,
		       summary.packages);
	else
		print_built(&summary);
	if (!bundle_opts.build.dry_run)
		term_hint("conda-advisor bundle verify %s", bundle_opts.image);
	return term_flush(0);
}
