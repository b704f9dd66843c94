/* SPDX-License-Identifier: BSD-3-Clause */
/* What a manifest says of programs and shared objects: enough to check a layer without the image.
 */
#include "bundle/manifest.h"
#include "io/json_scan.h"
#include "io/json_write.h"

enum { NEEDED = 1000 };

static void key_text(struct advi_jout *out, const char *key, const char *text)
{
	if (text)
		advi_jout_key_text(out, key, text);
}

void advi_manifest_write_elf(struct advi_jout *out, const struct advi_elf *elf)
{
	advi_jout_object(out);
	key_text(out, "glibc", elf->glibc);
	advi_jout_key_text(out, "kind", elf->kind);
	advi_jout_texts(out, "needed", elf->needed.at, elf->needed.count);
	if (elf->program) {
		advi_jout_key(out, "program");
		advi_jout_bool(out, true);
	}
	key_text(out, "rpath", elf->rpath);
	key_text(out, "runpath", elf->runpath);
	key_text(out, "soname", elf->soname);
	advi_jout_object_end(out);
}

void advi_manifest_read_texts(struct advi_json *json, struct advi_arena *arena,
			      struct advi_list *out, size_t most)
{
	advi_names names = {0};
	struct advi_str text;
	const char **copy;

	for (advi_json_array(json); advi_json_item(json);) {
		if (!advi_json_string(json, &text))
			break;
		if (names.count >= most)
			advi_json_fail(json, "a list is too long");
		else
			advi_vec_push(&names, advi_arena_str(arena, text));
	}
	copy = advi_arena_alloc(arena, (names.count + 1) * sizeof(*copy));
	for (size_t i = 0; i < names.count; i++)
		copy[i] = names.at[i];
	*out = (struct advi_list){copy, names.count};
	advi_vec_clear(&names);
}

const struct advi_elf *advi_manifest_read_elf(struct advi_json *json, struct advi_arena *arena)
{
	struct advi_elf *elf = advi_arena_alloc(arena, sizeof(*elf));
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{"glibc", &elf->glibc},     {"kind", &elf->kind},     {"rpath", &elf->rpath},
		{"runpath", &elf->runpath}, {"soname", &elf->soname},
	};
	struct advi_str key, text;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(texts) && !advi_str_is(key, texts[i].key))
			i++;
		if (i < ADVI_COUNT(texts)) {
			if (advi_json_string(json, &text))
				*texts[i].to = advi_arena_str(arena, text);
		} else if (advi_str_is(key, "needed")) {
			advi_manifest_read_texts(json, arena, &elf->needed, NEEDED);
		} else if (advi_str_is(key, "program")) {
			advi_json_bool(json, &elf->program);
		} else {
			advi_json_skip(json);
		}
	}
	if (!elf->kind)
		advi_json_fail(json, "an 'elf' has no 'kind'");
	return elf;
}
