/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: YAML trees are within their caps, and add up. */
#include <stdlib.h>

#include "io/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Counts nodes as the tree itself did; aliases are walked like what they stand for. */
static size_t walk(const struct advi_yaml_node *node, unsigned depth)
{
	size_t weight = 1, count = 0;
	uint64_t number;
	bool boolean;

	if (depth > ADVI_YAML_DEPTH * ADVI_YAML_DEPTH)
		abort();
	if (node->kind == ADVI_YAML_SCALAR &&
	    (node->first || node->text.ptr[node->text.len] != '\0'))
		abort();
	advi_yaml_u64(node, &number);
	advi_yaml_bool(node, &boolean);
	advi_yaml_bytes(node, &number);
	advi_yaml_null(node);
	for (const struct advi_yaml_node *at = node->first; at; at = at->next, count++)
		weight += walk(at, depth + 1);
	if (weight != node->weight || count != node->count)
		abort();
	return weight;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_yaml yaml;
	struct adv_err err = ADV_ERR_INIT;

	if (advi_yaml_parse(&yaml, (struct advi_str){(const char *)data, size}, "input", &err) ==
	    0) {
		if (walk(yaml.root, 0) > ADVI_YAML_NODES)
			abort();
	} else if (err.code != ADV_EINPUT || !err.text[0] || yaml.root) {
		abort();
	}
	advi_yaml_clear(&yaml);
	return 0;
}
