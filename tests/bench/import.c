/* SPDX-License-Identifier: BSD-3-Clause */
/* What a fresh import pulls out of an image in the order of reading, beside one in no order. */
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

enum { TIMES = 3, SKIPPED = 77, NO_PACKAGES = 4 };
static const char statements[] = "import numpy, scipy.linalg, pandas";

struct bench {
	char *folder, *channel, *recipe, *mount, *python;
	char *plain, *ordered; /* images */
	const char *image;     /* that is mounted */
};

static void run(const char *const *argv)
{
	int status = bench_run(argv);

	if (status != 0)
		bench_fail("'%s' failed with status %d", argv[0], status);
}

static void build(const struct bench *bench, const char *image, const char *trace)
{
	const struct adv_bundle_options options = {.mount = bench->mount, .trace = trace};
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

static void import_it(const struct bench *bench)
{
	const char *const argv[] = {"env", "-i", bench->python, "-I", "-c", statements, NULL};

	run(argv);
}

/* From a mount that nothing was read of yet, then once more. */
static void fresh(void *context, double *figures)
{
	const struct bench *bench = context;
	const char *const on[] = {"mount",   "-t",         "squashfs",   "-o",
				  "loop,ro", bench->image, bench->mount, NULL};
	const char *const off[] = {"umount", bench->mount, NULL};
	double before;

	forget(bench->image);
	run(on);
	before = bench_cpu();
	import_it(bench);
	figures[2] = bench_cpu() - before;
	figures[0] = pulled(bench->image);
	before = bench_cpu();
	import_it(bench);
	figures[1] = bench_cpu() - before;
	run(off);
}

/* The same tree as a plain directory at the same place. */
static void plain(void *context, double *figures)
{
	const struct bench *bench = context;
	double before = bench_cpu();

	import_it(bench);
	figures[0] = bench_cpu() - before;
}

static void compare(struct bench *bench)
{
	const char *const unpack[] = {"unsquashfs", "-quiet",     "-no-progress", "-force",
				      "-d",         bench->mount, bench->plain,   NULL};
	struct adv_err err = ADV_ERR_INIT;
	struct bench_result ordered, loose, tree;

	bench->image = bench->ordered;
	ordered = bench_measure(TIMES, fresh, bench);
	bench->image = bench->plain;
	loose = bench_measure(TIMES, fresh, bench);
	run(unpack);
	import_it(bench);
	tree = bench_measure(TIMES, plain, bench);
	advi_remove_tree(bench->mount, &err);
	bench_row("pulled by a fresh import, beside no order", ordered.figures[0] / 1e6,
		  loose.figures[0] / 1e6, "MB", "<= 0.6");
	bench_row("... CPU of the next, beside a plain directory", ordered.figures[1],
		  tree.figures[0], "s", "");
	bench_row("... CPU of the first, which unpacks what it reads", ordered.figures[2],
		  tree.figures[0], "s", "<= 1.1");
	bench_note("%s", statements);
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
	build(bench, bench->plain, NULL);
	build(bench, bench->ordered, statements);
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
	bench.plain = advi_path_join(bench.folder, "import.squashfs");
	bench.ordered = advi_path_join(bench.folder, "import.ordered.squashfs");
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
	free(bench.plain);
	free(bench.ordered);
	return made ? 0 : SKIPPED;
}
