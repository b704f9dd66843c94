/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: what a package spec is printed as reads back, and prints, as the same. */
#include <stdlib.h>

#include "base/mem.h"
#include "conda/matchspec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(const struct advi_matchspec *spec, struct advi_arena *arena)
{
	struct advi_record record = {.name = "numpy",
				     .version = "1.26.4",
				     .build = "py311_0",
				     .channel = "https://conda.example/main",
				     .subdir = "linux-64",
				     .build_number = 3};
	struct advi_version version;

	if (advi_version_parse(&version, arena, advi_str(record.version), NULL) == 0)
		advi_matchspec_match(spec, &record, &version);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO(buf)
	struct advi_buf once = ADVI_BUF_INIT(1 << 20),
			twice = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	struct advi_matchspec spec;

	if (advi_matchspec_parse(&spec, &arena, (struct advi_str){(const char *)data, size},
				 &err) == 0) {
		match(&spec, &arena);
		advi_matchspec_print(&spec, &once);
		/* A quote in a value can't be written so that it reads back. */
		if (advi_matchspec_parse(&spec, &arena, advi_buf_str(&once), &err) == 0) {
			match(&spec, &arena);
			advi_matchspec_print(&spec, &twice);
		}
	}
	advi_arena_clear(&arena);
	return 0;
}
