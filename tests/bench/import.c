/* SPDX-License-Identifier: BSD-3-Clause */
/* What a fresh import takes from an image in the order of reading, beside one without and a tree.
 */
#include <advisor/bundle.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "io/file.h"

enum { TIMES = 11, SKIPPED = 77, NO_PACKAGES = 4 };
static const char statements[] = "import numpy, scipy.linalg, pandas";

/* Images of the same packages. */
enum { LOOSE, ORDERED, SMALL, QUICK, IMAGES };
static const struct kind {
	const char *name, *trace, *codec;
	uint32_t block_bytes;
} kinds[IMAGES] = {
	[LOOSE] = {"import.squashfs", NULL, NULL, 0},
	[ORDERED] = {"import.ordered.squashfs", statements, NULL, 0},
	[SMALL] = {"import.small.squashfs", statements, NULL, 128 << 10},
	[QUICK] = {"import.quick.squashfs", statements, "lz4", 128 << 10},
};

/* What a round measures: of each image, then of the tree. */
enum { PULLED, FIRST = PULLED + IMAGES, NEXT = FIRST + IMAGES, WARM = NEXT + IMAGES, COLD, ALL };
_Static_assert(ALL <= (int)BENCH_FIGURES, "a round has more figures than a bench");

struct bench {
	char *folder, *channel, *recipe, *mount, *python, *tree;
	char *images[IMAGES];
};

static void run(const char *const *argv)
{
	int status = bench_run(argv);

	if (status != 0)
		bench_fail("'%s' failed with status %d", argv[0], status);
}

static void build(const struct bench *bench, const struct kind *kind, const char *image)
{
	const struct adv_bundle_options options = {.mount = bench->mount,
						   .trace = kind->trace,
						   .codec = kind->codec,
						   .block_bytes = kind->block_bytes};
	struct adv_err err = ADV_ERR_INIT;

	if (adv_bundle_build(bench->recipe, image, NULL, &options, NULL, NULL, &err) < 0)
		bench_fail("%s", err.text);
}

/* Bytes of a file that are in memory: what was pulled of it, read ahead or asked for. */
static double pulled(const char *path)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), pages, found = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *there;
	struct stat info;
	void *at;

	if (fd < 0 || fstat(fd, &info) < 0)
		bench_fail("no '%s'", path);
	pages = ((size_t)info.st_size + page - 1) / page;
	there = advi_malloc(pages);
	at = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || mincore(at, (size_t)info.st_size, there) < 0)
		bench_fail("can't ask what is in memory of '%s'", path);
	for (size_t i = 0; i < pages; i++)
		found += there[i] & 1;
	munmap(at, (size_t)info.st_size);
	free(there);
	close(fd);
	return (double)(found * page);
}

static void forget(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
		bench_fail("can't drop '%s' from memory", path);
	close(fd);
}

static int forget_file(void *context, const char *path, const struct stat *info,
		       struct adv_err *err)
{
	(void)context, (void)info, (void)err;
	forget(path);
	return 0;
}

/* CPU of the import, by whatever is mounted. */
static double import_it(const struct bench *bench)
{
	const char *const argv[] = {"env", "-i", bench->python, "-I", "-c", statements, NULL};
	double before = bench_cpu();

	run(argv);
	return bench_cpu() - before;
}

static void unmount(const struct bench *bench)
{
	const char *const off[] = {"umount", bench->mount, NULL};

	run(off);
}

/* From a mount that nothing was read of yet, then once more. */
static void measure_image(const struct bench *bench, int kind, double *figures)
{
	const char *image = bench->images[kind];
	const char *const on[] = {"mount",   "-t",  "squashfs",   "-o",
				  "loop,ro", image, bench->mount, NULL};

	forget(image);
	run(on);
	figures[FIRST + kind] = import_it(bench);
	figures[PULLED + kind] = pulled(image);
	figures[NEXT + kind] = import_it(bench);
	unmount(bench);
}

/* The same tree as a plain directory at the same place, its files on disk, then in memory. */
static void measure_tree(const struct bench *bench, double *figures)
{
	const char *const on[] = {"mount", "--bind", bench->tree, bench->mount, NULL};
	struct adv_err err = ADV_ERR_INIT;

	if (advi_walk(bench->tree, forget_file, NULL, NULL, NULL, &err) < 0)
		bench_fail("%s", err.text);
	run(on);
	figures[COLD] = import_it(bench);
	figures[WARM] = import_it(bench);
	unmount(bench);
}

/* Everything by turns: a machine that is busy is so for all of them. */
static void measure_all(void *context, double *figures)
{
	const struct bench *bench = context;

	for (int kind = 0; kind < IMAGES; kind++)
		measure_image(bench, kind, figures);
	measure_tree(bench, figures);
}

static void compare(struct bench *bench)
{
	const char *const unpack[] = {"unsquashfs", "-quiet",    "-no-progress",       "-force",
				      "-d",         bench->tree, bench->images[LOOSE], NULL};
	static const char *const titles[IMAGES] = {"in no order, 128 KiB", "ordered, 1 MiB",
						   "ordered, 128 KiB", "ordered, 128 KiB, lz4"};
	const double *figures;
	struct bench_result result;
	struct adv_err err = ADV_ERR_INIT;

	run(unpack);
	result = bench_measure(TIMES, measure_all, bench);
	figures = result.figures;
	advi_remove_tree(bench->tree, &err);
	for (int kind = ORDERED; kind < IMAGES; kind++) {
		ADVI_AUTO_PTR char *what = advi_format(
			"pulled by the first import, %s, beside no order", titles[kind]);

		bench_row(what, figures[PULLED + kind] / 1e6, figures[PULLED + LOOSE] / 1e6, "MB",
			  kind == QUICK ? "" : "<= 0.6");
	}
	for (int kind = LOOSE; kind < IMAGES; kind++) {
		ADVI_AUTO_PTR char *first =
			advi_format("CPU of it, %s, beside a directory in memory", titles[kind]);

		bench_row(first, figures[FIRST + kind], figures[WARM], "s",
			  kind == LOOSE ? "" : "<= 1.1");
		bench_row("... beside a directory on disk", figures[FIRST + kind], figures[COLD],
			  "s", "");
		bench_row("... of the next import, beside a directory in memory",
			  figures[NEXT + kind], figures[WARM], "s", kind == LOOSE ? "" : "<= 1.1");
	}
	bench_note("%s; medians of %d", statements, TIMES);
}

static bool make(const struct bench *bench)
{
	const char *srcdir = getenv("SRCDIR");
	ADVI_AUTO_PTR char *script =
		advi_format("%s/tests/channel/make_channel.py", srcdir ? srcdir : ".");
	ADVI_AUTO_PTR char *debs = advi_path_join(bench->folder, "debs");
	const char *const argv[] = {"python3", script, bench->channel, debs, "--more", NULL};
	int status = bench_run(argv);
	struct adv_err err = ADV_ERR_INIT;

	if (status == NO_PACKAGES)
		return false;
	if (status != 0)
		bench_fail("'%s' failed", script);
	if (advi_mkdirs(bench->mount, &err) < 0)
		bench_fail("%s", err.text);
	for (int kind = 0; kind < IMAGES; kind++)
		build(bench, &kinds[kind], bench->images[kind]);
	return true;
}

int main(void)
{
	struct bench bench = {.folder = bench_folder()};
	bool made;

	if (geteuid() != 0) {
		bench_note("skipped: needs root, to mount");
		return SKIPPED;
	}
	bench.channel = advi_path_join(bench.folder, "import.channel");
	bench.recipe = advi_path_join(bench.channel, "recipe.yml");
	bench.mount = advi_path_join(bench.folder, "import.mount");
	bench.python = advi_path_join(bench.mount, "bin/python");
	bench.tree = advi_path_join(bench.folder, "import.tree");
	for (int kind = 0; kind < IMAGES; kind++)
		bench.images[kind] = advi_path_join(bench.folder, kinds[kind].name);
	made = make(&bench);
	if (made)
		compare(&bench);
	else
		bench_note("skipped: Debian's packages can't be had");
	free(bench.folder);
	free(bench.channel);
	free(bench.recipe);
	free(bench.mount);
	free(bench.python);
	free(bench.tree);
	for (int kind = 0; kind < IMAGES; kind++)
		free(bench.images[kind]);
	return made ? 0 : SKIPPED;
}
