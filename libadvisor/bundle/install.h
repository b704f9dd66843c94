/* SPDX-License-Identifier: BSD-3-Clause */
/* Installing: the members of a package, made right for the mount path, into an image. */
#ifndef ADVI_BUNDLE_INSTALL_H
#define ADVI_BUNDLE_INSTALL_H

#include <advisor/bundle.h>

#include "bundle/layout.h"
#include "bundle/sink.h"

struct advi_compiler;
struct advi_gather;
struct advi_layer;

/* An image in the making; everything is borrowed. */
struct advi_install {
	struct advi_layout *layout;
	struct advi_layer *layer; /* NULL: it stands on its own */
	struct advi_sink *sink;
	struct advi_str mount; /* the prefix that is written into files */
	bool relocatable;      /* what can find it by itself does */
	uint32_t epoch;
	const struct adv_watch *watch;
	struct adv_bundle_summary *summary; /* counts grow */
	uint64_t done, total; /* bytes of packages, unpacked; total 0 when not known */
	/* Which files are wanted; NULL: all of them, and none may be missing. */
	bool (*wants)(const void *context, const struct advi_path *path);
	const void *context;
	struct advi_gather *gather;     /* takes what would be written; NULL: it is written */
	struct advi_compiler *compiler; /* NULL: sources stay as they are */
	uint64_t refused_count;         /* sources that could not be compiled */
};

/*
 * Unpacks one package of the layout into the image. Each byte is checked against what the package
 * says of itself. Small files are held until the package's end and then written in byte order, so
 * that neighbours lie together and .pyc find their source; large ones go through at once.
 */
int advi_install_package(struct advi_install *install, struct advi_package *package,
			 struct adv_err *err);

/* Writes a file that is made by us; its path was given to advi_layout_add before. */
int advi_install_own(struct advi_install *install, const char *path, unsigned mode,
		     struct advi_str data, struct adv_err *err);

/* Whether a link with 'text' that stands at 'path' points out of the tree. */
bool advi_link_leaves(const char *path, struct advi_str text);

#endif
