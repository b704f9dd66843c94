/* SPDX-License-Identifier: BSD-3-Clause */
/* A place for tests of the index: a folder with a repodata.json and a cache. */
#ifndef TESTS_CONDA_INDEX_PLACE_H
#define TESTS_CONDA_INDEX_PLACE_H

#include "base/buf.h"
#include "conda/index.h"

/* Where nothing can be written. */
extern const char no_cache[];

struct place {
	char folder[4096];
	char *path, *cache;
	struct advi_index_source source;
	struct adv_net net;
};

/* For cmocka: a new one in '*state', and its end. */
int place_setup(void **state);
int place_teardown(void **state);
/* Makes 'text' the file at 'path'. */
void place_put(const char *path, struct advi_str text);
/* Opens it and says "fn fn | rejected", sorted; what is told goes to 'notes'. */
int place_digest(struct place *place, struct advi_buf *out, struct advi_buf *notes,
		 struct adv_err *err);

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

#endif
