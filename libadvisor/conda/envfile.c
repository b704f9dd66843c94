/* SPDX-License-Identifier: BSD-3-Clause */
/* environment.yml: what somebody asks of an environment. */
#include "conda/envfile.h"

#include "base/buf.h"
#include "io/file.h"
#include "io/yaml_rows.h"

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

struct advi_str advi_spec_name(struct advi_str spec)
{
	size_t length = 0, colons;

	spec = advi_str_trim(spec);
	colons = advi_str_search(spec, ADVI_STR("::"));
	/* "::" within brackets or behind a blank is no channel. */
	if (colons < advi_str_find(spec, '[') && colons < advi_str_find(spec, ' '))
		spec = advi_str_from(spec, colons + 2);
	while (length < spec.len && is_name_byte(spec.ptr[length]))
		length++;
	return (struct advi_str){spec.ptr, length};
}

bool advi_package_name_ok(struct advi_str name)
{
	if (name.len == 0 || name.len > 128 || name.ptr[0] == '-' || name.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_byte(name.ptr[i]))
			return false;
	return true;
}

static int read_section(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct advi_envfile *envfile = reader->target;

	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		/* conda passes over other sections too. */
		if (!advi_str_is(at->key, "pip") || advi_yaml_null(at))
			continue;
		if (at->kind != ADVI_YAML_LIST)
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "'pip' takes a list of requirements, not %s",
					      advi_yaml_what(at));
		if (advi_yaml_words(reader, at, &envfile->pip) < 0)
			return ADV_EINPUT;
	}
	return 0;
}

static int read_dependencies(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct advi_envfile *envfile = reader->target;

	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		if (at->kind == ADVI_YAML_MAP) {
			if (read_section(reader, at) < 0)
				return ADV_EINPUT;
			continue;
		}
		if (at->kind != ADVI_YAML_SCALAR || !advi_package_name_ok(advi_spec_name(at->text)))
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "a dependency is a package such as 'numpy >=1.26', "
					      "not %s%.*s%s",
					      at->text.len ? "'" : advi_yaml_what(at),
					      ADVI_ARGS(at->text), at->text.len ? "'" : "");
		advi_vec_push(&envfile->specs,
			      advi_arena_str(reader->arena, advi_str_trim(at->text)));
	}
	return 0;
}

static const struct advi_yaml_row rows[] = {
	{.key = "name", .type = ADVI_YAML_TEXT, .offset = offsetof(struct advi_envfile, name)},
	{.key = "prefix", .type = ADVI_YAML_TEXT, .offset = offsetof(struct advi_envfile, prefix)},
	{.key = "channels",
	 .type = ADVI_YAML_WORDS,
	 .offset = offsetof(struct advi_envfile, channels)},
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

int advi_envfile_parse(struct advi_envfile *out, struct advi_str text, const char *path,
		       struct adv_err *err)
{
	struct advi_yaml yaml;
	struct advi_yaml_reader reader = {&yaml, &out->arena, out, err};
	int r;

	*out = (struct advi_envfile){0};
	r = advi_yaml_parse(&yaml, text, path, err);
	if (r < 0)
		return r;
	r = advi_yaml_rows(&reader, yaml.root, "an environment file", rows, ADVI_COUNT(rows));
	advi_yaml_clear(&yaml);
	if (r < 0)
		advi_envfile_clear(out);
	return r;
}

int advi_envfile_read(struct advi_envfile *out, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(ADVI_ENVFILE_BYTES);
	int r = advi_file_read(&text, path, err);

	*out = (struct advi_envfile){0};
	return r < 0 ? r : advi_envfile_parse(out, advi_buf_str(&text), path, err);
}

void advi_envfile_clear(struct advi_envfile *envfile)
{
	advi_vec_clear(&envfile->channels);
	advi_vec_clear(&envfile->specs);
	advi_vec_clear(&envfile->pip);
	advi_arena_clear(&envfile->arena);
	*envfile = (struct advi_envfile){0};
}
