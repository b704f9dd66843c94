/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading YAML maps by tables: a key, its type and where it goes are a row. */
#ifndef ADVI_IO_YAML_ROWS_H
#define ADVI_IO_YAML_ROWS_H

#include "base/nearest.h"
#include "base/vec.h"
#include "io/yaml.h"

enum advi_yaml_type {
	ADVI_YAML_TEXT,   /* to: const char * */
	ADVI_YAML_COUNT,  /* to: uint64_t */
	ADVI_YAML_SIZE,   /* to: uint64_t; bytes */
	ADVI_YAML_SWITCH, /* to: bool */
	ADVI_YAML_WORDS,  /* to: advi_names; a list of texts */
	ADVI_YAML_ITEMS,  /* any list; read by the row's function */
	ADVI_YAML_KEYS,   /* any map; read by the row's function */
	ADVI_YAML_ANY     /* anything; read by the row's function */
};

struct advi_yaml_reader;

/* Reads a value into the reader's target. Returns 0 or ADV_EINPUT. */
typedef int advi_yaml_read_fn(struct advi_yaml_reader *reader, const struct advi_yaml_node *value);

/* One key. A value of nothing ("key:" and no more) is as if the key were not there. */
struct advi_yaml_row {
	const char *key;
	enum advi_yaml_type type;
	bool required;
	size_t offset;            /* into the target, when 'read' is NULL */
	advi_yaml_read_fn *read;  /* reads it instead, its type being checked */
	const char *const *words; /* the only texts allowed, up to a NULL; or NULL: any */
};

/* What a read goes into. Strings are copied into 'arena'. */
struct advi_yaml_reader {
	const struct advi_yaml *yaml;
	struct advi_arena *arena;
	void *target;
	struct adv_err *err;
};

/*
 * Reads a map by rows. Refused, with file and line: a key that no row has (the nearest one is
 * proposed), a value of another type, a required key that is missing.
 *   what   names the map in messages: "a site recipe".
 */
int advi_yaml_rows(struct advi_yaml_reader *reader, const struct advi_yaml_node *map,
		   const char *what, const struct advi_yaml_row *rows, size_t count);

/* Appends the texts of a list to 'out'. */
int advi_yaml_words(struct advi_yaml_reader *reader, const struct advi_yaml_node *list,
		    advi_names *out);

#endif
