/* SPDX-License-Identifier: BSD-3-Clause */
/* The fields that projects belong to: a map in the recipe, and a table of accounts beside it. */
#include "site/accounts.h"
#include "site/read.h"

static bool is_domain(struct advi_str text)
{
	return text.len > 0 && text.len <= 256 && !memchr(text.ptr, '\0', text.len);
}

/* A row that came first wins; 'domain' lives in the site's arena. */
static void add(struct adv_site *site, struct advi_str project, const char *domain)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&site->domains, project, &is_new);

	if (is_new)
		entry->pointer = (void *)(uintptr_t)domain;
}

int advi_site_read_domains(struct advi_yaml_reader *reader, const struct advi_yaml_node *map)
{
	struct advi_site_draft *draft = reader->target;

	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		if (at->kind != ADVI_YAML_SCALAR || !is_domain(at->text) || !at->key.len)
			return advi_yaml_fail(
				reader->yaml, at->line, reader->err,
				"'domains' maps a project, or a pattern such as 'astro*', to the "
				"name of its domain");
		add(&draft->site, at->key, advi_arena_str(reader->arena, at->text));
	}
	return 0;
}

/* What a table is read into; each domain's text is kept once. */
struct table_of {
	struct adv_site *site;
	struct advi_map texts;
};

static const char *take_account(void *context, struct advi_str account, struct advi_str domain)
{
	struct table_of *table = context;
	struct advi_map_entry *text;
	bool is_new;

	text = advi_map_add(&table->texts, domain, &is_new);
	if (is_new)
		text->pointer = (void *)(uintptr_t)advi_arena_str(&table->site->arena, domain);
	add(table->site, account, text->pointer);
	return NULL;
}

int advi_site_load_domains(struct adv_site *site, const char *path, struct adv_err *err)
{
	struct table_of table = {.site = site};
	int r = advi_accounts_read(path, take_account, &table, err);

	advi_map_clear(&table.texts);
	return r < 0 ? advi_while(err, r, "reading the domains") : 0;
}

bool advi_site_matches(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static size_t exact_characters(const char *pattern)
{
	size_t count = 0;

	for (; *pattern; pattern++)
		count += *pattern != '*';
	return count;
}

int advi_site_closer(const char *a, const char *b)
{
	size_t x = exact_characters(a), y = exact_characters(b);

	return x != y ? (x < y ? 1 : -1) : strcmp(a, b);
}

/* The closest pattern first, so that the order in which they are written decides nothing. */
static int closest_first(const void *a, const void *b)
{
	return advi_site_closer(((const struct advi_domain_rule *)a)->pattern,
				((const struct advi_domain_rule *)b)->pattern);
}

void advi_site_settle_domains(struct adv_site *site)
{
	for (size_t i = 0; i < site->domains.entries.count; i++) {
		const struct advi_map_entry *entry = &site->domains.entries.at[i];

		if (memchr(entry->key.ptr, '*', entry->key.len))
			advi_vec_push(&site->domain_rules,
				      ((struct advi_domain_rule){entry->key.ptr, entry->pointer}));
	}
	advi_vec_sort(&site->domain_rules, closest_first);
}

const char *advi_site_domain(const struct adv_site *site, const char *project)
{
	const struct advi_map_entry *entry =
		project ? advi_map_get(&site->domains, advi_str(project)) : NULL;

	if (entry)
		return entry->pointer;
	for (size_t i = 0; project && i < site->domain_rules.count; i++)
		if (advi_site_matches(site->domain_rules.at[i].pattern, project))
			return site->domain_rules.at[i].domain;
	return ADVI_GROUP_UNKNOWN;
}

static int by_key(const void *a, const void *b)
{
	return advi_str_cmp((*(const struct advi_map_entry *const *)a)->key,
			    (*(const struct advi_map_entry *const *)b)->key);
}

void advi_site_write_domains(const struct adv_site *site, struct advi_jout *out)
{
	ADVI_VEC(const struct advi_map_entry *) rows = {0};

	for (size_t i = 0; i < site->domains.entries.count; i++)
		advi_vec_push(&rows, &site->domains.entries.at[i]);
	advi_vec_sort(&rows, by_key);
	advi_jout_key(out, "domains");
	advi_jout_object(out);
	for (size_t i = 0; i < rows.count; i++)
		advi_jout_key_text(out, rows.at[i]->key.ptr, rows.at[i]->pointer);
	advi_jout_object_end(out);
	advi_vec_clear(&rows);
}

void advi_site_clear_domains(struct adv_site *site)
{
	advi_map_clear(&site->domains);
	advi_vec_clear(&site->domain_rules);
}
