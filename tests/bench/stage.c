/* SPDX-License-Identifier: BSD-3-Clause */
/* Staging to memory, with all that belongs to it, beside cp of the image to the same place. */
#include <advisor/stage.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bundle/checked.h"
#include "io/file.h"
#include "io/json_write.h"

/* As the image of a scientific Python: so large, so many files in its manifest. */
enum { IMAGE_BYTES = 340 << 20, FILES = 38640, TIMES = 5, SKIPPED = 77 };

struct bench {
	char *folder, *image, *scratch, *copy, *mount;
	bool sha256;
};

static void run(const char *const *argv)
{
	int status = bench_run(argv);

	if (status != 0)
		bench_fail("'%s' failed with status %d", argv[0], status);
}

static void write_noise(const char *path)
{
	char *block = advi_malloc(1 << 20);
	FILE *in = fopen("/dev/urandom", "r"), *out = fopen(path, "w");

	for (int i = 0; in && out && i < IMAGE_BYTES >> 20; i++)
		if (fread(block, 1, 1 << 20, in) != 1 << 20 ||
		    fwrite(block, 1, 1 << 20, out) != 1 << 20)
			bench_fail("can't write '%s'", path);
	if (!in || !out || fclose(in) != 0 || fclose(out) != 0)
		bench_fail("can't write '%s'", path);
	free(block);
}

static void write_files(struct advi_jout *out)
{
	char path[128], hex[ADVI_HEX_SIZE];

	advi_jout_key(out, "files");
	advi_jout_array(out);
	for (int i = 0; i < FILES; i++) {
		snprintf(
			path, sizeof(path),
			"lib/python3.11/site-packages/package/module_%06d/__pycache__/x.cpython-311.pyc",
			i);
		advi_sha256(advi_str(path), hex);
		advi_jout_object(out);
		advi_jout_key_text(out, "mode", "0644");
		advi_jout_key_text(out, "path", path);
		advi_jout_key_text(out, "sha256", hex);
		advi_jout_key_u64(out, "size", (uint64_t)i);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_manifest(const struct bench *bench)
{
	ADVI_AUTO_PTR char *path = advi_format("%s.manifest.json", bench->image);
	struct advi_checks checks = {.want_sha256 = true, .want_xxh3 = true};
	struct adv_err err = ADV_ERR_INIT;
	FILE *file = fopen(path, "w");
	struct advi_jout out;
	uint64_t size;

	if (!file || advi_checked_file(&checks, &size, bench->image, "", NULL, &err) < 0)
		bench_fail("can't write '%s'", path);
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	write_files(&out);
	advi_jout_key_text(&out, "format", "squashfs");
	advi_jout_key(&out, "image");
	advi_jout_object(&out);
	advi_jout_key_u64(&out, "bytes", size);
	advi_jout_key_text(&out, "sha256", checks.sha256);
	advi_jout_key_text(&out, "xxh3", checks.xxh3);
	advi_jout_object_end(&out);
	advi_jout_key_text(&out, "mount", bench->mount);
	advi_jout_key_text(&out, "name", "bench");
	advi_jout_key_text(&out, "schema", "advisor.manifest/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
	fclose(file);
}

static void make(const struct bench *bench)
{
	ADVI_AUTO_PTR char *tree = advi_path_join(bench->folder, "noise");
	ADVI_AUTO_PTR char *noise = advi_path_join(tree, "noise");
	const char *const argv[] = {"mksquashfs", tree,           bench->image, "-noappend",
				    "-quiet",     "-no-progress", NULL};
	struct adv_err err = ADV_ERR_INIT;

	if (!advi_path_exists(bench->image)) {
		if (advi_mkdirs(tree, &err) < 0)
			bench_fail("%s", err.text);
		write_noise(noise);
		run(argv);
		advi_remove_tree(tree, &err);
	}
	write_manifest(bench);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void stage(void *context, double *figures)
{
	const struct bench *bench = context;
	const struct adv_stage_options options = {.job = "bench", .sha256 = bench->sha256};
	ADV_AUTO(stage) struct adv_stage *staged = NULL;
	struct adv_err err = ADV_ERR_INIT;
	double began = now();

	if (adv_stage_open(&staged, bench->image, bench->scratch, &options, NULL, &err) < 0)
		bench_fail("%s", err.text);
	figures[0] = now() - began;
}

static void copy(void *context, double *figures)
{
	const struct bench *bench = context;
	const char *const argv[] = {"cp", bench->image, bench->copy, NULL};
	double began = now();

	run(argv);
	figures[0] = now() - began;
}

/* What the next run must not find. */
static void clear(const struct bench *bench)
{
	const struct adv_stage_options options = {.all = true};
	struct adv_err err = ADV_ERR_INIT;

	unlink(bench->copy);
	if (adv_stage_release(NULL, NULL, bench->scratch, &options, NULL, &err) < 0)
		bench_fail("%s", err.text);
}

static int by_size(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) -
	       (*(const double *)a < *(const double *)b);
}

/* Medians of runs by turns, so that what else the machine does hits both alike. */
static void compare(struct bench *bench, const char *what, const char *wall, const char *asked)
{
	double ours[TIMES], theirs[TIMES], our_wall[TIMES], their_wall[TIMES];

	for (int i = 0; i < TIMES; i++) {
		struct bench_result result = bench_measure(1, copy, bench);

		theirs[i] = result.seconds;
		their_wall[i] = result.figures[0];
		clear(bench);
		result = bench_measure(1, stage, bench);
		ours[i] = result.seconds;
		our_wall[i] = result.figures[0];
		clear(bench);
	}
	qsort(ours, TIMES, sizeof(*ours), by_size);
	qsort(theirs, TIMES, sizeof(*theirs), by_size);
	qsort(our_wall, TIMES, sizeof(*our_wall), by_size);
	qsort(their_wall, TIMES, sizeof(*their_wall), by_size);
	bench_row(what, ours[TIMES / 2], theirs[TIMES / 2], "s", asked);
	bench_row(wall, our_wall[TIMES / 2], their_wall[TIMES / 2], "s", asked);
}

int main(void)
{
	struct bench bench = {.folder = bench_folder()};
	const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : bench.folder;
	struct adv_err err = ADV_ERR_INIT;

	if (geteuid() != 0) {
		bench_note("skipped: needs root, to mount");
		return SKIPPED;
	}
	bench.image = advi_path_join(bench.folder, "stage.squashfs");
	bench.mount = advi_path_join(bench.folder, "stage.mount");
	bench.scratch = advi_format("%s/advisor-bench-%d", place, (int)getpid());
	bench.copy = advi_path_join(bench.scratch, "copy");
	if (advi_mkdirs(bench.scratch, &err) < 0)
		bench_fail("%s", err.text);
	make(&bench);
	compare(&bench, "stage of 340 MB, verified and mounted, beside cp", "... wall time",
		"<= 1.2");
	bench.sha256 = true;
	compare(&bench, "... verified by SHA-256, too", "... wall time", "");
	advi_remove_tree(bench.scratch, &err);
	free(bench.scratch);
	free(bench.mount);
	free(bench.image);
	free(bench.copy);
	free(bench.folder);
	return 0;
}
