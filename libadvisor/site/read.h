/* SPDX-License-Identifier: BSD-3-Clause */
/* What the readers of a recipe share. */
#ifndef ADVI_SITE_READ_H
#define ADVI_SITE_READ_H

#include "io/yaml_rows.h"
#include "site/site.h"

/* A recipe while it is being read. */
struct advi_site_draft {
	struct adv_site site;
	advi_names base_packages;
	const char *base_environment, *base_prefix, *imports_file, *domains_file;
	bool has_base;
};

/* Reads a recipe by its table of keys; the reader's target is a draft. */
int advi_site_read_rows(struct advi_yaml_reader *reader);

/* What only shows when the recipe is read whole: lists that contradict each other. */
int advi_site_check(const struct advi_yaml *yaml, struct adv_err *err);

/* A map of virtual packages. */
int advi_site_read_virtuals(struct advi_yaml_reader *reader, const struct advi_yaml_node *map,
			    advi_virtuals *out);
/* The recipe's rows of these names; its parts of the written recipe; and their end. */
advi_yaml_read_fn advi_site_read_node_types, advi_site_read_pythons;
void advi_site_write_node_types(const struct adv_site *site, struct advi_jout *out);
void advi_site_clear_node_types(struct adv_site *site);

/* The recipe's policy. */
advi_yaml_read_fn advi_site_read_policy;

/* Adds specs to base; a name is known once. */
void advi_site_add_base(struct adv_site *site, const advi_names *specs);
/* Adds to base from an environment in any form, "FILE#NAME" for one of several in a file. */
int advi_site_load_base(struct adv_site *site, const char *path, struct adv_err *err);
/* Finds out what packages pip's serve, when base and the import names are known. */
void advi_site_settle_pip(struct adv_site *site);
/* Adds the rows of a mapping file, behind the names that the recipe itself maps. */
int advi_site_load_imports(struct adv_site *site, const char *path, struct adv_err *err);

/* The recipe's map of projects to domains; the rows of a table, which count after it. */
advi_yaml_read_fn advi_site_read_domains;
int advi_site_load_domains(struct adv_site *site, const char *path, struct adv_err *err);
/* Sorts out the patterns, when all of them are known. */
void advi_site_settle_domains(struct adv_site *site);
void advi_site_write_domains(const struct adv_site *site, struct advi_jout *out);
void advi_site_clear_domains(struct adv_site *site);

/* Whether 'text' is what 'pattern' says, a '*' being any characters, none too. */
bool advi_site_matches(const char *pattern, const char *text);
/* An order of patterns: those with more characters beside their stars first, then by name. */
int advi_site_closer(const char *a, const char *b);

/* What domains and projects are to get at least. */
advi_yaml_read_fn advi_site_read_quotas;
void advi_site_settle_quotas(struct adv_site *site);
void advi_site_write_quotas(const struct adv_site *site, struct advi_jout *out);

/* A name in a recipe as a path: relative to the recipe's folder. The caller frees it. */
char *advi_site_path(const struct adv_site *site, const char *name);

#endif
