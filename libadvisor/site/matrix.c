/* SPDX-License-Identifier: BSD-3-Clause */
/* Kinds of nodes and Pythons that base is to be good for. */
#include "base/buf.h"
#include "conda/envfile.h"
#include "site/read.h"

int advi_site_read_virtuals(struct advi_yaml_reader *reader, const struct advi_yaml_node *map,
			    advi_virtuals *out)
{
	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		size_t equals = advi_str_find(at->text, '=');
		struct advi_virtual *row;

		if (!advi_str_starts(at->key, ADVI_STR("__")) || !advi_package_name_ok(at->key))
			return advi_yaml_fail(
				reader->yaml, at->key_line, reader->err,
				"a virtual package's name begins with '__', as '__glibc'; "
				"'%.*s' does not",
				ADVI_ARGS(at->key));
		if (at->kind != ADVI_YAML_SCALAR)
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "'%.*s' takes a version such as \"2.31\", not %s",
					      ADVI_ARGS(at->key), advi_yaml_what(at));
		row = advi_vec_new(out);
		row->name = advi_arena_str(reader->arena, at->key);
		/* "__cuda: null" says that the machine has none: no version. */
		if (!advi_yaml_null(at)) {
			row->version = advi_arena_str(reader->arena,
						      (struct advi_str){at->text.ptr, equals});
			row->build = equals == at->text.len
					     ? "0"
					     : advi_arena_str(reader->arena,
							      advi_str_from(at->text, equals + 1));
		}
	}
	return 0;
}

static int read_node_virtuals(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct advi_node_type *type = reader->target;

	return advi_site_read_virtuals(reader, map, &type->virtuals);
}

static const struct advi_yaml_row rows[] = {
	{.key = "name",
	 .type = ADVI_YAML_TEXT,
	 .required = true,
	 .offset = offsetof(struct advi_node_type, name)},
	{.key = "virtual_packages", .type = ADVI_YAML_KEYS, .read = read_node_virtuals},
};

const struct advi_node_type *advi_site_node_type(const struct adv_site *site, const char *name)
{
	for (size_t i = 0; i < site->node_types.count; i++)
		if (strcmp(site->node_types.at[i].name, name) == 0)
			return &site->node_types.at[i];
	return NULL;
}

int advi_site_read_node_types(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct adv_site *site = &((struct advi_site_draft *)reader->target)->site;

	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		struct advi_yaml_reader inner = *reader;
		struct advi_node_type type = {0};
		int r;

		inner.target = &type;
		r = advi_yaml_rows(&inner, at, "a node type", rows, ADVI_COUNT(rows));
		if (r == 0 && advi_site_node_type(site, type.name))
			r = advi_yaml_fail(reader->yaml, at->line, reader->err,
					   "there are two node types of the name '%s'", type.name);
		if (r < 0) {
			advi_vec_clear(&type.virtuals);
			return r;
		}
		advi_vec_push(&site->node_types, type);
	}
	return 0;
}

/* "3.12", as two whole numbers. */
static bool is_minor(struct advi_str text)
{
	size_t dot = advi_str_find(text, '.');
	uint64_t number;

	return dot < text.len && advi_str_u64((struct advi_str){text.ptr, dot}, &number) &&
	       advi_str_u64(advi_str_from(text, dot + 1), &number);
}

int advi_site_read_pythons(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct adv_site *site = &((struct advi_site_draft *)reader->target)->site;

	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		if (!is_minor(at->text))
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "'pythons' takes minor versions such as \"3.12\", "
					      "not '%.*s'",
					      ADVI_ARGS(at->text));
		advi_vec_push(&site->pythons, advi_arena_str(reader->arena, at->text));
	}
	return 0;
}

static size_t at_least_one(size_t count)
{
	return count ? count : 1;
}

size_t adv_site_variants(const struct adv_site *site)
{
	return at_least_one(site->node_types.count) * at_least_one(site->pythons.count);
}

struct adv_variant adv_site_variant(const struct adv_site *site, size_t index)
{
	size_t pythons = at_least_one(site->pythons.count);

	return (struct adv_variant){
		.python = site->pythons.count ? site->pythons.at[index % pythons] : NULL,
		.node_type =
			site->node_types.count ? site->node_types.at[index / pythons].name : NULL,
	};
}

/* As the recipe says it: what is taken away is null. */
static void write_node_type(struct advi_jout *out, const struct advi_node_type *type)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "name", type->name);
	advi_jout_key(out, "virtual_packages");
	advi_jout_object(out);
	for (size_t i = 0; i < type->virtuals.count; i++) {
		const struct advi_virtual *row = &type->virtuals.at[i];
		ADVI_AUTO_PTR char *text =
			row->version ? advi_format("%s=%s", row->version, row->build) : NULL;

		advi_jout_key_text(out, row->name, text);
	}
	advi_jout_object_end(out);
	advi_jout_object_end(out);
}

void advi_site_write_node_types(const struct adv_site *site, struct advi_jout *out)
{
	ADVI_WRITE_EACH(out, "node_types", &site->node_types, write_node_type);
}

void advi_site_clear_node_types(struct adv_site *site)
{
	for (size_t i = 0; i < site->node_types.count; i++)
		advi_vec_clear(&site->node_types.at[i].virtuals);
	advi_vec_clear(&site->node_types);
	advi_vec_clear(&site->pythons);
}
