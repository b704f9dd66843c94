/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying package records from one owner to another. */
#include "conda/record.h"

static struct advi_list copy_list(const struct advi_list *from, struct advi_arena *arena)
{
	const char **at = advi_arena_alloc(arena, (from->count ? from->count : 1) * sizeof(*at));

	for (size_t i = 0; i < from->count; i++)
		at[i] = advi_arena_dup(arena, from->at[i]);
	return (struct advi_list){at, from->count};
}

void advi_record_copy(struct advi_record *to, const struct advi_record *from,
		      struct advi_arena *arena)
{
	const char **const texts[] = {
		&to->name,
		&to->version,
		&to->build,
		&to->fn,
		&to->subdir,
		&to->channel,
		&to->url,
		&to->md5,
		&to->sha256,
		&to->license,
		&to->license_family,
		&to->noarch,
		&to->python_site_packages_path,
		&to->track_features,
	};

	*to = *from;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = advi_arena_dup(arena, *texts[i]);
	to->depends = copy_list(&from->depends, arena);
	to->constrains = copy_list(&from->constrains, arena);
}
