/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of packages in what people write, and environment.yml as it is written. */
#ifndef ADVI_CONDA_ENVFILE_H
#define ADVI_CONDA_ENVFILE_H

#include <stdio.h>

#include "base/str.h"
#include "base/vec.h"

/*
 * The package name of a MatchSpec as people write it, a slice of it: "numpy" of
 * "conda-forge::numpy >=1.26"; empty when it begins with none.
 */
struct advi_str advi_spec_name(struct advi_str spec);
/* Whether it is a package name: letters, digits, '_', '-' and '.', not beginning with '-' or '.'.
 */
bool advi_package_name_ok(struct advi_str name);

/*
 * Writes an environment.yml; whatever YAML could misread is quoted. Errors are left to ferror().
 *   pip  requirements for its pip section; none: there is no section
 */
void advi_envfile_write(FILE *file, const char *name, const advi_names *channels,
			const advi_names *specs, const advi_names *pip);

#endif
