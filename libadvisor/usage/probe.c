/* SPDX-License-Identifier: BSD-3-Clause */
/* Imports that were mere probes, and what uses count where no import hook is. */
#include "usage/data.h"

static bool of_package(const struct advi_data *data, struct advi_use_data use, uint32_t *package)
{
	bool is = advi_use_kind(data, use) == ADVI_USE_PACKAGE;

	*package = is ? data->modules.at[use.module].package - 1 : 0;
	return is;
}

/* Packages that some run was seen to map: those have shared objects, and using them shows. */
static bool *find_mappable(const struct advi_data *data)
{
	bool *mappable = advi_calloc(data->packages.entries.count + 1, sizeof(*mappable));
	uint32_t package;

	for (size_t i = 0; data->whole && i < data->packages.entries.count; i++)
		mappable[i] = data->whole->mappable[i];
	for (size_t i = 0; i < data->uses.count; i++)
		if ((data->uses.at[i].evidence & ADVI_EVIDENCE_MAPPED) &&
		    of_package(data, data->uses.at[i], &package))
			mappable[package] = true;
	return mappable;
}

/* 'mapped' has, by package, the number plus 1 of the last set that maps it. */
static void mark_set(struct advi_data *data, size_t number, const bool *mappable, size_t *mapped)
{
	const struct advi_set_data *set = &data->sets.at[number];
	bool any = false;
	uint32_t package;

	for (size_t i = set->first; i < set->first + set->count; i++) {
		bool is = (data->uses.at[i].evidence & ADVI_EVIDENCE_MAPPED) &&
			  of_package(data, data->uses.at[i], &package);

		any |= is;
		if (is)
			mapped[package] = number + 1;
	}
	for (size_t i = set->first; i < set->first + set->count; i++) {
		struct advi_use_data *use = &data->uses.at[i];

		if ((use->evidence & ADVI_EVIDENCE_MAPPED) || !of_package(data, *use, &package))
			continue;
		use->mapped = mapped[package] == number + 1;
		use->probe = any && mappable[package] && !use->mapped;
	}
}

void advi_data_mark_probes(struct advi_data *data)
{
	ADVI_AUTO_PTR bool *mappable = find_mappable(data);
	ADVI_AUTO_PTR size_t *mapped =
		advi_calloc(data->packages.entries.count + 1, sizeof(*mapped));
	bool imported = data->whole && data->whole->imported;

	for (size_t i = 0; i < data->sets.count; i++) {
		mark_set(data, i, mappable, mapped);
		imported |= data->sets.at[i].imported;
	}
	data->by_mapping = !imported;
	for (size_t i = 0; data->by_mapping && i < data->uses.count; i++)
		data->uses.at[i].mapped = true;
}

bool advi_use_counts(const struct advi_data *data, struct advi_use_data use)
{
	return ((use.evidence & ADVI_EVIDENCE_MAPPED) != 0) == data->by_mapping;
}
