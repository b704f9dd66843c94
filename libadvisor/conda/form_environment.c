/* SPDX-License-Identifier: BSD-3-Clause */
/* environment.yml: what somebody asks of an environment. */
#include "conda/envfile.h"
#include "conda/form.h"
#include "conda/matchspec.h"
#include "io/yaml_rows.h"

static bool is(const struct advi_form_input *input)
{
	return advi_yaml_get(input->yaml->root, "dependencies") != NULL;
}

static int read_section(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		/* conda passes over other sections too. */
		if (!advi_str_is(at->key, "pip"))
			advi_listing_pass_over(reader->target, at->key,
					       (struct advi_spot){at->key_line, at->key_column});
		if (!advi_str_is(at->key, "pip") || advi_yaml_null(at))
			continue;
		if (at->kind != ADVI_YAML_LIST)
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "'pip' takes a list of requirements, not %s",
					      advi_yaml_what(at));
		for (const struct advi_yaml_node *item = at->first; item; item = item->next) {
			const struct advi_listing_place place = {reader->yaml->name, item->line,
								 item->column};

			if (item->kind != ADVI_YAML_SCALAR || advi_yaml_null(item))
				return advi_yaml_fail(reader->yaml, item->line, reader->err,
						      "an item of 'pip' must be text, not %s",
						      advi_yaml_what(item));
			if (advi_listing_add_pip(reader->target, item->text, &place, reader->err) <
			    0)
				return ADV_EINPUT;
		}
	}
	return 0;
}

static bool is_spec(struct advi_str text, struct adv_err *why)
{
	struct advi_arena arena = {0};
	struct advi_matchspec spec;
	int r = advi_matchspec_parse(&spec, &arena, advi_str_trim(text), why);

	advi_arena_clear(&arena);
	return r == 0;
}

static int read_spec(struct advi_yaml_reader *reader, const struct advi_yaml_node *node)
{
	struct advi_listing *listing = reader->target;
	struct adv_err why = ADV_ERR_INIT;

	if (node->kind != ADVI_YAML_SCALAR || !advi_package_name_ok(advi_spec_name(node->text)))
		return advi_yaml_fail(reader->yaml, node->line, reader->err,
				      "a dependency is a package such as 'numpy >=1.26', "
				      "not %s%.*s%s",
				      node->text.len ? "'" : advi_yaml_what(node),
				      ADVI_ARGS(node->text), node->text.len ? "'" : "");
	if (listing->specs.count == ADVI_LISTING_PACKAGES)
		return advi_yaml_fail(reader->yaml, node->line, reader->err,
				      "more than the %d packages allowed", ADVI_LISTING_PACKAGES);
	if (!is_spec(node->text, &why))
		return advi_yaml_fail(reader->yaml, node->line, reader->err, "%s", why.text);
	advi_vec_push(&listing->specs, advi_arena_str(reader->arena, advi_str_trim(node->text)));
	advi_vec_push(&listing->spec_spots, ((struct advi_spot){node->line, node->column}));
	return 0;
}

static int read_dependencies(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	int r = 0;

	for (const struct advi_yaml_node *at = list->first; at && r == 0; at = at->next)
		r = at->kind == ADVI_YAML_MAP ? read_section(reader, at) : read_spec(reader, at);
	return r;
}

static int read_channels(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct advi_listing *listing = reader->target;

	for (const struct advi_yaml_node *at = list->first; at; at = at->next)
		advi_vec_push(&listing->channel_spots, ((struct advi_spot){at->line, at->column}));
	return advi_yaml_words(reader, list, &listing->channels);
}

#define AT(field) offsetof(struct advi_listing, field)
static const struct advi_yaml_row rows[] = {
	{.key = "name", .type = ADVI_YAML_TEXT, .offset = AT(name)},
	{.key = "prefix", .type = ADVI_YAML_TEXT, .offset = AT(prefix)},
	{.key = "channels", .type = ADVI_YAML_WORDS, .read = read_channels},
	{.key = "dependencies",
	 .type = ADVI_YAML_ITEMS,
	 .required = true,
	 .read = read_dependencies},
	/* What conda and its relatives know besides; it says nothing about packages. */
	{.key = "variables", .type = ADVI_YAML_ANY},
	{.key = "platforms", .type = ADVI_YAML_ANY},
	{.key = "platform", .type = ADVI_YAML_ANY},
	{.key = "category", .type = ADVI_YAML_ANY},
	{.key = "channel_priority", .type = ADVI_YAML_ANY},
	{.key = "channel-priority", .type = ADVI_YAML_ANY},
};

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	struct advi_yaml_reader reader = {input->yaml, &out->arena, out, err};

	return advi_yaml_rows(&reader, input->yaml->root, "an environment file", rows,
			      ADVI_COUNT(rows));
}

const struct advi_form advi_form_environment = {"environment.yml", true, is, read};
