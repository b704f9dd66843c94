/* SPDX-License-Identifier: BSD-3-Clause */
/* What base holds: from the recipe itself, an environment.yml, or an installed prefix. */
#include <sys/stat.h>

#include "conda/envfile.h"
#include "conda/prefix.h"
#include "site/read.h"

static void add_spec(struct adv_site *site, const char *spec)
{
	struct advi_str name = advi_spec_name(advi_str(spec));
	char lower[128];

	advi_vec_push(&site->base_specs, advi_arena_dup(&site->arena, spec));
	for (size_t i = 0; i < name.len && i < sizeof(lower); i++)
		lower[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
									   : name.ptr[i]);
	if (name.len <= sizeof(lower))
		advi_map_add(&site->base_names, (struct advi_str){lower, name.len}, NULL)->number =
			1;
}

void advi_site_add_base(struct adv_site *site, const advi_names *specs)
{
	for (size_t i = 0; i < specs->count; i++)
		add_spec(site, specs->at[i]);
}

static void forget(struct adv_site *site)
{
	site->base_specs.count = 0;
	site->base_records.count = 0;
	site->base_pip.count = 0;
	site->base_asked = false;
	advi_map_clear(&site->base_names);
}

static int from_environment(struct adv_site *site, const char *path, struct adv_err *err)
{
	struct advi_envfile envfile;
	int r = advi_envfile_read(&envfile, path, err);

	if (r < 0)
		return advi_while(err, r, "reading base");
	forget(site);
	site->base_asked = true;
	advi_site_add_base(site, &envfile.specs);
	for (size_t i = 0; i < envfile.pip.count; i++)
		advi_vec_push(&site->base_pip, advi_arena_dup(&site->arena, envfile.pip.at[i]));
	/* Its channels serve where the recipe names none. */
	for (size_t i = 0; i < envfile.channels.count && !site->channels.count; i++)
		for (size_t j = 0; j < envfile.channels.count; j++)
			if (strcmp(envfile.channels.at[j], "nodefaults") != 0)
				adv_site_add_channel(site, envfile.channels.at[j]);
	advi_envfile_clear(&envfile);
	return 0;
}

/* The records move to the recipe, and so does what they live in. */
static int from_prefix(struct adv_site *site, const char *path, struct adv_err *err)
{
	struct advi_prefix prefix;
	int r = advi_prefix_read(&prefix, path, err);

	if (r < 0)
		return r;
	forget(site);
	for (size_t i = 0; i < prefix.records.count; i++) {
		struct advi_record record;

		advi_record_copy(&record, &prefix.records.at[i], &site->arena);
		advi_vec_push(&site->base_records, record);
		add_spec(site, advi_arena_printf(&site->arena, "%s=%s=%s", record.name,
						 record.version, record.build));
	}
	advi_prefix_clear(&prefix);
	return 0;
}

int advi_site_load_base(struct adv_site *site, const char *path, struct adv_err *err)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? from_prefix(site, path, err)
							       : from_environment(site, path, err);
}

int adv_site_set_base(struct adv_site *site, const char *path, struct adv_err *err)
{
	return advi_site_load_base(site, path, err);
}
