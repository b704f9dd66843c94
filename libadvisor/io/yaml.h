/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML documents (libyaml) as a tree whose every node knows its line. */
#ifndef ADVI_IO_YAML_H
#define ADVI_IO_YAML_H

#include "base/arena.h"
#include "base/err.h"

enum advi_yaml_kind { ADVI_YAML_SCALAR, ADVI_YAML_LIST, ADVI_YAML_MAP };

/* The largest document; an alias counts as much as what it stands for. */
enum { ADVI_YAML_BYTES = 16 << 20, ADVI_YAML_DEPTH = 64, ADVI_YAML_NODES = 1 << 20 };

/*
 * A node. Children of a list are its items, those of a map its values, each with its key; in the
 * order of the document. Strings are NUL-terminated, hold no other NUL, and are UTF-8.
 */
struct advi_yaml_node {
	enum advi_yaml_kind kind;
	unsigned line, column; /* from 1 */
	bool plain;            /* a scalar without quotes: it may be a number, yes, null */
	struct advi_str text;  /* of a scalar */
	struct advi_str key;   /* in a map */
	unsigned key_line, key_column;
	const struct advi_yaml_node *first, *next;
	size_t count;  /* children */
	size_t weight; /* nodes below and itself, aliases as what they stand for */
};

/* A document. Zero is empty. */
struct advi_yaml {
	struct advi_arena arena;
	const char *name; /* of the file, for errors; borrowed */
	const struct advi_yaml_node *root;
};

/*
 * Parses one document (JSON is YAML). Refused, with "NAME: line N: ...": what is no YAML or no
 * UTF-8, a second document, keys that are no scalars or come twice, an alias of a node within
 * itself, and whatever is larger, deeper or more than the caps above.
 * Returns 0, the caller clears 'out'; or ADV_EINPUT with 'out' empty.
 */
int advi_yaml_parse(struct advi_yaml *out, struct advi_str text, const char *name,
		    struct adv_err *err);
void advi_yaml_clear(struct advi_yaml *yaml);

/* The value of a key, or NULL; also when 'node' is NULL or no map. */
const struct advi_yaml_node *advi_yaml_get(const struct advi_yaml_node *node, const char *key);
/* Whether it is an empty plain scalar, "~" or "null". */
bool advi_yaml_null(const struct advi_yaml_node *node);
/* A plain scalar as a whole number, or as true/false (yes, no, on, off too). */
bool advi_yaml_u64(const struct advi_yaml_node *node, uint64_t *out);
bool advi_yaml_bool(const struct advi_yaml_node *node, bool *out);
/* A size in bytes: 4096, "500M", "2G", "1.5G"; units are powers of 1024. */
bool advi_yaml_bytes(const struct advi_yaml_node *node, uint64_t *out);
/* "a list", "a map", "nothing", "text", for messages. */
const char *advi_yaml_what(const struct advi_yaml_node *node);

/* Sets "NAME: line N: ..." and returns ADV_EINPUT. */
int advi_yaml_fail(const struct advi_yaml *yaml, unsigned line, struct adv_err *err,
		   const char *format, ...) ADVI_PRINTF(4, 5);

#endif
