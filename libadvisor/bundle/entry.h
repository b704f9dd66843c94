/* SPDX-License-Identifier: BSD-3-Clause */
/* Entry points of noarch Python packages, and the scripts that are made for them. */
#ifndef ADVI_BUNDLE_ENTRY_H
#define ADVI_BUNDLE_ENTRY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* "COMMAND = MODULE:FUNCTION". Strings live in the package's arena. */
struct advi_entry {
	const char *command, *module, *function;
};

/* What info/link.json says. */
struct advi_link_info {
	const char *noarch; /* "python", "generic", or NULL */
	struct {
		struct advi_entry *at;
		size_t count, room;
	} entries;
};

/* Reads info/link.json (or info/package_metadata.json); ADV_EINPUT when it is none. */
int advi_link_info_read(struct advi_link_info *out, struct advi_arena *arena, struct advi_str text,
			struct adv_err *err);

/* Takes one entry point apart; ADV_EINPUT when it could not be a script of this prefix. */
int advi_entry_parse(struct advi_entry *out, struct advi_arena *arena, struct advi_str text,
		     struct adv_err *err);

/* Appends the first line of a script; 'python' is the absolute path of the interpreter. */
void advi_entry_first(struct advi_buf *out, struct advi_str python);
/* Appends what comes after that. */
void advi_entry_script(struct advi_buf *out, const struct advi_entry *entry);

#endif
