/* SPDX-License-Identifier: BSD-3-Clause */
/* Forms made of YAML: fields of packages, and which platform's packages are wanted. */
#ifndef ADVI_CONDA_FORM_YAML_H
#define ADVI_CONDA_FORM_YAML_H

#include "base/map.h"
#include "conda/form.h"

/* A document that is being read into a listing. */
struct advi_form_yaml {
	struct advi_listing *out;
	const struct advi_form_input *input;
	const char *platform; /* whose packages are taken */
	struct adv_err *err;
};

/* Sets "PATH: line N: ..." for a node and returns ADV_EINPUT. */
#define advi_form_wrong(form, node, ...)                                                           \
	advi_yaml_fail((form)->input->yaml, (node)->line, (form)->err, __VA_ARGS__)
struct advi_listing_place advi_form_place(const struct advi_form_yaml *form,
					  const struct advi_yaml_node *node);

/* The values of a map's keys, in one pass: out[i] is that of keys[i], NULL where it has none. */
int advi_form_pick(const struct advi_form_yaml *form, const struct advi_yaml_node *map,
		   const char *what, const char *const *keys, size_t count,
		   const struct advi_yaml_node **out);
/* A text in the listing's arena; NULL for nothing. A list or a map is refused. */
int advi_form_text(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		   const char **out);
/* A list of texts; nothing is an empty one. */
int advi_form_texts(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		    struct advi_list *out);
int advi_form_number(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		     uint64_t *out);
/* A digest of this many hexadecimal digits. */
int advi_form_digest(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		     size_t digits, struct advi_record *out);
/* The channels of a lock: texts, or maps with a 'url'. Credentials are left out. */
int advi_form_channels(const struct advi_form_yaml *form, const struct advi_yaml_node *list);
/* Whether 'version' of the root is within [least, most]; refused otherwise. */
int advi_form_version(const struct advi_form_yaml *form, uint64_t least, uint64_t most,
		      uint64_t *out);
/*
 * Sets form->platform to the one that is wanted, or to the only one there is, 'there' being the
 * names of all. Refused when it isn't among them.
 */
int advi_form_choose(struct advi_form_yaml *form, const struct advi_map *there,
		     const struct advi_yaml_node *node);

#endif
