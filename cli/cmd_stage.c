/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor stage: an image on a compute node, copied and mounted once for all who call. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"

static struct adv_stage_options options = ADV_STAGE_OPTIONS_INIT;
static const char *to, *shell = "sh";
static uint64_t wait_seconds;
static bool release, status, as_json;

static const struct opt opts[] = {
	{0, "to", OPT_TEXT, &to, "DIR",
	 "the node's own storage: /local/scratch, /dev/shm, $TMPDIR"},
	{0, "mount", OPT_TEXT, &options.mount, "PATH",
	 "instead of the path that the image was built for, if it may be"},
	{0, "method", OPT_TEXT, &options.methods, "LIST",
	 "ways to mount, in order; default kernel,fuse,extract"},
	{0, "no-overlay", OPT_FLAG, &options.no_overlay, NULL,
	 "of a layer: leave base as it is, and add to PYTHONPATH"},
	{0, "job", OPT_TEXT, &options.job, "ID",
	 "who uses it; default the scheduler's job, else this session"},
	{0, "shell", OPT_WORD, &shell, "sh|csh|fish|slurm|json",
	 "print for sh (default); slurm: for a TaskProlog"},
	{0, "wait", OPT_COUNT, &wait_seconds, "SECONDS", "for another stage; default 600"},
	{0, "sha256", OPT_FLAG, &options.sha256, NULL,
	 "verify by SHA-256, too, which takes as long again"},
	{0, "release", OPT_FLAG, &release, NULL,
	 "the job is over: take off and remove what nobody uses"},
	{0, "keep", OPT_FLAG, &options.keep, NULL, "release: leave the copy for the next job"},
	{0, "force", OPT_FLAG, &options.force, NULL,
	 "release: take the mount off although processes are in it"},
	{0, "all", OPT_FLAG, &options.all, NULL, "release: whoever uses it"},
	{0, "status", OPT_FLAG, &status, NULL, "print what is staged in DIR"},
	{0, "json", OPT_FLAG, &as_json, NULL,
	 "as --shell json; with --status schema advisor.stage-status/1"},
};

/* Schedulers say in the environment which job it is. */
static void find_job(void)
{
	static const char *const names[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID",
					    "COBALT_JOBID"};

	for (size_t i = 0; !options.job && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			options.job = value;
	}
}

static int run_release(const char *image)
{
	struct adv_err err = ADV_ERR_INIT;
	uint64_t left = 0;
	int r = adv_stage_release(&left, image, to, &options, term_watch(), &err);

	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (left)
		term_say("%" PRIu64 " image%s in use by others stay%s", left, left == 1 ? "" : "s",
			 left == 1 ? "s" : "");
	return 0;
}

static int run_status(void)
{
	struct adv_err err = ADV_ERR_INIT;
	int r = adv_stage_status(to, as_json, stdout, &err);

	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

/* What a layer stands on is staged before it, where it was built for. */
static int stage_base(const char *image, struct adv_err *err)
{
	ADV_AUTO(stage) struct adv_stage *stage = NULL;
	struct adv_stage_options own = options;

	own.mount = NULL;
	return adv_stage_open(&stage, image, to, &own, term_watch(), err);
}

static int run_stage(const char *base, const char *image)
{
	ADV_AUTO(stage) struct adv_stage *stage = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int r = base ? stage_base(base, &err) : 0;

	if (r == 0)
		r = adv_stage_open(&stage, image, to, &options, term_watch(), &err);
	if (r == 0) {
		term_done();
		r = adv_stage_write(stage, as_json ? "json" : shell, stdout, &err);
	}
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static int run(int argc, char **argv)
{
	if (!to)
		return term_usage("stage needs --to DIR");
	if (wait_seconds > 86400)
		return term_usage("--wait is at most 86400 seconds");
	if (release && status)
		return term_usage("--release and --status exclude each other");
	options.wait_seconds = (unsigned)wait_seconds;
	find_job();
	if (argc == 2 && (release || status))
		return term_usage("name one image to release");
	if (status)
		return run_status();
	if (release)
		return run_release(argc ? argv[0] : NULL);
	if (!argc)
		return term_usage("stage needs an image");
	return argc == 2 ? run_stage(argv[0], argv[1]) : run_stage(NULL, argv[0]);
}

extern const struct command cmd_stage;
const struct command cmd_stage = {
	.name = "stage",
	.synopsis = "[BASE] IMAGE --to DIR | --release [IMAGE] --to DIR | --status --to DIR",
	.purpose = "bring an image to a compute node, once for all who call",
	.details =
		"One caller copies the image to the node's own storage, verifies it against\n"
		"IMAGE.manifest.json, mounts it read-only where it was built for and marks it; all others\n"
		"wait for that. What a shell must set to use it is printed: eval \"$(conda-advisor stage ...)\".\n"
		"IMAGE may be a folder with one image. A layer comes after its BASE, or alone where that is\n"
		"there: root mounts it over base, else PYTHONPATH leads to it.\n"
		"The kernel mounts where root calls, else squashfuse_ll; where neither can, the image is\n"
		"extracted. What a killed call left is repaired by the next one. The image stays until every\n"
		"job that staged it has released it.",
	.examples =
		"  eval \"$(conda-advisor stage /soft/conda/releases/current --to /local/scratch)\"\n"
		"  eval \"$(conda-advisor stage base-2026.sqfs climate.sqfs --to /local/scratch)\"\n"
		"  conda-advisor stage --release --to /local/scratch --job \"$SLURM_JOB_ID\"\n"
		"  conda-advisor stage --status --to /local/scratch",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.min_args = 0,
	.max_args = 2,
	.run = run,
};
