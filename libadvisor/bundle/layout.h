/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands where in an image, and whose it is where several packages have it. */
#ifndef ADVI_BUNDLE_LAYOUT_H
#define ADVI_BUNDLE_LAYOUT_H

#include "base/map.h"
#include "bundle/elf.h"
#include "bundle/package.h"
#include "bundle/python.h"
#include "io/digest.h"

enum advi_node_kind { ADVI_NODE_FILE, ADVI_NODE_LINK, ADVI_NODE_FOLDER };

/* Where the mount path stands in a file. */
enum advi_prefix_use {
	ADVI_PREFIX_NONE,
	ADVI_PREFIX_RELATIVE, /* nowhere: it finds what it needs relative to itself */
	ADVI_PREFIX_SHEBANG,  /* in the line that names its interpreter, and nowhere else */
	ADVI_PREFIX_TEXT,
	ADVI_PREFIX_BINARY,
	ADVI_PREFIX_COMPILED, /* in a .pyc, as its source has it: it is not known where */
	ADVI_PREFIX_USES
};

/* That in full. The offsets are the layout's, or the manifest's. */
struct advi_prefix_at {
	enum advi_prefix_use use;
	const uint64_t *at; /* offsets of the mount path, rising */
	size_t count;
	uint64_t room; /* binary: bytes that a prefix may have there */
};

/* One path of the image. */
struct advi_node {
	const char *path; /* owned by the layout */
	const struct advi_path
		*owner; /* the path of a package that stands here; NULL: made by us */
	bool contested; /* several packages have it */
	bool shadowed;  /* a folder must stand here instead: not in the image */
	bool in_base;   /* of a layer: base has something here, too */
	bool shared;    /* and it is the same, so that the layer needs not have it */

	/* filled when it is written */
	bool written;
	struct advi_prefix_at prefix;
	enum advi_node_kind kind;
	unsigned mode;
	uint64_t size;
	char sha256[ADVI_HEX_SIZE];
	const char *link;           /* text of a link, in the layout's arena */
	const struct advi_elf *elf; /* of a program or shared object, in the layout's arena */
};

/* That a package has a path which others have too, and what it has there. */
struct advi_claim {
	size_t node;
	const char *package;
	const struct advi_path *path;
	char print[ADVI_HEX_SIZE + 8]; /* kind, mode and digest: equal prints are equal nodes */
};

/* A path of which the content of one package was taken and that of others lost. */
struct advi_clobber {
	const char *path, *loser;
	const char *winner; /* NULL: a folder, since other packages have something below it */
};

struct advi_layout {
	struct advi_arena arena;
	struct advi_map index; /* path -> index into nodes */
	ADVI_VEC(struct advi_node) nodes;
	ADVI_VEC(const char *) folders; /* every folder but the root, in byte order */
	ADVI_VEC(struct advi_claim) claims;
	ADVI_VEC(struct advi_clobber) clobbers; /* by path */
	struct advi_python python;
};

void advi_layout_clear(struct advi_layout *layout);

/*
 * Lays out packages that stand in the order of installing: gives every path its target, and each
 * target to the last package that has it. Entry points join their package's paths here.
 * ADV_EINPUT for a noarch Python package without a Python.
 */
int advi_layout_make(struct advi_layout *layout, struct advi_package **packages, size_t count,
		     struct adv_err *err);

/* Gives every target to the last package that has it anew: packages got paths, or their paths
 * moved. What was written or added is forgotten. */
void advi_layout_place(struct advi_layout *layout, struct advi_package **packages, size_t count);
/* Forgets what was written, so that all can be installed once more. */
void advi_layout_forget(struct advi_layout *layout);

/* Adds a file that is made by us. */
void advi_layout_add(struct advi_layout *layout, const char *path);
/* Finds the folders, once everything is laid out. */
void advi_layout_fold(struct advi_layout *layout);
/* The node of a path, or NULL. */
struct advi_node *advi_layout_find(const struct advi_layout *layout, struct advi_str path);

/* Remembers what 'package' has at a contested node. 'print' names the content. */
void advi_layout_claim(struct advi_layout *layout, const struct advi_node *node,
		       const char *package, const struct advi_path *path, const char *print);
/* Fills layout->clobbers, once everything was claimed. */
void advi_layout_settle(struct advi_layout *layout);

#endif
