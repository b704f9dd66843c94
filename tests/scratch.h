/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder that a group of tests has for itself. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "unit.h"

#include "base/mem.h"
#include "io/file.h"

static char scratch[4096];

/* Writes a file in it, and the folders that it lies in. */
static inline void scratch_write(const char *name, const char *text)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, name);
	struct adv_err err = ADV_ERR_INIT;
	char *slash = strrchr(path, '/');
	FILE *file;

	*slash = '\0';
	assert_ok(advi_mkdirs(path, &err));
	*slash = '/';
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static inline int scratch_set_up(void **state)
{
	(void)state;
	unit_folder(scratch);
	return 0;
}

static inline int scratch_tear_down(void **state)
{
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	return advi_remove_tree(scratch, &err);
}

#endif
