/* SPDX-License-Identifier: BSD-3-Clause */
/* environment.yml: what somebody asks of an environment. */
#ifndef ADVI_CONDA_ENVFILE_H
#define ADVI_CONDA_ENVFILE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

/* Strings live in 'arena'. Zero is empty. */
struct advi_envfile {
	struct advi_arena arena;
	const char *name;    /* or NULL */
	const char *prefix;  /* or NULL */
	advi_names channels; /* as written, "nodefaults" too */
	advi_names specs;    /* MatchSpecs, as written */
	advi_names pip;      /* requirements of the pip section, as written */
};

enum { ADVI_ENVFILE_BYTES = 16 << 20 };

/* Parses the text; 'path' names it in errors. ADV_EINPUT leaves 'out' empty. */
int advi_envfile_parse(struct advi_envfile *out, struct advi_str text, const char *path,
		       struct adv_err *err);
int advi_envfile_read(struct advi_envfile *out, const char *path, struct adv_err *err);
void advi_envfile_clear(struct advi_envfile *envfile);

/* Writes one; whatever YAML could misread is quoted. Errors are left to ferror(). */
void advi_envfile_write(FILE *file, const char *name, const advi_names *channels,
			const advi_names *specs);

/*
 * The package name of a MatchSpec as people write it, a slice of it: "numpy" of
 * "conda-forge::numpy >=1.26"; empty when it begins with none.
 */
struct advi_str advi_spec_name(struct advi_str spec);
/* Whether it is a package name: letters, digits, '_', '-' and '.', not beginning with '-' or '.'.
 */
bool advi_package_name_ok(struct advi_str name);

#endif
