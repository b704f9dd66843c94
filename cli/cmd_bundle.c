/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor bundle: images built, verified, listed, compared and published. */
#include <string.h>

#include "bundle.h"

struct bundle_opts bundle_opts = {
	.build = ADV_BUNDLE_OPTIONS_INIT,
	.publish = ADV_PUBLISH_OPTIONS_INIT,
	.verify = ADV_VERIFY_OPTIONS_INIT,
};

static const struct opt opts[] = {
	{'o', "output", OPT_TEXT, &bundle_opts.image, "IMAGE",
	 "build: the image; IMAGE.manifest.json comes beside it; sbom: the bill"},
	{0, "mount", OPT_TEXT, &bundle_opts.build.mount, "PATH",
	 "build: where it will be mounted, the prefix; test: try it there"},
	{0, "relocatable", OPT_FLAG, &bundle_opts.build.relocatable, NULL,
	 "build: it may be mounted elsewhere, too: nothing is started or loaded by its path"},
	{0, "format", OPT_TEXT, &bundle_opts.build.format, "NAME",
	 "build: squashfs, tar.zst or tar.gz; else by IMAGE"},
	{0, "codec", OPT_TEXT, &bundle_opts.build.codec, "NAME",
	 "build: squashfs' zstd (default), lz4, xz or gzip"},
	{0, "level", OPT_COUNT, &bundle_opts.level, "N", "build: of the codec; zstd's is 3"},
	{0, "block-size", OPT_BYTES, &bundle_opts.block_bytes, "SIZE",
	 "build: of squashfs, 4K to 1M; default 128K, in an order 1M"},
	{'s', "site", OPT_TEXT, &bundle_opts.site_path, "SITE.yml",
	 "build: take mirrors and credentials from this recipe"},
	{0, "base", OPT_TEXT, &bundle_opts.build.base, "BASE",
	 "build: a layer with what this image, manifest or installed environment lacks; test: of "
	 "a layer, this image"},
	{0, "host-library", OPT_LIST, &bundle_opts.host_libraries, "SONAME",
	 "build: of a layer: every node has this library; a pattern, may be given again"},
	{0, "threads", OPT_COUNT, &bundle_opts.threads, "N",
	 "build: that compress, the image does not depend on it; test: imports at a time"},
	{0, "order", OPT_TEXT, &bundle_opts.build.order, "USAGE.db",
	 "build: what people import together lies together"},
	{0, "trace", OPT_TEXT, &bundle_opts.build.trace, "STATEMENTS",
	 "build: so does what these read: 'import numpy, scipy.linalg'"},
	{0, "no-compile", OPT_FLAG, &bundle_opts.build.no_compile, NULL,
	 "build: leave noarch .py without .pyc; run nothing of the image"},
	{0, "dry-run", OPT_FLAG, &bundle_opts.build.dry_run, NULL,
	 "build: check PLAN or RECIPE, fetch and build nothing"},
	{0, "sbom", OPT_TEXT, &bundle_opts.build.sbom, "FILE",
	 "build: write the bill of materials, CycloneDX; verify: check this one"},
	{0, "sign", OPT_TEXT, &bundle_opts.build.sign, "KEY",
	 "build, sign: sign the manifest with this OpenSSH or minisign key"},
	{0, "allowed-signers", OPT_TEXT, &bundle_opts.verify.allowed_signers, "FILE",
	 "verify: it must be signed by an OpenSSH key of these"},
	{0, "signer", OPT_TEXT, &bundle_opts.verify.signer, "NAME",
	 "verify: by this one of the allowed signers"},
	{0, "public-key", OPT_TEXT, &bundle_opts.verify.public_key, "FILE",
	 "verify: it must be signed by this minisign key"},
	{0, "files", OPT_FLAG, &bundle_opts.files, NULL, "list: every file, link and folder"},
	{0, "method", OPT_TEXT, &bundle_opts.trial.methods, "LIST",
	 "test: how it is seen: kernel,fuse,extract, the first that works"},
	{0, "timeout", OPT_COUNT, &bundle_opts.timeout, "SECONDS",
	 "test: for one import; default 120"},
	{0, "junit", OPT_TEXT, &bundle_opts.junit, "FILE", "test: a JUnit report, too"},
	{0, "to", OPT_TEXT, &bundle_opts.releases, "RELEASES",
	 "publish, rollback: the folder that releases lie in; unpack: the one to make"},
	{0, "as", OPT_TEXT, &bundle_opts.publish.name, "NAME",
	 "publish, rollback: the link there; default current"},
	{0, "keep", OPT_COUNT, &bundle_opts.keep, "N",
	 "publish: releases to go back to that stay; default 3"},
	{0, "template", OPT_TEXT, &bundle_opts.template_path, "FILE",
	 "modulefile: the template, *.lua.in or *.tcl.in"},
	{0, "json", OPT_FLAG, &bundle_opts.as_json, NULL,
	 "list, diff, test: one JSON document, schema advisor.bundle-list/1, ..."},
};

extern const struct command cmd_bundle;

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int operands;
		int (*run)(const char *operand);
	} actions[] = {
		{"build", 1, bundle_build},       {"verify", 1, bundle_verify},
		{"test", 1, bundle_test},         {"sbom", 1, bundle_sbom},
		{"sign", 1, bundle_sign},         {"list", 1, bundle_list},
		{"diff", 2, bundle_diff},         {"publish", 1, bundle_publish},
		{"rollback", 0, bundle_rollback}, {"modulefile", 1, bundle_modulefile},
		{"unpack", 1, bundle_unpack},
	};
	static const char *const counts[] = {"no operand", "one operand", "two operands"};

	bundle_opts.second = argc > 2 ? argv[2] : NULL;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(argv[0], actions[i].name) != 0)
			continue;
		if (argc - 1 != actions[i].operands)
			return term_usage("bundle %s takes %s", argv[0],
					  counts[actions[i].operands]);
		return actions[i].run(argc > 1 ? argv[1] : NULL);
	}
	return opt_no_verb(&cmd_bundle, argv[0]);
}

const struct command cmd_bundle = {
	.name = "bundle",
	.synopsis =
		"build PLAN|RECIPE -o IMAGE --mount PATH [OPTION...]\n"
		"                            | verify IMAGE | test IMAGE | list IMAGE | sbom IMAGE\n"
		"                            | sign IMAGE --sign KEY | diff A B\n"
		"                            | publish IMAGE --to RELEASES | rollback --to RELEASES\n"
		"                            | unpack IMAGE --to FOLDER\n"
		"                            | modulefile IMAGE --template FILE",
	.purpose = "build, verify, test, list, compare and publish images",
	.details =
		"build makes an image straight from packages: no conda, no Python and no installed tree\n"
		"is needed. PLAN is what 'recommend' wrote; RECIPE is YAML with the schema\n"
		"advisor.bundle/1. Packages are verified before use and made right for the mount path.\n"
		"Where the Python of the image runs here, it compiles the .py of noarch packages.\n"
		"The same packages and options give the same bytes; SOURCE_DATE_EPOCH sets every time.\n"
		"Link scripts are never run, but listed. verify holds an image against its manifest:\n"
		"every file, mode and link, and no stale .pyc; status 1 says that something does not hold.\n"
		"test imports every module of what was asked for, with the image's Python, in a room of\n"
		"its own: no network, no home and no /tmp of this machine. Status 1: one does not work.\n"
		"sbom prints a bill of materials, sign signs the manifest.\n"
		"diff says how two images differ, with status 1 when they do.\n"
		"publish verifies an image, puts it into a folder of its own in RELEASES and points the link\n"
		"RELEASES/current there, in one step; rollback points it back to the release before.\n"
		"unpack makes a folder of an image, verified, with files that name the folder.\n"
		"modulefile prints a module of the image for Lmod or Environment Modules.",
	.examples =
		"  conda-advisor bundle build plan.json -o base-2026.sqfs --mount /soft/conda/2026\n"
		"  conda-advisor bundle build climate.yml --base base-2026.sqfs -o climate.sqfs\n"
		"  conda-advisor bundle build bundles/sky-arviz-stats-core.yml --dry-run\n"
		"  conda-advisor bundle verify base-2026.sqfs\n"
		"  conda-advisor bundle test base-2026.sqfs --junit imports.xml\n"
		"  conda-advisor bundle publish base-2026.sqfs --to /soft/conda/releases",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_opts,
	.min_args = 1,
	.verbs = "build verify test sbom sign list diff publish rollback unpack modulefile",
	.max_args = 3,
	.run = run,
};
