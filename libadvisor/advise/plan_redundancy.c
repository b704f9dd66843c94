/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json's sections "redundancy" and "redundant": copies at home, and what reading them costs.
 */
#include "advise/plan_json.h"
#include "advise/redundancy.h"

uint64_t advi_installed_bytes(const struct advi_redundancy *redundancy, uint64_t bytes)
{
	return (uint64_t)((unsigned __int128)bytes * redundancy->expansion_percent / 100);
}

uint64_t advi_files_a_month(const struct advi_redundancy *redundancy, uint64_t node_imports)
{
	unsigned __int128 files = (unsigned __int128)node_imports * redundancy->processes_per_node *
				  redundancy->files_per_import;

	return redundancy->months
		       ? (uint64_t)((files + redundancy->months / 2) / redundancy->months)
		       : 0;
}

static void write_copies(struct advi_jout *out, const char *key,
			 const struct advi_redundancy *redundancy, const struct advi_copies *copies)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", copies->bytes);
	advi_jout_key_u64(out, "copies", copies->copies);
	advi_jout_key_u64(out, "environments", copies->environments);
	advi_jout_key_u64(out, "installed_bytes", advi_installed_bytes(redundancy, copies->bytes));
	advi_jout_object_end(out);
}

static void write_redundant(struct advi_jout *out, const struct advi_redundant *row)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", row->bytes);
	advi_jout_key_u64(out, "closure_bytes", row->closure_bytes);
	advi_jout_key_u64(out, "environments", row->environments);
	advi_jout_key_text(out, "name", row->name);
	advi_jout_key(out, "served");
	advi_jout_bool(out, row->served);
	advi_jout_object_end(out);
}

static void write_operations(struct advi_jout *out, const struct advi_redundancy *redundancy)
{
	uint64_t files = advi_files_a_month(redundancy, redundancy->node_imports);
	uint64_t gone = advi_files_a_month(redundancy, redundancy->node_imports_gone);

	advi_jout_key(out, "file_operations");
	advi_jout_object(out);
	advi_jout_key_u64(out, "calls_a_month", files * ADVI_CALLS_PER_FILE);
	advi_jout_key_u64(out, "calls_a_month_gone", gone * ADVI_CALLS_PER_FILE);
	advi_jout_key_u64(out, "files_a_month", files);
	advi_jout_key_u64(out, "files_a_month_gone", gone);
	advi_jout_key_u64(out, "files_per_import", redundancy->files_per_import);
	advi_jout_key_u64(out, "months", redundancy->months);
	advi_jout_key_u64(out, "node_imports", redundancy->node_imports);
	advi_jout_key_u64(out, "node_imports_gone", redundancy->node_imports_gone);
	advi_jout_key_u64(out, "processes_per_node", redundancy->processes_per_node);
	advi_jout_object_end(out);
}

void advi_plan_write_redundancy(struct advi_jout *out, const struct adv_plan *plan)
{
	const struct advi_redundancy *redundancy = &plan->redundancy;

	advi_jout_key(out, "redundancy");
	advi_jout_object(out);
	advi_jout_key_u64(out, "expansion_packages", redundancy->expansion_packages);
	advi_jout_key_u64(out, "expansion_percent", redundancy->expansion_percent);
	write_operations(out, redundancy);
	write_copies(out, "freed", redundancy, &redundancy->freed);
	write_copies(out, "lacking", redundancy, &redundancy->lacking);
	write_copies(out, "served", redundancy, &redundancy->served);
	write_copies(out, "there", redundancy, &redundancy->there);
	advi_jout_key_u64(out, "unsized", redundancy->unsized);
	advi_jout_object_end(out);
	ADVI_WRITE_EACH(out, "redundant", &redundancy->packages, write_redundant);
}

#define AT(field) offsetof(struct advi_redundancy, field)
#define COPIES(name)                                                                               \
	static const struct advi_plan_field name##_fields[] = {                                    \
		{"bytes", ADVI_FIELD_COUNT, AT(name.bytes), NULL, 0},                              \
		{"copies", ADVI_FIELD_COUNT, AT(name.copies), NULL, 0},                            \
		{"environments", ADVI_FIELD_COUNT, AT(name.environments), NULL, 0},                \
	}
COPIES(freed);
COPIES(lacking);
COPIES(served);
COPIES(there);

static const struct advi_plan_field operation_fields[] = {
	{"files_per_import", ADVI_FIELD_COUNT, AT(files_per_import), NULL, 0},
	{"months", ADVI_FIELD_COUNT, AT(months), NULL, 0},
	{"node_imports", ADVI_FIELD_COUNT, AT(node_imports), NULL, 0},
	{"node_imports_gone", ADVI_FIELD_COUNT, AT(node_imports_gone), NULL, 0},
	{"processes_per_node", ADVI_FIELD_COUNT, AT(processes_per_node), NULL, 0},
};
static const struct advi_plan_field fields[] = {
	{"expansion_packages", ADVI_FIELD_COUNT, AT(expansion_packages), NULL, 0},
	{"expansion_percent", ADVI_FIELD_COUNT, AT(expansion_percent), NULL, 0},
	{"file_operations", ADVI_FIELD_OBJECT, 0, operation_fields, ADVI_COUNT(operation_fields)},
	{"freed", ADVI_FIELD_OBJECT, 0, freed_fields, ADVI_COUNT(freed_fields)},
	{"lacking", ADVI_FIELD_OBJECT, 0, lacking_fields, ADVI_COUNT(lacking_fields)},
	{"served", ADVI_FIELD_OBJECT, 0, served_fields, ADVI_COUNT(served_fields)},
	{"there", ADVI_FIELD_OBJECT, 0, there_fields, ADVI_COUNT(there_fields)},
	{"unsized", ADVI_FIELD_COUNT, AT(unsized), NULL, 0},
};

#define ROW(field) offsetof(struct advi_redundant, field)
static const struct advi_plan_field row_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, ROW(bytes), NULL, 0},
	{"closure_bytes", ADVI_FIELD_COUNT, ROW(closure_bytes), NULL, 0},
	{"environments", ADVI_FIELD_COUNT, ROW(environments), NULL, 0},
	{"name", ADVI_FIELD_TEXT, ROW(name), NULL, 0},
	{"served", ADVI_FIELD_FLAG, ROW(served), NULL, 0},
};

void advi_plan_read_redundancy(struct advi_json *json, struct adv_plan *plan)
{
	advi_fields_read(json, &plan->arena, &plan->redundancy, fields, ADVI_COUNT(fields));
}

void advi_plan_read_redundant(struct advi_json *json, struct adv_plan *plan)
{
	ADVI_READ_EACH(json, plan, &plan->redundancy.packages, row_fields);
}

const char *advi_plan_check_redundancy(const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->redundancy.packages.count; i++)
		if (!plan->redundancy.packages.at[i].name)
			return "a redundant package has no name";
	return NULL;
}
