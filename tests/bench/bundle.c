/* SPDX-License-Identifier: BSD-3-Clause */
/* Building an image from cached packages, beside mksquashfs and conda-pack on the installed tree.
 */
#include <advisor/bundle.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "io/file.h"

enum { TIMES = 3, SKIPPED = 77, NO_PACKAGES = 4, BLOCK_BYTES = 128 << 10 };

struct bench {
	char *folder, *packages, *recipe, *image, *tree, *prefix, *theirs;
	const char *scripts;    /* SRCDIR/tests/bench */
	const char *conda_pack; /* the folder of conda-pack's source, or NULL */
};

static void run(const char *const *argv)
{
	int status = bench_run(argv);

	if (status != 0)
		bench_fail("'%s' failed with status %d", argv[0], status);
}

static double size_of(const char *path)
{
	struct stat info;

	if (stat(path, &info) < 0)
		bench_fail("no '%s'", path);
	return (double)info.st_size;
}

/* What this process has handed to write() so far. */
static double written_bytes(void)
{
	unsigned long long bytes = 0;
	FILE *file = fopen("/proc/self/io", "r");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "wchar: %llu", &bytes);
	if (file)
		fclose(file);
	return (double)bytes;
}

static void build(void *context, double *figures)
{
	const struct bench *bench = context;
	const struct adv_bundle_options options = {.block_bytes = BLOCK_BYTES};
	struct adv_bundle_summary summary;
	struct adv_err err = ADV_ERR_INIT;
	double before = written_bytes();

	if (adv_bundle_build(bench->recipe, bench->image, NULL, &options, NULL, &summary, &err) < 0)
		bench_fail("%s", err.text);
	figures[0] = written_bytes() - before;
	figures[1] = (double)summary.files;
	figures[2] = (double)summary.bytes;
}

static void squash(void *context, double *figures)
{
	const struct bench *bench = context;
	const char *const argv[] = {"mksquashfs", bench->tree,           bench->theirs, "-comp",
				    "zstd",       "-Xcompression-level", "3",           "-b",
				    "128K",       "-no-xattrs",          "-all-root",   "-noappend",
				    "-quiet",     "-no-progress",        NULL};

	(void)figures;
	run(argv);
}

static void pack(void *context, double *figures)
{
	/* its source tells no version, which it asks for; nothing else of it is changed */
	static const char program[] =
		"import sys, importlib.metadata as data; data.version = lambda name: 'source'; "
		"sys.path.insert(0, sys.argv.pop(1)); from conda_pack.cli import main; "
		"main(sys.argv[1:])";
	const struct bench *bench = context;
	ADVI_AUTO_PTR char *out = advi_format("%s/packed.squashfs", bench->folder);
	const char *const argv[] = {"python3",  "-c",          program,   bench->conda_pack,
				    "-p",       bench->prefix, "-o",      out,
				    "--format", "squashfs",    "--quiet", "--force",
				    NULL};

	run(argv);
	figures[0] = size_of(out);
	unlink(out);
}

/* The packages, their recipe, and what is installed of them. False: the packages can't be had. */
static bool make(struct bench *bench)
{
	ADVI_AUTO_PTR char *script = advi_format("%s/make_packages.py", bench->scripts);
	ADVI_AUTO_PTR char *debs = advi_path_join(bench->folder, "debs");
	const char *const packages[] = {"python3", script, bench->packages, debs, NULL};
	const char *const unpack[] = {"unsquashfs", "-quiet", "-no-progress", "-d", bench->tree,
				      bench->image, NULL};
	const char *const prefix[] = {"python3",   script,        "--prefix", bench->packages,
				      bench->tree, bench->prefix, NULL};
	struct adv_err err = ADV_ERR_INIT;

	if (!advi_path_exists(bench->packages)) {
		int status = bench_run(packages);

		if (status == NO_PACKAGES)
			return false;
		if (status != 0)
			bench_fail("'%s' failed", script);
	}
	/* in a process of its own: what it leaves of memory would be missing from others' figures */
	bench_measure(1, build, bench);
	advi_remove_tree(bench->tree, &err);
	advi_remove_tree(bench->prefix, &err);
	run(unpack);
	if (bench->conda_pack)
		run(prefix);
	return true;
}

static double middle(double *values)
{
	for (size_t i = 0; i < TIMES; i++)
		for (size_t k = i; k > 0 && values[k] < values[k - 1]; k--) {
			double value = values[k];

			values[k] = values[k - 1];
			values[k - 1] = value;
		}
	return values[TIMES / 2];
}

/* By turns, so that what else the machine does hits all alike. */
static void compare(struct bench *bench)
{
	double ours[TIMES], ours_wall[TIMES], theirs[TIMES], theirs_wall[TIMES], packed[TIMES];
	struct bench_result mine, other, third = {0};

	for (size_t i = 0; i < TIMES; i++) {
		mine = bench_measure(1, build, bench);
		other = bench_measure(1, squash, bench);
		if (bench->conda_pack)
			third = bench_measure(1, pack, bench);
		ours[i] = mine.seconds;
		ours_wall[i] = mine.elapsed;
		theirs[i] = other.seconds;
		theirs_wall[i] = other.elapsed;
		packed[i] = third.seconds;
	}
	bench_row("from packages, beside mksquashfs of the tree", middle(ours), middle(theirs), "s",
		  "<= 1.5");
	bench_row("... wall time", middle(ours_wall), middle(theirs_wall), "s", "");
	bench_row("... image", size_of(bench->image) / 1e6, size_of(bench->theirs) / 1e6, "MB",
		  "<= 1.01");
	if (bench->conda_pack) {
		bench_row("... beside conda-pack --format squashfs", middle(ours), middle(packed),
			  "s", "<= 0.35");
		bench_row("... image", size_of(bench->image) / 1e6, third.figures[0] / 1e6, "MB",
			  "");
	}
	bench_row("... memory at most", mine.peak_bytes / 1e6, -1, "MB", "< 512 MB");
	bench_row("... written, beside the image's size", mine.figures[0] / 1e6,
		  size_of(bench->image) / 1e6, "MB", "no temporary disk");
	bench_note("%.0f files, %.0f MB installed", mine.figures[1], mine.figures[2] / 1e6);
}

int main(void)
{
	struct bench bench = {.folder = bench_folder(), .conda_pack = getenv("CONDA_PACK")};
	const char *srcdir = getenv("SRCDIR");
	ADVI_AUTO_PTR char *scripts = advi_format("%s/tests/bench", srcdir ? srcdir : ".");
	bool made;

	bench.scripts = scripts;
	bench.packages = advi_path_join(bench.folder, "bundle.packages");
	bench.recipe = advi_path_join(bench.packages, "recipe.yml");
	bench.image = advi_path_join(bench.folder, "bundle.squashfs");
	bench.theirs = advi_path_join(bench.folder, "bundle.mksquashfs");
	bench.tree = advi_path_join(bench.folder, "bundle.tree");
	bench.prefix = advi_path_join(bench.folder, "bundle.prefix");
	if (!bench.conda_pack)
		bench_note("CONDA_PACK names no folder with conda-pack's source: no row for it");
	made = make(&bench);
	if (made)
		compare(&bench);
	else
		bench_note("skipped: Debian's packages can't be had");
	free(bench.folder);
	free(bench.packages);
	free(bench.recipe);
	free(bench.image);
	free(bench.theirs);
	free(bench.tree);
	free(bench.prefix);
	return made ? 0 : SKIPPED;
}
