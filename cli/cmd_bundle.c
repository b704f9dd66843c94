/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor bundle: images built, verified, listed, compared and published. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"

static struct adv_bundle_options options = ADV_BUNDLE_OPTIONS_INIT;
static const char *image, *site_path;
static struct adv_publish_options publish_options = ADV_PUBLISH_OPTIONS_INIT;
static const char *releases, *template_path, *second;
static uint64_t level, block_bytes, threads, keep;
static bool as_json;

static const struct opt opts[] = {
	{'o', "output", OPT_TEXT, &image, "IMAGE",
	 "build: the image; IMAGE.manifest.json comes beside it"},
	{0, "mount", OPT_TEXT, &options.mount, "PATH",
	 "build: where it will be mounted, the prefix"},
	{0, "format", OPT_TEXT, &options.format, "NAME",
	 "build: squashfs, tar.zst or tar.gz; else by IMAGE"},
	{0, "codec", OPT_TEXT, &options.codec, "NAME",
	 "build: squashfs' zstd (default), lz4, xz or gzip"},
	{0, "level", OPT_COUNT, &level, "N", "build: of the codec; zstd's is 3"},
	{0, "block-size", OPT_BYTES, &block_bytes, "SIZE",
	 "build: of squashfs, 4K to 1M; default 128K"},
	{'s', "site", OPT_TEXT, &site_path, "SITE.yml",
	 "build: take mirrors and credentials from this recipe"},
	{0, "threads", OPT_COUNT, &threads, "N",
	 "build: that compress; the image does not depend on it"},
	{0, "dry-run", OPT_FLAG, &options.dry_run, NULL,
	 "build: check PLAN or RECIPE, fetch and build nothing"},
	{0, "to", OPT_TEXT, &releases, "RELEASES",
	 "publish, rollback: the folder that releases lie in"},
	{0, "as", OPT_TEXT, &publish_options.name, "NAME",
	 "publish, rollback: the link there; default current"},
	{0, "keep", OPT_COUNT, &keep, "N", "publish: releases to go back to that stay; default 3"},
	{0, "template", OPT_TEXT, &template_path, "FILE",
	 "modulefile: the template, *.lua.in or *.tcl.in"},
	{0, "json", OPT_FLAG, &as_json, NULL,
	 "list, diff: one JSON document, schema advisor.bundle-list/1, -diff/1"},
};

static double mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

static void print_built(const struct adv_bundle_summary *summary)
{
	printf("%s: %.1f MiB, from %" PRIu64 " packages with %" PRIu64
	       " files, %.1f MiB installed\n",
	       image, mib(summary->image_bytes), summary->packages, summary->files,
	       mib(summary->bytes));
	printf("  .pyc made independent of times: %" PRIu64 "\n", summary->pyc_rewritten);
	if (summary->pyc_missing)
		printf("  .py without .pyc, compiled on every start: %" PRIu64 "\n",
		       summary->pyc_missing);
	if (summary->clobbered)
		printf("  paths that several packages have: %" PRIu64 "\n", summary->clobbered);
	if (summary->scripts_skipped)
		printf("  link scripts not run: %" PRIu64 "\n", summary->scripts_skipped);
}

static int build(const char *source)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!image && !options.dry_run)
		return term_usage("bundle build needs -o IMAGE");
	if (level > 100 || threads > 1024)
		return term_usage("--level is at most 100, --threads 1024");
	if (block_bytes > 1 << 20)
		return term_usage("--block-size is at most 1M");
	options.level = (unsigned)level;
	options.block_bytes = (uint32_t)block_bytes;
	options.threads = (unsigned)threads;
	if (!net_ready())
		return 2;
	if (site_path && (r = adv_site_read(&site, site_path, &err)) < 0)
		return term_fail(&err, r);
	if (site)
		adv_site_net(site, &net_asked.net);
	r = adv_bundle_build(source, image, &net_asked.net, &options, term_watch(), &summary, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (options.dry_run)
		printf("%s can be built: %" PRIu64 " packages; nothing was\n", source,
		       summary.packages);
	else
		print_built(&summary);
	return term_flush(0);
}

static int verify(const char *path)
{
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_bundle_verify(path, term_watch(), &summary, &err);

	if (r < 0)
		return term_fail(&err, r);
	term_done();
	printf("%s holds: %" PRIu64 " packages, %" PRIu64 " files, %" PRIu64
	       " links, %.1f MiB, no stale .pyc\n",
	       path, summary.packages, summary.files, summary.links, mib(summary.bytes));
	return term_flush(0);
}

static int list(const char *path)
{
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_bundle_list(path, as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, stdout, &style,
				&err);

	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static int diff(const char *path)
{
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	bool equal = false;
	int r = adv_bundle_diff(&equal, path, second, as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT,
				stdout, &style, &err);

	return r < 0 ? term_fail(&err, r) : term_flush(equal ? 0 : 1);
}

/* Says where a link points now. */
static int tell_release(const struct adv_release *release)
{
	term_done();
	printf("%s/%s is %s", releases, publish_options.name ? publish_options.name : "current",
	       release->name);
	if (*release->before && strcmp(release->before, release->name) != 0)
		printf(", and was %s", release->before);
	putchar('\n');
	if (release->removed)
		printf("  old releases removed: %u\n", release->removed);
	return term_flush(0);
}

static int publish(const char *path)
{
	struct adv_release release;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!releases)
		return term_usage("bundle publish needs --to RELEASES");
	if (keep > 1000)
		return term_usage("--keep is at most 1000");
	publish_options.keep = (unsigned)keep;
	r = adv_bundle_publish(&release, path, releases, &publish_options, term_watch(), &err);
	return r < 0 ? term_fail(&err, r) : tell_release(&release);
}

static int rollback(const char *none)
{
	struct adv_release release;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)none;
	if (!releases)
		return term_usage("bundle rollback needs --to RELEASES");
	r = adv_bundle_rollback(&release, releases, &publish_options, term_watch(), &err);
	return r < 0 ? term_fail(&err, r) : tell_release(&release);
}

static int modulefile(const char *path)
{
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!template_path)
		return term_usage("bundle modulefile needs --template FILE; two are among the "
				  "recipes, in 'modulefiles'");
	r = adv_bundle_modulefile(path, template_path, stdout, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int operands;
		int (*run)(const char *operand);
	} actions[] = {
		{"build", 1, build},
		{"verify", 1, verify},
		{"list", 1, list},
		{"diff", 2, diff},
		{"publish", 1, publish},
		{"rollback", 0, rollback},
		{"modulefile", 1, modulefile},
	};
	static const char *const counts[] = {"no operand", "one operand", "two operands"};

	second = argc > 2 ? argv[2] : NULL;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(argv[0], actions[i].name) != 0)
			continue;
		if (argc - 1 != actions[i].operands)
			return term_usage("bundle %s takes %s", argv[0],
					  counts[actions[i].operands]);
		return actions[i].run(argc > 1 ? argv[1] : NULL);
	}
	return term_usage(
		"bundle takes build, verify, list, diff, publish, rollback or modulefile, "
		"not '%s'",
		argv[0]);
}

extern const struct command cmd_bundle;
const struct command cmd_bundle = {
	.name = "bundle",
	.synopsis =
		"build PLAN|RECIPE -o IMAGE --mount PATH | verify IMAGE | list IMAGE | diff A B | "
		"publish IMAGE --to RELEASES | rollback --to RELEASES | "
		"modulefile IMAGE --template FILE",
	.purpose = "build, verify, list, compare and publish images",
	.details =
		"build makes an image straight from packages: no conda, no Python and no installed tree\n"
		"is needed. PLAN is what 'recommend' wrote; RECIPE is YAML with the schema\n"
		"advisor.bundle/1. Packages are verified before use and made right for the mount path.\n"
		"The same packages and options give the same bytes; SOURCE_DATE_EPOCH sets every time.\n"
		"Link scripts are never run, but listed. verify holds an image against its manifest:\n"
		"every file, mode and link, and no stale .pyc; status 1 says that something does not hold.\n"
		"diff says how two images differ, with status 1 when they do.\n"
		"publish verifies an image, puts it into a folder of its own in RELEASES and points the link\n"
		"RELEASES/current there, in one step; rollback points it back to the release before.\n"
		"modulefile prints a module of the image for Lmod or Environment Modules.",
	.examples =
		"  conda-advisor bundle build plan.json -o next.squashfs --mount /opt/conda/next\n"
		"  conda-advisor bundle build recipe.yml -o next.tar.zst --offline\n"
		"  conda-advisor bundle build bundles/torch.yml --dry-run\n"
		"  conda-advisor bundle verify next.squashfs\n"
		"  conda-advisor bundle publish next.squashfs --to /soft/releases",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_opts,
	.min_args = 1,
	.max_args = 3,
	.run = run,
};
