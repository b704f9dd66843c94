/* SPDX-License-Identifier: BSD-3-Clause */
/* Packages that pip installs: their names and requirements. */
#ifndef ADVI_CONDA_PYPI_H
#define ADVI_CONDA_PYPI_H

#include "base/arena.h"
#include "conda/record.h"

/* Where something stands in a text, from 1; 0: not known. */
struct advi_spot {
	unsigned line, column; /* the column counts characters */
};

/* Strings live in the arena of whoever read it. */
struct advi_pip {
	const char *name;         /* normalised (PEP 503); "" when the requirement names none */
	const char *version;      /* NULL: not known, or not one */
	const char *text;         /* "foo==1.2", as it was written, without credentials */
	struct advi_list imports; /* top-level modules, when they are known */
	struct advi_spot spot;    /* where it was read */
};

/*
 * A name of the Python package index in its normal form (PEP 503): lower case, and every run of
 * '-', '_' and '.' is one '-'.
 */
const char *advi_pypi_name(struct advi_arena *arena, struct advi_str name);
/* The same in 'out', which has room for name.len bytes. */
struct advi_str advi_pypi_normal(struct advi_str name, char *out);
/* Cuts up a line of a requirements file. */
struct advi_pip advi_pip_parse(struct advi_arena *arena, struct advi_str requirement);

#endif
