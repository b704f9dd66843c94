/* SPDX-License-Identifier: BSD-3-Clause */
/* A form in which an environment is written down: how it is known, and how it is read. */
#ifndef ADVI_CONDA_FORM_H
#define ADVI_CONDA_FORM_H

#include "conda/listing.h"
#include "io/yaml.h"

/* What a form is given to look at and to read. */
struct advi_form_input {
	struct advi_str text;
	const char *path;
	const struct advi_listing_wish *wish; /* never NULL */
	const struct advi_yaml *yaml;         /* the text parsed; NULL: it is lines */
};

struct advi_form {
	const char *name; /* as people call it */
	bool is_yaml;     /* of YAML or JSON, not of lines */
	/* Whether it looks like this form, well made or not. */
	bool (*is)(const struct advi_form_input *input);
	/* Takes in what it says; advi_listing_finish follows. Returns 0 or ADV_EINPUT. */
	int (*read)(struct advi_listing *out, const struct advi_form_input *input,
		    struct adv_err *err);
};

extern const struct advi_form advi_form_conda_lock;
extern const struct advi_form advi_form_environment;
extern const struct advi_form advi_form_explicit;
extern const struct advi_form advi_form_export;
extern const struct advi_form advi_form_json_list;
extern const struct advi_form advi_form_pixi;
extern const struct advi_form advi_form_specs;
extern const struct advi_form advi_form_table;

/* --- lines --- */

/* A text, line by line. */
struct advi_form_lines {
	struct advi_str rest;
	struct advi_listing_place place; /* of the line that was given last */
	struct advi_str line;            /* without blanks at its ends */
};
struct advi_form_lines advi_form_lines(const struct advi_form_input *input);
/*
 * The next line with something on it, comments too. Returns 1, 0 at the end, or ADV_EINPUT for a
 * line that no form has: with a NUL, or longer than 64 KiB.
 */
int advi_form_next(struct advi_form_lines *lines, struct adv_err *err);
/* The first line that is no comment; empty when there is none. */
struct advi_str advi_form_first(const struct advi_form_input *input);
/* Takes the next word, parted by blanks, off the front; false at the end. */
bool advi_form_word(struct advi_str *rest, struct advi_str *word);
/* "# platform: linux-64" gives the platform; anything else an empty slice. */
struct advi_str advi_form_platform(struct advi_str line);

#endif
