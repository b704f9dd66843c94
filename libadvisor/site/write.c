/* SPDX-License-Identifier: BSD-3-Clause */
/* The recipe as it was understood, as JSON that reads back as the same recipe. */
#include "site/read.h"

#include <stddef.h>

#include "io/http.h"

static void write_aliases(struct advi_jout *out, const struct adv_site *site)
{
	advi_jout_key(out, "aliases");
	advi_jout_array(out);
	for (size_t i = 0; i < site->aliases.count; i++) {
		advi_jout_object(out);
		advi_jout_key_text(out, "from", site->aliases.at[i].from);
		advi_jout_key_text(out, "to", site->aliases.at[i].to);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_places(struct advi_jout *out, const struct adv_site *site)
{
	advi_jout_key(out, "places");
	advi_jout_array(out);
	for (size_t i = 0; i < site->places.count; i++) {
		const struct advi_place_rule *rule = &site->places.at[i];

		advi_jout_object(out);
		advi_jout_key_text(out, "class", adv_place_name(rule->place));
		advi_jout_key_text(out, "prefix", rule->length ? rule->prefix : "/");
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static int by_key(const void *a, const void *b)
{
	return advi_str_cmp((*(const struct advi_map_entry *const *)a)->key,
			    (*(const struct advi_map_entry *const *)b)->key);
}

static void write_imports(struct advi_jout *out, const struct adv_site *site)
{
	ADVI_VEC(const struct advi_map_entry *) rows = {0};

	for (size_t i = 0; i < site->imports.entries.count; i++)
		advi_vec_push(&rows, &site->imports.entries.at[i]);
	advi_vec_sort(&rows, by_key);
	advi_jout_key(out, "imports");
	advi_jout_object(out);
	for (size_t i = 0; i < rows.count; i++)
		advi_jout_key_text(out, rows.at[i]->key.ptr, rows.at[i]->pointer);
	advi_jout_object_end(out);
	advi_vec_clear(&rows);
}

static bool has_virtual(const struct adv_site *site, const char *name)
{
	for (size_t i = 0; i < site->virtuals.count; i++)
		if (strcmp(site->virtuals.at[i].name, name) == 0)
			return true;
	return false;
}

/* What the recipe took away is said too, or the defaults would bring it back. */
static void write_virtuals(struct advi_jout *out, const struct adv_site *site)
{
	static const char *const defaults[] = {"__archspec", "__cuda", "__glibc",
					       "__linux",    "__unix", NULL};
	size_t next = 0, left = 0;

	advi_jout_key(out, "virtual_packages");
	advi_jout_object(out);
	while (next < site->virtuals.count || defaults[left]) {
		const struct advi_virtual *row = &site->virtuals.at[next];
		ADVI_AUTO_PTR char *text = NULL;

		if (defaults[left] && (has_virtual(site, defaults[left]) ||
				       (strcmp(defaults[left], "__cuda") == 0 && !site->no_cuda))) {
			left++;
			continue;
		}
		if (defaults[left] &&
		    (next == site->virtuals.count || strcmp(defaults[left], row->name) < 0)) {
			advi_jout_key_text(out, defaults[left++], NULL);
			continue;
		}
		text = advi_format("%s=%s", row->version, row->build);
		advi_jout_key_text(out, row->name, text);
		next++;
	}
	advi_jout_object_end(out);
}

static void write_base(struct advi_jout *out, const struct adv_site *site)
{
	advi_jout_key(out, "base");
	advi_jout_object(out);
	advi_jout_texts(out, "packages", site->base_specs.at, site->base_specs.count);
	advi_jout_key(out, "pip");
	advi_jout_array(out);
	for (size_t i = 0; i < site->base_pip.count; i++)
		advi_jout_text(out, site->base_pip.at[i].text);
	advi_jout_array_end(out);
	advi_jout_object_end(out);
	if (site->base_prefix)
		advi_jout_key_text(out, "base_prefix",
				   site->base_prefix[0] ? site->base_prefix : "/");
}

/* What is written is kept: without credentials. */
static void write_public(struct advi_jout *out, const char *key, const char *url)
{
	ADVI_AUTO_PTR char *shown = advi_url_public_dup(url);

	if (key)
		advi_jout_key(out, key);
	advi_jout_text(out, shown);
}

static void write_channels(struct advi_jout *out, const struct adv_site *site)
{
	advi_jout_key(out, "channels");
	advi_jout_array(out);
	for (size_t i = 0; i < site->channels.count; i++)
		write_public(out, NULL, site->channels.at[i]);
	advi_jout_array_end(out);
}

static int by_from(const void *a, const void *b)
{
	const struct adv_mirror *x = *(const struct adv_mirror *const *)a;
	const struct adv_mirror *y = *(const struct adv_mirror *const *)b;
	int order = strcmp(x->from, y->from);

	return order ? order : x < y ? -1 : x > y;
}

static void write_mirrors(struct advi_jout *out, const struct adv_site *site)
{
	ADVI_VEC(const struct adv_mirror *) rows = {0};

	for (size_t i = 0; i < site->mirrors.count; i++)
		advi_vec_push(&rows, &site->mirrors.at[i]);
	advi_vec_sort(&rows, by_from);
	advi_jout_key(out, "mirrors");
	advi_jout_object(out);
	for (size_t i = 0; i < rows.count; i++) {
		bool first = i == 0 || strcmp(rows.at[i]->from, rows.at[i - 1]->from) != 0;

		if (first && i)
			advi_jout_array_end(out);
		if (first) {
			advi_jout_key(out, rows.at[i]->from);
			advi_jout_array(out);
		}
		write_public(out, NULL, rows.at[i]->to);
	}
	if (rows.count)
		advi_jout_array_end(out);
	advi_jout_object_end(out);
	advi_vec_clear(&rows);
}

void advi_site_write(const struct adv_site *site, struct advi_jout *out)
{
	advi_jout_object(out);
	write_aliases(out, site);
	advi_jout_texts(out, "always", site->always.at, site->always.count);
	write_base(out, site);
	advi_jout_key(out, "budget");
	advi_jout_object(out);
	advi_jout_key_u64(out, "max_bytes", site->max_bytes);
	if (site->max_files)
		advi_jout_key_u64(out, "max_files", site->max_files);
	advi_jout_key_u64(out, "max_packages", site->max_packages);
	advi_jout_object_end(out);
	advi_jout_texts(out, "by_module", site->by_module.at, site->by_module.count);
	if (site->channel_alias)
		write_public(out, "channel_alias", site->channel_alias);
	advi_jout_key_text(out, "channel_priority", site->channel_priority);
	write_channels(out, site);
	advi_site_write_domains(site, out);
	advi_jout_key(out, "file_system");
	advi_jout_object(out);
	advi_jout_key_u64(out, "files_per_import", site->files_per_import);
	advi_jout_key_u64(out, "processes_per_node", site->processes_per_node);
	advi_jout_object_end(out);
	write_imports(out, site);
	write_mirrors(out, site);
	advi_jout_key_text(out, "name", site->name);
	advi_jout_texts(out, "never", site->never.at, site->never.count);
	advi_site_write_node_types(site, out);
	advi_jout_texts(out, "pins", site->pins.at, site->pins.count);
	write_places(out, site);
	advi_jout_key_text(out, "platform", site->platform);
	advi_policy_write(&site->policy, out);
	advi_jout_key(out, "privacy");
	advi_jout_object(out);
	if (site->hide_projects) {
		advi_jout_key(out, "hide_projects");
		advi_jout_bool(out, true);
	}
	advi_jout_key_u64(out, "min_users", site->min_users);
	advi_jout_object_end(out);
	advi_jout_texts(out, "pythons", site->pythons.at, site->pythons.count);
	advi_site_write_quotas(site, out);
	advi_jout_key_text(out, "schema", "advisor.site/1");
	advi_jout_key_text(out, "timezone", site->timezone);
	write_virtuals(out, site);
	advi_jout_object_end(out);
}
