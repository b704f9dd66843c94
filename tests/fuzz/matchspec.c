/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: what a package spec is printed as reads back, and prints, as the same. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "conda/matchspec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SPEC_BYTES = 16000 };

/* Which of a few records are meant. */
static unsigned matches(const struct advi_matchspec *spec, struct advi_arena *arena)
{
	static const struct advi_record records[] = {
		{.name = "numpy",
		 .version = "1.26.4",
		 .build = "py311_0",
		 .build_number = 3,
		 .channel = "https://conda.example/main",
		 .subdir = "linux-64",
		 .license = "BSD"},
		{.name = "numpy", .version = "1.2", .build = "0", .track_features = "mkl,debug"},
		{.name = "x", .version = "2!1.0.post1+a.1", .build = "", .md5 = "0"},
	};
	unsigned which = 0;

	for (unsigned i = 0; i < ADVI_COUNT(records); i++) {
		struct advi_version version;

		if (advi_version_parse(&version, arena, advi_str(records[i].version), NULL) < 0)
			abort();
		which |= (unsigned)advi_matchspec_match(spec, &records[i], &version) << i;
	}
	return which;
}

/* Reads what was printed, which must work and mean the same, and prints it again. */
static bool again(struct advi_buf *printed, unsigned meant, struct advi_arena *arena)
{
	struct advi_matchspec spec;

	/* A value with quotes of both kinds can't be written so that it reads back. */
	if ((advi_str_find(advi_buf_str(printed), '\'') < printed->len &&
	     advi_str_find(advi_buf_str(printed), '"') < printed->len) ||
	    printed->len > SPEC_BYTES)
		return false;
	if (advi_matchspec_parse(&spec, arena, advi_buf_str(printed), NULL) < 0 ||
	    matches(&spec, arena) != meant)
		abort();
	advi_buf_reset(printed);
	advi_matchspec_print(&spec, printed);
	return true;
}

static void read_back(const struct advi_matchspec *spec, struct advi_arena *arena)
{
	ADVI_AUTO(buf)
	struct advi_buf printed = ADVI_BUF_INIT(1 << 20);
	unsigned meant = matches(spec, arena);
	const char *once;

	advi_matchspec_print(spec, &printed);
	/* As conda's, the first form may keep an "==" that the second one needs no more. */
	if (!again(&printed, meant, arena))
		return;
	once = advi_arena_str(arena, advi_buf_str(&printed));
	if (again(&printed, meant, arena) && !advi_str_is(advi_buf_str(&printed), once))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_arena arena = {0};
	struct advi_matchspec spec;

	if (advi_matchspec_parse(&spec, &arena, (struct advi_str){(const char *)data, size},
				 &err) == 0) {
		matches(&spec, &arena);
		read_back(&spec, &arena);
	}
	advi_arena_clear(&arena);
	return 0;
}
