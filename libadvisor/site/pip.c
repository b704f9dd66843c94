/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What pip put into base: users import it from there, so it serves them as conda's packages do,
 * but no solver knows of it.
 */
#include "site/read.h"

enum { NAME_LONGEST = 256 };

/* Names are known in their normal form, whatever manager's they are. */
static void add(struct adv_site *site, const char *name, size_t pip)
{
	char buf[NAME_LONGEST];
	struct advi_map_entry *entry;
	bool is_new;

	if (!name || !*name || strlen(name) > sizeof(buf))
		return;
	entry = advi_map_add(&site->pip_names, advi_pypi_normal(advi_str(name), buf), &is_new);
	entry->number = is_new ? pip : entry->number;
}

/* Without better knowledge, the module has the distribution's name: "torch" is pytorch's. */
static const char *likely(const struct adv_site *site, const char *name)
{
	char module[NAME_LONGEST];
	size_t length = strlen(name);

	if (length >= sizeof(module))
		return NULL;
	for (size_t i = 0; i < length; i++)
		module[i] = (char)(name[i] == '-' ? '_' : name[i]);
	return advi_site_package(site, (struct advi_str){module, length});
}

void advi_site_settle_pip(struct adv_site *site)
{
	advi_map_clear(&site->pip_names);
	for (size_t i = 0; i < site->base_pip.count; i++)
		add(site, site->base_pip.at[i].name, i);
	for (size_t i = 0; i < site->base_pip.count; i++) {
		const struct advi_pip *pip = &site->base_pip.at[i];

		for (size_t j = 0; j < pip->imports.count; j++)
			add(site, advi_site_package(site, advi_str(pip->imports.at[j])), i);
		if (!pip->imports.count && *pip->name)
			add(site, likely(site, pip->name), i);
	}
}

const struct advi_pip *advi_site_pip(const struct adv_site *site, struct advi_str package)
{
	char buf[NAME_LONGEST];
	const struct advi_map_entry *entry = NULL;

	if (package.len <= sizeof(buf) && site->base_pip.count)
		entry = advi_map_get(&site->pip_names, advi_pypi_normal(package, buf));
	return entry ? &site->base_pip.at[entry->number] : NULL;
}

bool advi_site_by_pip(const struct adv_site *site, struct advi_str package)
{
	return !advi_map_get(&site->base_names, package) && advi_site_pip(site, package);
}

bool advi_site_in_base(const struct adv_site *site, struct advi_str package)
{
	return advi_map_get(&site->base_names, package) || advi_site_pip(site, package);
}
