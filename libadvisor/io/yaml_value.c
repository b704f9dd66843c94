/* SPDX-License-Identifier: BSD-3-Clause */
/* What YAML nodes say: nothing, numbers, switches, sizes. */
#include "base/str.h"
#include "io/yaml.h"

const struct advi_yaml_node *advi_yaml_get(const struct advi_yaml_node *node, const char *key)
{
	if (!node || node->kind != ADVI_YAML_MAP)
		return NULL;
	for (const struct advi_yaml_node *at = node->first; at; at = at->next)
		if (advi_str_is(at->key, key))
			return at;
	return NULL;
}

static bool is_word(const struct advi_yaml_node *node, const char *const *words, size_t count)
{
	if (node->kind != ADVI_YAML_SCALAR || !node->plain)
		return false;
	for (size_t i = 0; i < count; i++)
		if (advi_str_is(node->text, words[i]))
			return true;
	return false;
}

bool advi_yaml_null(const struct advi_yaml_node *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	return is_word(node, words, sizeof(words) / sizeof(words[0]));
}

bool advi_yaml_bool(const struct advi_yaml_node *node, bool *out)
{
	static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
					  "YES",  "on",   "On",   "ON"};
	static const char *const no[] = {"false", "False", "FALSE", "no", "No",
					 "NO",    "off",   "Off",   "OFF"};

	*out = is_word(node, yes, sizeof(yes) / sizeof(yes[0]));
	return *out || is_word(node, no, sizeof(no) / sizeof(no[0]));
}

bool advi_yaml_u64(const struct advi_yaml_node *node, uint64_t *out)
{
	return node->kind == ADVI_YAML_SCALAR && node->plain && advi_str_u64(node->text, out);
}

/* Splits "1.5G" into its whole part, thousandths and unit; false when it is anything else. */
static bool split_size(struct advi_str text, uint64_t *whole, uint64_t *milli,
		       struct advi_str *unit)
{
	static const uint64_t scale[] = {0, 100, 10, 1};
	size_t digits = 0, dot, end;

	while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
		digits++;
	*milli = 0;
	*unit = advi_str_from(text, digits);
	if (!advi_str_u64((struct advi_str){text.ptr, digits}, whole))
		return false;
	if (unit->len == 0 || unit->ptr[0] != '.')
		return true;
	dot = digits + 1;
	for (end = dot; end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9';)
		end++;
	*unit = advi_str_from(text, end);
	if (end - dot > 3 || !advi_str_u64((struct advi_str){text.ptr + dot, end - dot}, milli))
		return false;
	*milli *= scale[end - dot];
	return true;
}

bool advi_yaml_bytes(const struct advi_yaml_node *node, uint64_t *out)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {
		{"", 0},     {"B", 0},   {"K", 10},   {"KB", 10},  {"KiB", 10},
		{"M", 20},   {"MB", 20}, {"MiB", 20}, {"G", 30},   {"GB", 30},
		{"GiB", 30}, {"T", 40},  {"TB", 40},  {"TiB", 40},
	};
	uint64_t whole, milli;
	struct advi_str unit;

	if (node->kind != ADVI_YAML_SCALAR || !split_size(node->text, &whole, &milli, &unit))
		return false;
	unit = advi_str_trim(unit);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!advi_str_is(unit, units[i].unit))
			continue;
		if (whole >> (63 - units[i].shift) || (milli && !units[i].shift))
			return false;
		*out = (whole << units[i].shift) + (milli << units[i].shift) / 1000;
		return true;
	}
	return false;
}

const char *advi_yaml_what(const struct advi_yaml_node *node)
{
	static const char *const kinds[] = {[ADVI_YAML_SCALAR] = "text",
					    [ADVI_YAML_LIST] = "a list",
					    [ADVI_YAML_MAP] = "a map"};

	return advi_yaml_null(node) ? "nothing" : kinds[node->kind];
}
