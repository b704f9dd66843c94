/* SPDX-License-Identifier: BSD-3-Clause */
/* Which shared libraries the dynamic loader would find, and which not (ld.so(8)). */
#ifndef ADVI_BUNDLE_LIBS_H
#define ADVI_BUNDLE_LIBS_H

#include "base/map.h"
#include "bundle/elf.h"
#include "bundle/layout.h"

/* What is at a path of a tree. */
struct advi_tree_file {
	enum advi_node_kind kind;
	bool executable;            /* of a file */
	const char *link;           /* text of a link */
	const struct advi_elf *elf; /* of a program or shared object, else NULL */
};

/* Something that has files. Links are not followed. */
struct advi_tree {
	bool (*find)(void *context, struct advi_str path, struct advi_tree_file *out);
	void *context;
	const char *root; /* where it is mounted: absolute, without '/' at its end */
};

/* A library that is needed and not there. */
struct advi_missing {
	const char *soname;
	const char *needed_by; /* absolute; the first, in byte order */
	size_t count;          /* of files that need it */
};

/* What is looked at; everything is borrowed. The first tree that has a path wins. */
struct advi_libs_question {
	struct advi_tree trees[2];
	size_t tree_count;
	const char *const *objects; /* absolute paths in the trees, whose needs are asked for */
	size_t object_count;
	const char *program; /* that loads those that are no programs: Python; or NULL */
};

struct advi_libs {
	struct advi_arena arena;
	ADVI_VEC(struct advi_missing) missing; /* by soname */
};

/*
 * Loads every object as the loader does: a program as itself, what nothing else in the question
 * needs as if Python had imported it, the rest as they come along. The C library and what comes
 * with it and with a GPU's driver are the node's: see advi_libs_of_host.
 */
void advi_libs_ask(struct advi_libs *out, const struct advi_libs_question *question);
void advi_libs_clear(struct advi_libs *libs);

/* A layout as a tree, of which what was written is seen; the context is the layout. */
bool advi_layout_as_tree(void *layout, struct advi_str path, struct advi_tree_file *out);

/* Whether every node has a library: it is part of glibc, or of the driver that __cuda means. */
bool advi_libs_of_host(const char *soname);

#endif
