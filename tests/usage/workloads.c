/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the workloads of a store as a JSON array: workloads STORE. */
#include <stdio.h>

#include "io/json_write.h"
#include "usage/workload.h"

static void print_needs(struct advi_jout *json, const char *key, const struct advi_workloads *all,
			const struct advi_workload *one, bool outside_only)
{
	advi_jout_key(json, key);
	advi_jout_array(json);
	for (size_t i = 0; i < one->needs.count; i++)
		if (one->needs.at[i].outside || !outside_only)
			advi_jout_str(json, all->packages.entries.at[one->needs.at[i].package].key);
	advi_jout_array_end(json);
}

static void print_one(struct advi_jout *json, const struct advi_workloads *all,
		      const struct advi_workload *one)
{
	advi_jout_object(json);
	advi_jout_key_text(json, "account", one->project);
	advi_jout_key(json, "environment");
	advi_jout_str(json, all->environments.entries.at[one->environment].key);
	advi_jout_key(json, "node_hours");
	advi_jout_double(json, one->node_hours);
	advi_jout_key_u64(json, "nowhere", one->nowhere);
	print_needs(json, "packages", all, one, false);
	print_needs(json, "packages_outside_base", all, one, true);
	advi_jout_key_text(json, "place", adv_place_name(one->place));
	advi_jout_key_u64(json, "runs", one->runs);
	advi_jout_key(json, "user");
	advi_jout_str(json, all->users.entries.at[one->user].key);
	advi_jout_object_end(json);
}

int main(int argc, char **argv)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_workloads all;
	struct advi_jout json;

	if (argc != 2 || adv_store_open(&store, argv[1], ADV_STORE_READ, &err) < 0 ||
	    advi_workloads_load(&all, store, NULL, NULL, NULL, &err) < 0) {
		fprintf(stderr, "workloads: %s\n", err.text);
		return 1;
	}
	advi_jout_init(&json, stdout);
	advi_jout_array(&json);
	for (size_t i = 0; i < all.all.count; i++)
		print_one(&json, &all, &all.all.at[i]);
	advi_jout_array_end(&json);
	advi_jout_end(&json);
	advi_workloads_clear(&all);
	return 0;
}
