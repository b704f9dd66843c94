/* SPDX-License-Identifier: BSD-3-Clause */
/* What a manifest says of the mount path: in which files it stands, and where. */
#include "bundle/manifest.h"

enum { PLACES = 16 << 20 };

/* In a file's "kind", and as counted for the image. What is relative names it nowhere. */
static const struct {
	enum advi_prefix_use use;
	const char *kind, *counted;
} uses[] = {
	{ADVI_PREFIX_BINARY, "binary", "binary"}, {ADVI_PREFIX_COMPILED, "compiled", "compiled"},
	{ADVI_PREFIX_RELATIVE, NULL, "relative"}, {ADVI_PREFIX_SHEBANG, "script", "scripts"},
	{ADVI_PREFIX_TEXT, "text", "text"},
};

void advi_manifest_write_prefix(struct advi_jout *out, const struct advi_prefix_at *prefix)
{
	advi_jout_object(out);
	if (prefix->count) {
		advi_jout_key(out, "at");
		advi_jout_array(out);
		for (size_t i = 0; i < prefix->count; i++)
			advi_jout_u64(out, prefix->at[i]);
		advi_jout_array_end(out);
	}
	for (size_t i = 0; i < ADVI_COUNT(uses); i++)
		if (uses[i].use == prefix->use)
			advi_jout_key_text(out, "kind", uses[i].kind);
	if (prefix->use == ADVI_PREFIX_BINARY)
		advi_jout_key_u64(out, "room", prefix->room);
	advi_jout_object_end(out);
}

static void read_places(struct advi_json *json, struct advi_arena *arena,
			struct advi_prefix_at *out)
{
	ADVI_VEC(uint64_t) places = {0};
	uint64_t place, *copy;

	for (advi_json_array(json); advi_json_item(json);) {
		if (!advi_json_u64(json, &place))
			break;
		if (places.count >= PLACES)
			advi_json_fail(json, "there are too many places");
		else if (places.count && place <= places.at[places.count - 1])
			advi_json_fail(json, "places are not in their order");
		else
			advi_vec_push(&places, place);
	}
	copy = advi_arena_alloc(arena, (places.count + 1) * sizeof(*copy));
	if (places.count)
		memcpy(copy, places.at, places.count * sizeof(*copy));
	out->at = copy;
	out->count = places.count;
	advi_vec_clear(&places);
}

static void read_kind(struct advi_json *json, enum advi_prefix_use *out)
{
	struct advi_str kind;

	if (!advi_json_string(json, &kind))
		return;
	for (size_t i = 0; i < ADVI_COUNT(uses); i++)
		if (uses[i].kind && advi_str_is(kind, uses[i].kind)) {
			*out = uses[i].use;
			return;
		}
	advi_json_fail(json, "a 'prefix' is of no known kind");
}

void advi_manifest_read_prefix(struct advi_json *json, struct advi_arena *arena,
			       struct advi_prefix_at *out)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "at"))
			read_places(json, arena, out);
		else if (advi_str_is(key, "kind"))
			read_kind(json, &out->use);
		else if (advi_str_is(key, "room"))
			advi_json_u64(json, &out->room);
		else
			advi_json_skip(json);
	}
}

void advi_manifest_write_prefixes(struct advi_jout *out, const struct advi_layout *layout,
				  bool relocatable, bool layer)
{
	uint64_t counts[ADVI_PREFIX_USES] = {0};

	for (size_t i = 0; i < layout->nodes.count; i++)
		if (layout->nodes.at[i].written)
			counts[layout->nodes.at[i].prefix.use]++;
	advi_jout_key(out, "prefix");
	advi_jout_object(out);
	for (size_t i = 0; i < ADVI_COUNT(uses); i++)
		advi_jout_key_u64(out, uses[i].counted, counts[uses[i].use]);
	advi_jout_object_end(out);
	advi_jout_key(out, "relocatable");
	advi_jout_bool(out, !layer && (relocatable || (!counts[ADVI_PREFIX_BINARY] &&
						       !counts[ADVI_PREFIX_SHEBANG] &&
						       !counts[ADVI_PREFIX_TEXT])));
}

void advi_manifest_read_prefixes(struct advi_json *json, struct advi_manifest *out)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(uses) && !advi_str_is(key, uses[i].counted))
			i++;
		if (i < ADVI_COUNT(uses))
			advi_json_u64(json, &out->prefixes[uses[i].use]);
		else
			advi_json_skip(json);
		out->places_known |= i < ADVI_COUNT(uses) && uses[i].use == ADVI_PREFIX_RELATIVE;
	}
}
