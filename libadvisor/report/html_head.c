/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, cover and plan of a dashboard, as JSON within a page. */
#include <advisor.h>

#include "advise/plan.h"
#include "report/html.h"
#include "usage/history.h"

static void write_modules(struct advi_jout *out, const struct advi_html_groups *groups)
{
	advi_jout_key(out, "modules");
	advi_jout_object(out);
	advi_jout_texts(out, "names", groups->modules.at, groups->modules.count);
	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->package_of.count; i++)
		advi_jout_u64(out, groups->package_of.at[i]);
	advi_jout_array_end(out);
	advi_jout_object_end(out);
}

static const char *base_version(const struct adv_site *site, const char *package)
{
	for (size_t i = 0; i < site->base_records.count; i++)
		if (strcmp(site->base_records.at[i].name, package) == 0)
			return site->base_records.at[i].version;
	return NULL;
}

/* By package: version and users, in turn. */
static void write_brought(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_map *packages = &head->facts->data.packages;
	const advi_html_versions *versions = head->versions;
	ADVI_AUTO_PTR size_t *first =
		advi_calloc(packages->entries.count + 2, sizeof(*first)); /* and one more */

	for (size_t i = 0; i < versions->count; i++)
		first[versions->at[i].package + 1]++;
	for (size_t i = 0; i < packages->entries.count; i++)
		first[i + 1] += first[i];
	advi_jout_key(out, "brought");
	advi_jout_array(out);
	for (size_t i = 0; i < head->groups->packages.count; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(packages, advi_str(head->groups->packages.at[i]));
		size_t at = entry ? (size_t)(entry - packages->entries.at) : 0;

		advi_jout_array(out);
		for (size_t j = first[at]; entry && j < first[at + 1]; j++) {
			advi_jout_text(out, versions->at[j].version);
			advi_jout_u64(out, versions->at[j].users);
		}
		advi_jout_array_end(out);
	}
	advi_jout_array_end(out);
}

static void write_packages(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_html_groups *groups = head->groups;

	advi_jout_key(out, "packages");
	advi_jout_object(out);
	advi_jout_key(out, "base");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->in_base.count; i++)
		advi_jout_u64(out, groups->in_base.at[i]);
	advi_jout_array_end(out);
	write_brought(out, head);
	advi_jout_texts(out, "names", groups->packages.at, groups->packages.count);
	advi_jout_key(out, "versions");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->packages.count; i++)
		advi_jout_text(out, base_version(head->facts->site, groups->packages.at[i]));
	advi_jout_array_end(out);
	advi_jout_object_end(out);
}

static void write_cover(struct advi_jout *out, const struct advi_cover *cover)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "users", cover->users);
	advi_jout_key_u64(out, "users_now", cover->users_now);
	advi_jout_key_u64(out, "users_then", cover->users_then);
	advi_jout_key_u64(out, "workloads", cover->workloads);
	advi_jout_key_u64(out, "workloads_now", cover->workloads_now);
	advi_jout_key_u64(out, "workloads_then", cover->workloads_then);
	advi_jout_object_end(out);
}

/* By project in the order of the groups; null of one without workloads in the facts' months. */
static void write_covers(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_html_groups *groups = head->groups;

	advi_jout_key(out, "cover");
	write_cover(out, &head->facts->scopes.at[0].tally.cover);
	advi_jout_key(out, "covers");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++) {
		const struct advi_scope *scope =
			advi_facts_scope(head->facts, ADVI_SCOPE_PROJECT, groups->projects.at[i]);

		if (scope)
			write_cover(out, &scope->tally.cover);
		else
			advi_jout_null(out);
	}
	advi_jout_array_end(out);
}

static void write_projects(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_html_groups *groups = head->groups;

	advi_jout_key(out, "projects");
	advi_jout_object(out);
	advi_jout_key(out, "domains");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++)
		advi_jout_text(out, advi_facts_domain(head->facts, groups->projects.at[i]));
	advi_jout_array_end(out);
	advi_jout_key(out, "environments");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++) {
		const struct advi_scope *scope =
			advi_facts_scope(head->facts, ADVI_SCOPE_PROJECT, groups->projects.at[i]);

		if (scope)
			advi_html_write_owned(out, head->facts, scope);
		else
			advi_jout_null(out);
	}
	advi_jout_array_end(out);
	advi_jout_texts(out, "names", groups->projects.at, groups->projects.count);
	advi_jout_object_end(out);
}

/* The months that are looked at first: the plan's, where the page has others, too. */
static const char *at_first(const char *of_facts, const char *of_page)
{
	return of_page ? NULL : of_facts;
}

void advi_html_write_months(struct advi_jout *out, uint32_t first, uint32_t last)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	uint32_t count = last ? advi_months_between(last, first) + 1 : 0;

	advi_jout_key(out, "months");
	advi_jout_array(out);
	for (uint32_t i = count; i-- > 0;)
		advi_jout_text(out, advi_month_text(&arena, advi_month_before(last, i)));
	advi_jout_array_end(out);
}

void advi_html_write_places(struct advi_jout *out)
{
	advi_jout_key(out, "places");
	advi_jout_array(out);
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		advi_jout_text(out, adv_place_name((enum adv_place)i));
	advi_jout_array_end(out);
}

static void write_document(struct advi_jout *out, const struct advi_html_head *head)
{
	advi_jout_object(out);
	write_covers(out, head);
	write_modules(out, head->groups);
	advi_html_write_months(out, head->groups->first, head->groups->last);
	write_packages(out, head);
	advi_html_write_places(out);
	advi_jout_key(out, "plan");
	if (head->options->plan)
		advi_html_write_plan(out, head->options->plan);
	else
		advi_jout_null(out);
	write_projects(out, head);
	advi_jout_key_text(out, "since", at_first(head->facts->since, head->options->since));
	advi_jout_key_text(out, "site", head->facts->site->name);
	advi_jout_key_text(out, "until", at_first(head->facts->until, head->options->until));
	advi_jout_key_text(out, "version", adv_version());
	advi_jout_object_end(out);
}

void advi_html_write_harmless(FILE *file, struct advi_str json)
{
	for (size_t i = 0; i < json.len; i++) {
		unsigned char byte = (unsigned char)json.ptr[i];

		if (byte == '\n')
			while (i + 1 < json.len && json.ptr[i + 1] == ' ')
				i++;
		else if (byte == '<' || byte == '>' || byte == '&')
			fprintf(file, "\\u%04x", byte);
		else if (advi_str_starts(advi_str_from(json, i), ADVI_STR("\xe2\x80\xa8")) ||
			 advi_str_starts(advi_str_from(json, i), ADVI_STR("\xe2\x80\xa9"))) {
			fprintf(file, "\\u20%x", (unsigned char)json.ptr[i + 2] - 0x80);
			i += 2;
		} else
			putc(byte, file);
	}
}

void advi_html_write_head(FILE *file, const struct advi_html_head *head)
{
	ADVI_AUTO_PTR char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	struct advi_jout out;

	if (!memory)
		abort();
	advi_jout_init(&out, memory);
	if (head->facts->public)
		advi_html_write_public(&out, head->facts);
	else
		write_document(&out, head);
	advi_jout_end(&out);
	fclose(memory);
	advi_html_write_harmless(file, (struct advi_str){text, size});
}
