/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of a recipe that contradict each other. */
#include "site/read.h"

enum { NAME_LONGEST = 128 };

/* Two lists that may not share a name, and why. */
static const struct {
	const char *first, *second, *why;
} rivals[] = {
	{"never", "always", ""},
	{"by_module", "always", ", so the centre's module provides it,"},
};

/* Names were checked when they were read: they are short, and case does not count. */
static struct advi_str lower(struct advi_str name, char out[NAME_LONGEST])
{
	size_t length = name.len < NAME_LONGEST ? name.len : NAME_LONGEST;

	for (size_t i = 0; i < length; i++)
		out[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
									 : name.ptr[i]);
	return (struct advi_str){out, length};
}

static int check_pair(const struct advi_yaml *yaml, const struct advi_yaml_node *first,
		      const struct advi_yaml_node *second, const char *why, struct adv_err *err)
{
	ADVI_AUTO(map) struct advi_map lines = {0};
	char name[NAME_LONGEST];

	for (const struct advi_yaml_node *at = first->first; at; at = at->next)
		advi_map_add(&lines, lower(at->text, name), NULL)->number = at->line;
	for (const struct advi_yaml_node *at = second->first; at; at = at->next) {
		const struct advi_map_entry *entry = advi_map_get(&lines, lower(at->text, name));

		if (entry)
			return advi_yaml_fail(
				yaml, at->line, err,
				"'%.*s' is in '%.*s' (line %u)%s and in '%.*s'; keep one",
				ADVI_ARGS(at->text), ADVI_ARGS(first->key), (unsigned)entry->number,
				why, ADVI_ARGS(second->key));
	}
	return 0;
}

int advi_site_check(const struct advi_yaml *yaml, struct adv_err *err)
{
	for (size_t i = 0; i < ADVI_COUNT(rivals); i++) {
		const struct advi_yaml_node *first = advi_yaml_get(yaml->root, rivals[i].first);
		const struct advi_yaml_node *second = advi_yaml_get(yaml->root, rivals[i].second);

		if (first && second && check_pair(yaml, first, second, rivals[i].why, err) < 0)
			return ADV_EINPUT;
	}
	return 0;
}
