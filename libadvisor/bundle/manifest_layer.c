/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading what the manifest of a layer says of its base; advi_layer_write wrote it. */
#include "bundle/manifest.h"

static void read_text(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		advi_json_skip(json);
	else if (advi_json_string(json, &text))
		*out = advi_arena_str(arena, text);
}

static void read_base(struct advi_json *json, struct advi_arena *arena,
		      struct advi_manifest_layer *out)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "fingerprint"))
			read_text(json, arena, &out->fingerprint);
		else if (advi_str_is(key, "name"))
			read_text(json, arena, &out->base_name);
		else if (advi_str_is(key, "prefix"))
			read_text(json, arena, &out->prefix);
		else
			advi_json_skip(json);
	}
}

static void read_way(struct advi_json *json, bool *works)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);)
		if (advi_str_is(key, "works"))
			advi_json_bool(json, works);
		else
			advi_json_skip(json);
}

static void read_ways(struct advi_json *json, struct advi_manifest_layer *out)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "overlay"))
			read_way(json, &out->overlay);
		else if (advi_str_is(key, "pth"))
			read_way(json, &out->pth);
		else if (advi_str_is(key, "pythonpath"))
			read_way(json, &out->pythonpath);
		else
			advi_json_skip(json);
	}
}

void advi_manifest_read_layer(struct advi_json *json, struct advi_arena *arena,
			      struct advi_manifest_layer *out)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "base"))
			read_base(json, arena, out);
		else if (advi_str_is(key, "elsewhere"))
			read_text(json, arena, &out->elsewhere);
		else if (advi_str_is(key, "site_packages"))
			read_text(json, arena, &out->site_packages);
		else if (advi_str_is(key, "ways"))
			read_ways(json, out);
		else
			advi_json_skip(json);
	}
	if (!json->problem &&
	    (!out->prefix || !out->fingerprint || !out->base_name || !out->elsewhere))
		advi_json_fail(json, "'layer' lacks something");
}
