/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a fuzz target over its corpus, every input whole and cut at each of its bytes; speaks TAP.
 * For fuzzing proper (tests/fuzz/hours) it is nothing, since libFuzzer brings a main of its own.
 */
#ifndef ADV_FUZZING
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_CAP = 1 << 20, CUTS = 512 };

/* A copy of its own, so that a read beyond the end is seen by the sanitizers. */
static void run(const char *data, size_t size)
{
	ADVI_AUTO_PTR char *copy = advi_malloc(size);

	if (size)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput((const uint8_t *)copy, size);
}

static int replay(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf input = ADVI_BUF_INIT(INPUT_CAP);
	int r = advi_file_read(&input, path, err);
	size_t step = input.len / CUTS + 1;

	(void)info;
	for (size_t cut = 0; r == 0 && cut < input.len; cut += step)
		run(input.ptr, cut);
	if (r == 0)
		run(input.ptr ? input.ptr : "", input.len);
	printf("%s %d - %s\n", r == 0 ? "ok" : "not ok", ++*(int *)context, strrchr(path, '/') + 1);
	return 0;
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("SRCDIR");
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	ADVI_AUTO_PTR char *corpus = advi_format("%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".",
						 strncmp(name, "lt-", 3) == 0 ? name + 3 : name);
	struct adv_err err = ADV_ERR_INIT;
	int count = 0;

	if (advi_walk(argc > 1 ? argv[1] : corpus, replay, &count, NULL, NULL, &err) < 0 ||
	    !count) {
		printf("not ok 1 - no corpus at %s: %s\n", corpus, err.text);
		count = 1;
	}
	printf("1..%d\n", count);
	return 0;
}
#endif
