/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that find what they need relative to where they are, instead of by the mount path. */
#ifndef ADVI_BUNDLE_RELOCATE_H
#define ADVI_BUNDLE_RELOCATE_H

#include "bundle/layout.h"
#include "bundle/prefix.h"

/* A file of a package. Everything is borrowed. */
struct advi_relocate {
	const char *path; /* in the image */
	struct advi_str placeholder, mount;
	bool python3; /* the image's Python is 3 */
};

/*
 * Text, appended to 'out': a script of Python finds its interpreter beside itself, by a shell that
 * follows links to the script; what other programs read is found in PATH; a .pc file tells its
 * folders by ${pcfiledir}; what Python reads asks Python, as far as that goes. Every other
 * placeholder becomes the mount path; 'places' gets where.
 */
void advi_relocate_text(struct advi_buf *out, struct advi_str data, const struct advi_relocate *of,
			struct advi_places *places);

/*
 * A source of Python, appended to 'out' with texts that have the placeholder made expressions that
 * say where the image is, as far as that is sure to mean the same. False when it has none of these:
 * nothing is appended then.
 */
bool advi_relocate_python(struct advi_buf *out, struct advi_str data, struct advi_str placeholder);

/*
 * Binary, in place: an object looks for libraries by $ORIGIN where it has the placeholder; every
 * other placeholder becomes the mount path, as by advi_prefix_binary. ADV_EINPUT for what could be
 * started or loaded at the mount path alone.
 */
int advi_relocate_binary(char *data, size_t len, const struct advi_relocate *of,
			 struct advi_places *places, struct adv_err *err);

/* Appends the first lines of a script of Python; 'python' is the interpreter's path in the image,
 * 'options' begins with a blank or is empty. */
void advi_relocate_shebang(struct advi_buf *out, const char *path, struct advi_str python,
			   struct advi_str options);

/*
 * Whether all that was written may be anywhere, when it was made so: ADV_EINPUT for an object or a
 * link that leads to the mount path by itself. '*named' counts files that name it nevertheless.
 */
int advi_relocate_check(const struct advi_layout *layout, const char *mount, uint64_t *named,
			struct adv_err *err);
/* Whether one of the paths in "a:b" is 'mount', or below it. NULL has none. */
bool advi_relocate_names(const char *paths, const char *mount);

#endif
