/* SPDX-License-Identifier: BSD-3-Clause */
/* The site recipe: read, completed with defaults, checked, freed. */
#include "site/site.h"

#include "base/buf.h"
#include "io/file.h"
#include "site/read.h"

/*
 * What the machines have when the recipe says nothing: the oldest enterprise Linux that is still
 * maintained (8: glibc 2.28), since newer builds of many packages need no older one.
 */
static const char generic_cpu[] = "x86_64";
static const struct advi_virtual default_virtuals[] = {
	{"__archspec", "1", generic_cpu},
	{"__glibc", "2.28", "0"},
	{"__linux", "4.18", "0"},
	{"__unix", "0", "0"},
};

static const struct {
	size_t offset;
	const char *text;
} default_texts[] = {
	{offsetof(struct adv_site, timezone), "UTC"},
	{offsetof(struct adv_site, platform), "linux-64"},
	{offsetof(struct adv_site, channel_priority), "strict"},
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct advi_virtual *)a)->name,
		      ((const struct advi_virtual *)b)->name);
}

static bool has_virtual(const struct adv_site *site, const char *name)
{
	for (size_t i = 0; i < site->virtuals.count; i++)
		if (strcmp(site->virtuals.at[i].name, name) == 0)
			return true;
	return false;
}

/* Adds the defaults, then drops what the recipe says its machines have not. */
static void complete_virtuals(struct adv_site *site)
{
	const char *cpu = strchr(site->platform, '-') + 1;
	size_t kept = 0;

	for (size_t i = 0; i < ADVI_COUNT(default_virtuals); i++)
		if (!has_virtual(site, default_virtuals[i].name))
			advi_vec_push(&site->virtuals, default_virtuals[i]);
	for (size_t i = 0; i < site->virtuals.count; i++)
		if (site->virtuals.at[i].build == generic_cpu && strcmp(cpu, "64") != 0)
			site->virtuals.at[i].build = cpu;
	for (size_t i = 0; i < site->virtuals.count; i++) {
		if (site->virtuals.at[i].version)
			site->virtuals.at[kept++] = site->virtuals.at[i];
		else if (strcmp(site->virtuals.at[i].name, "__cuda") == 0)
			site->no_cuda = true;
	}
	site->virtuals.count = kept;
	advi_vec_sort(&site->virtuals, by_name);
}

static void complete(struct adv_site *site)
{
	for (size_t i = 0; i < ADVI_COUNT(default_texts); i++) {
		const char **text = (const char **)(void *)((char *)site + default_texts[i].offset);

		if (!*text)
			*text = default_texts[i].text;
	}
	/* Base lies where the first rule for it says, if that is one folder. */
	for (size_t i = 0; i < site->places.count && !site->base_prefix; i++) {
		const struct advi_place_rule *rule = &site->places.at[i];

		if (rule->place == ADV_PLACE_BASE && rule->fixed == rule->length)
			site->base_prefix = rule->prefix;
	}
	complete_virtuals(site);
}

static const char *without_dots(const char *path)
{
	while (path[0] == '.' && path[1] == '/')
		for (path += 2; *path == '/';)
			path++;
	return path;
}

/*
 * Folders that the recipe names from where it stands itself: "./mirror". They keep a dot in front,
 * or they would look like a channel's name; one only, however the recipe was named.
 */
static void complete_channels(struct adv_site *site)
{
	for (size_t i = 0; i < site->channels.count; i++) {
		struct advi_str name = advi_str(site->channels.at[i]);
		ADVI_AUTO_PTR char *path = NULL;
		const char *tidy;

		if (!advi_str_starts(name, ADVI_STR("./")) &&
		    !advi_str_starts(name, ADVI_STR("../")))
			continue;
		path = advi_site_path(site, without_dots(name.ptr));
		tidy = without_dots(path);
		site->channels.at[i] = advi_arena_printf(
			&site->arena, "%s%s", tidy[0] == '/' || tidy[0] == '.' ? "" : "./", tidy);
	}
}

char *advi_site_path(const struct adv_site *site, const char *name)
{
	const char *slash = strrchr(site->path, '/');
	ADVI_AUTO_PTR char *folder = NULL;

	if (name[0] == '/' || !slash)
		return advi_strdup(name);
	folder = advi_format("%.*s", (int)(slash - site->path + 1), site->path);
	return advi_path_join(folder, name);
}

/* Reads the files that the recipe names; 'draft' has their names. */
static int load_files(struct adv_site *site, const struct advi_site_draft *draft,
		      struct adv_err *err)
{
	const char *base = draft->base_environment ? draft->base_environment : draft->base_prefix;

	if (base) {
		ADVI_AUTO_PTR char *path = advi_site_path(site, base);
		int r = advi_site_load_base(site, path, err);

		if (r < 0)
			return r;
	}
	if (draft->domains_file) {
		ADVI_AUTO_PTR char *path = advi_site_path(site, draft->domains_file);
		int r = advi_site_load_domains(site, path, err);

		if (r < 0)
			return r;
	}
	if (draft->imports_file) {
		ADVI_AUTO_PTR char *path = advi_site_path(site, draft->imports_file);

		return advi_site_load_imports(site, path, err);
	}
	return 0;
}

static int finish(struct adv_site *site, const struct advi_site_draft *draft,
		  const struct advi_yaml *yaml, struct adv_err *err)
{
	int r = advi_site_check(yaml, err);

	if (r == 0) {
		complete(site);
		complete_channels(site);
		for (size_t i = 0; i < site->channels.count; i++)
			advi_vec_push(&site->own_channels, site->channels.at[i]);
		advi_site_add_base(site, &draft->base_packages);
		r = load_files(site, draft, err);
		if (r < 0)
			advi_while(err, r, "%s", site->path);
		advi_site_settle_pip(site);
		advi_site_settle_domains(site);
		advi_site_settle_quotas(site);
	}
	return r;
}

int advi_site_parse(struct adv_site **out, struct advi_str text, const char *path,
		    struct adv_err *err)
{
	ADV_AUTO(site) struct adv_site *site = advi_calloc(1, sizeof(*site));
	struct advi_site_draft draft = {0};
	struct advi_yaml yaml;
	struct advi_yaml_reader reader = {&yaml, &draft.site.arena, &draft, err};
	int r = advi_yaml_parse(&yaml, text, path, err);

	if (r < 0)
		return r;
	draft.site.path = advi_arena_dup(&draft.site.arena, path);
	advi_policy_init(&draft.site.policy);
	r = advi_site_read_rows(&reader);
	*site = draft.site;
	if (r == 0)
		r = finish(site, &draft, &yaml, err);
	advi_vec_clear(&draft.base_packages);
	advi_yaml_clear(&yaml);
	if (r < 0)
		return r;
	*out = advi_take(site);
	return 0;
}

int adv_site_read(struct adv_site **out, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(ADVI_YAML_BYTES);
	int r = advi_file_read(&text, path, err);

	if (r == 0)
		r = advi_site_parse(out, advi_buf_str(&text), path, err);
	return r < 0 ? advi_while(err, r, "reading the site recipe") : 0;
}

int adv_site_plain(struct adv_site **out, struct adv_err *err)
{
	static const char text[] = "name: plain\nplaces: [{class: base, prefix: /}]\n";

	return advi_site_parse(out, ADVI_STR(text), "the plain recipe", err);
}

void adv_site_free(struct adv_site *site)
{
	if (!site)
		return;
	advi_vec_clear(&site->places);
	advi_vec_clear(&site->aliases);
	advi_vec_clear(&site->base_specs);
	advi_vec_clear(&site->base_spots);
	advi_vec_clear(&site->base_channels);
	advi_vec_clear(&site->base_channel_spots);
	advi_vec_clear(&site->base_passed_over);
	advi_vec_clear(&site->base_records);
	advi_map_clear(&site->base_names);
	advi_vec_clear(&site->base_pip);
	advi_map_clear(&site->pip_names);
	advi_map_clear(&site->imports);
	advi_vec_clear(&site->channels);
	advi_vec_clear(&site->own_channels);
	advi_vec_clear(&site->mirrors);
	advi_vec_clear(&site->virtuals);
	advi_site_clear_node_types(site);
	advi_site_clear_domains(site);
	advi_vec_clear(&site->quotas);
	advi_vec_clear(&site->other_imports);
	advi_vec_clear(&site->pins);
	advi_vec_clear(&site->never);
	advi_vec_clear(&site->always);
	advi_vec_clear(&site->by_module);
	advi_policy_clear(&site->policy);
	advi_arena_clear(&site->arena);
	free(site);
}

const char *adv_site_name(const struct adv_site *site)
{
	return site->name;
}
