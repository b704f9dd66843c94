/* SPDX-License-Identifier: BSD-3-Clause */
/* Forms made of YAML: fields of packages, and which platform's packages are wanted. */
#include "conda/form_yaml.h"

#include "base/buf.h"
#include "conda/package_url.h"

enum { NAMED = 400 };

struct advi_listing_place advi_form_place(const struct advi_form_yaml *form,
					  const struct advi_yaml_node *node)
{
	return (struct advi_listing_place){form->input->path, node->line, node->column};
}

int advi_form_pick(const struct advi_form_yaml *form, const struct advi_yaml_node *map,
		   const char *what, const char *const *keys, size_t count,
		   const struct advi_yaml_node **out)
{
	memset(out, 0, count * sizeof(struct advi_yaml_node *));
	if (map->kind != ADVI_YAML_MAP)
		return advi_form_wrong(form, map, "%s is a map, not %s", what, advi_yaml_what(map));
	for (const struct advi_yaml_node *at = map->first; at; at = at->next)
		for (size_t i = 0; i < count; i++)
			if (advi_str_is(at->key, keys[i]) && !advi_yaml_null(at))
				out[i] = at;
	return 0;
}

int advi_form_text(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		   const char **out)
{
	if (!node)
		return 0;
	if (node->kind != ADVI_YAML_SCALAR)
		return advi_form_wrong(form, node, "'%.*s' takes text, not %s",
				       ADVI_ARGS(node->key), advi_yaml_what(node));
	*out = advi_arena_str(&form->out->arena, node->text);
	return 0;
}

int advi_form_texts(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		    struct advi_list *out)
{
	const char **at;
	size_t count = 0;

	if (!node)
		return 0;
	if (node->kind != ADVI_YAML_LIST)
		return advi_form_wrong(form, node, "'%.*s' takes a list of texts, not %s",
				       ADVI_ARGS(node->key), advi_yaml_what(node));
	at = advi_arena_alloc(&form->out->arena, (node->count ? node->count : 1) * sizeof(*at));
	for (const struct advi_yaml_node *item = node->first; item; item = item->next) {
		if (item->kind != ADVI_YAML_SCALAR)
			return advi_form_wrong(form, item, "an item of '%.*s' is text, not %s",
					       ADVI_ARGS(node->key), advi_yaml_what(item));
		at[count++] = advi_arena_str(&form->out->arena, item->text);
	}
	*out = (struct advi_list){at, count};
	return 0;
}

int advi_form_number(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		     uint64_t *out)
{
	if (!node || advi_yaml_u64(node, out))
		return 0;
	return advi_form_wrong(form, node, "'%.*s' takes a whole number, not '%.*s'",
			       ADVI_ARGS(node->key), ADVI_ARGS(node->text));
}

int advi_form_digest(const struct advi_form_yaml *form, const struct advi_yaml_node *node,
		     size_t digits, struct advi_record *out)
{
	if (!node)
		return 0;
	if (node->kind == ADVI_YAML_SCALAR && node->text.len == digits &&
	    advi_package_digest(out, &form->out->arena, node->text))
		return 0;
	return advi_form_wrong(form, node, "'%.*s' is %zu hexadecimal digits, not '%.*s'",
			       ADVI_ARGS(node->key), digits, ADVI_ARGS(node->text));
}

int advi_form_channels(const struct advi_form_yaml *form, const struct advi_yaml_node *list)
{
	if (!list)
		return 0;
	if (list->kind != ADVI_YAML_LIST)
		return advi_form_wrong(form, list, "'channels' takes a list, not %s",
				       advi_yaml_what(list));
	for (const struct advi_yaml_node *item = list->first; item; item = item->next) {
		const struct advi_yaml_node *url =
			item->kind == ADVI_YAML_MAP ? advi_yaml_get(item, "url") : item;
		struct advi_str text;

		if (!url || url->kind != ADVI_YAML_SCALAR || !url->text.len)
			return advi_form_wrong(form, item, "a channel has a 'url'");
		text = url->text;
		while (text.len > 1 && text.ptr[text.len - 1] == '/')
			text.len--;
		advi_vec_push(&form->out->channels, advi_url_shown(&form->out->arena, text));
	}
	return 0;
}

int advi_form_version(const struct advi_form_yaml *form, uint64_t least, uint64_t most,
		      uint64_t *out)
{
	const struct advi_yaml_node *root = form->input->yaml->root;
	const struct advi_yaml_node *node = advi_yaml_get(root, "version");

	*out = 0;
	if (!node)
		return advi_form_wrong(form, root, "the key 'version' is missing");
	if (advi_form_number(form, node, out) < 0)
		return ADV_EINPUT;
	if (*out >= least && *out <= most)
		return 0;
	if (least == most)
		return advi_form_wrong(form, node,
				       "the lock's version is %llu; this program reads %llu",
				       (unsigned long long)*out, (unsigned long long)least);
	return advi_form_wrong(
		form, node, "the lock's version is %llu; this program reads %llu to %llu",
		(unsigned long long)*out, (unsigned long long)least, (unsigned long long)most);
}

/* "a, b and c" would be nicer to read, "a, b, c" is easier to copy. */
static void join(struct advi_buf *buf, const struct advi_map *names)
{
	for (size_t i = 0; i < names->entries.count; i++) {
		advi_buf_text(buf, i ? ", " : "");
		advi_buf_add(buf, names->entries.at[i].key);
	}
}

int advi_form_choose(struct advi_form_yaml *form, const struct advi_map *there,
		     const struct advi_yaml_node *node)
{
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(NAMED);
	const char *wanted = form->input->wish->platform;

	join(&names, there);
	if (wanted && advi_map_get(there, advi_str(wanted)))
		form->platform = wanted;
	else if (wanted)
		return advi_form_wrong(form, node, "there is nothing for %s; it has %s", wanted,
				       names.len ? names.ptr : "no platform");
	else if (there->entries.count == 1)
		form->platform = advi_arena_str(&form->out->arena, there->entries.at[0].key);
	else if (there->entries.count)
		return advi_form_wrong(form, node, "it is for several platforms, say which: %s",
				       names.len ? names.ptr : "");
	form->out->platform = advi_arena_dup(&form->out->arena, form->platform);
	return 0;
}
