/* SPDX-License-Identifier: BSD-3-Clause */
/* A JSON list of packages: conda list --json, mamba list --json, pixi list --json. */
#include "conda/form_yaml.h"
#include "conda/package_url.h"

/* conda and mamba write build_string, channel and platform, pixi build, kind and subdir. */
enum key { NAME, VERSION, BUILD_STRING, BUILD, CHANNEL, KIND, PLATFORM, SUBDIR, URL, KEYS };

static const char *const keys[KEYS] = {
	[NAME] = "name",         [VERSION] = "version", [BUILD_STRING] = "build_string",
	[BUILD] = "build",       [CHANNEL] = "channel", [KIND] = "kind",
	[PLATFORM] = "platform", [SUBDIR] = "subdir",   [URL] = "url",
};

static bool is(const struct advi_form_input *input)
{
	const struct advi_yaml_node *root = input->yaml->root;

	return root->kind == ADVI_YAML_LIST && advi_yaml_get(root->first, "name");
}

static int read_package(const struct advi_form_yaml *form, const struct advi_yaml_node *node)
{
	const struct advi_listing_place place = advi_form_place(form, node);
	const struct advi_yaml_node *fields[KEYS];
	struct advi_listed package = {0};
	struct advi_record *record = &package.record;
	const char *texts[KEYS] = {NULL};

	if (advi_form_pick(form, node, "a package", keys, KEYS, fields) < 0)
		return ADV_EINPUT;
	for (size_t i = 0; i < KEYS; i++)
		if (advi_form_text(form, fields[i], &texts[i]) < 0)
			return ADV_EINPUT;
	if (advi_str_is(advi_str(texts[CHANNEL]), "pypi") ||
	    advi_str_is(advi_str(texts[KIND]), "pypi"))
		return advi_listing_add_pip_package(form->out, advi_str(texts[NAME]),
						    advi_str(texts[VERSION]), &place, form->err);
	if (texts[URL] && advi_is_package_file(advi_str(texts[URL])))
		advi_package_url(&package, &form->out->arena, advi_str(texts[URL]));
	record->name = texts[NAME];
	record->version = texts[VERSION];
	record->build = texts[BUILD_STRING] ? texts[BUILD_STRING] : texts[BUILD];
	if (!record->subdir)
		record->subdir = texts[PLATFORM] ? texts[PLATFORM] : texts[SUBDIR];
	if (!record->channel && texts[CHANNEL])
		record->channel = advi_url_shown(&form->out->arena, advi_str(texts[CHANNEL]));
	return advi_listing_add(form->out, &package, form->platform, &place, form->err);
}

static int read(struct advi_listing *out, const struct advi_form_input *input, struct adv_err *err)
{
	const struct advi_form_yaml form = {out, input, input->wish->platform, err};
	int r = 0;

	for (const struct advi_yaml_node *at = input->yaml->root->first; at && r == 0;
	     at = at->next)
		r = read_package(&form, at);
	return r;
}

const struct advi_form advi_form_json_list = {"conda list --json", true, is, read};
