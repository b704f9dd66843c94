/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, cover and plan of a dashboard, as JSON within a page. */
#include <advisor.h>

#include "advise/plan.h"
#include "report/html.h"
#include "report/tally.h"
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

static void write_packages(struct advi_jout *out, const struct advi_html_groups *groups)
{
	advi_jout_key(out, "packages");
	advi_jout_object(out);
	advi_jout_key(out, "base");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->in_base.count; i++)
		advi_jout_u64(out, groups->in_base.at[i]);
	advi_jout_array_end(out);
	advi_jout_texts(out, "names", groups->packages.at, groups->packages.count);
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

/* By package: whether base has it, now and with the plan. */
struct has {
	bool *now, *then;
};

static void find_has(struct has *out, const struct advi_html_head *head)
{
	const struct advi_map *packages = &head->workloads->packages;
	const struct adv_plan *plan = head->options->plan;
	ADVI_AUTO(map) struct advi_map then = {0};

	for (size_t i = 0; plan && i < plan->environment.count; i++)
		advi_map_add(&then, advi_str(plan->environment.at[i].name), NULL);
	out->now = advi_calloc(packages->entries.count + 1, sizeof(*out->now));
	out->then = advi_calloc(packages->entries.count + 1, sizeof(*out->then));
	for (size_t i = 0; i < packages->entries.count; i++) {
		struct advi_str name = packages->entries.at[i].key;

		out->now[i] = advi_site_in_base(head->site, name);
		out->then[i] =
			plan ? advi_site_by_pip(head->site, name) || advi_map_get(&then, name)
			     : out->now[i];
	}
}

typedef ADVI_VEC(uint32_t) members;

static void write_tally(struct advi_jout *out, const struct advi_html_head *head,
			const struct has *has, const members *of)
{
	struct advi_tally tally;

	advi_tally_make(&tally, head->workloads, of->at, of->count, has->now, has->then);
	write_cover(out, &tally.cover);
	advi_tally_clear(&tally);
}

/* By project in the order of the groups; null of one without workloads. */
static void write_covers(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_html_groups *groups = head->groups;
	members all = {0}, *of = advi_calloc(groups->projects.count + 1, sizeof(*of));
	ADVI_AUTO(map) struct advi_map names = {0};
	struct has has;

	find_has(&has, head);
	for (size_t i = 0; i < groups->projects.count; i++)
		advi_map_add(&names, advi_str(groups->projects.at[i]), NULL)->number = i;
	for (size_t i = 0; i < head->workloads->all.count; i++) {
		const char *project = head->workloads->all.at[i].project;
		const struct advi_map_entry *row =
			project ? advi_map_get(&names, advi_str(project)) : NULL;

		advi_vec_push(&all, (uint32_t)i);
		if (row)
			advi_vec_push(&of[row->number], (uint32_t)i);
	}
	advi_jout_key(out, "cover");
	write_tally(out, head, &has, &all);
	advi_jout_key(out, "covers");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++) {
		if (of[i].count)
			write_tally(out, head, &has, &of[i]);
		else
			advi_jout_null(out);
		advi_vec_clear(&of[i]);
	}
	advi_jout_array_end(out);
	advi_vec_clear(&all);
	free(of);
	free(has.now);
	free(has.then);
}

/* As the recipe has it, or else the table of accounts. */
static const char *domain_of(const struct advi_html_head *head, const char *project)
{
	const char *domain = advi_site_domain(head->site, project);
	const struct advi_map_entry *entry =
		head->domains ? advi_map_get(head->domains, advi_str(project)) : NULL;

	return entry && strcmp(domain, "unknown") == 0 ? entry->pointer : domain;
}

static void write_projects(struct advi_jout *out, const struct advi_html_head *head)
{
	const struct advi_html_groups *groups = head->groups;

	advi_jout_key(out, "projects");
	advi_jout_object(out);
	advi_jout_key(out, "domains");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++)
		advi_jout_text(out, domain_of(head, groups->projects.at[i]));
	advi_jout_array_end(out);
	advi_jout_texts(out, "names", groups->projects.at, groups->projects.count);
	advi_jout_object_end(out);
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
	write_packages(out, head->groups);
	advi_html_write_places(out);
	advi_jout_key(out, "plan");
	if (head->options->plan)
		advi_html_write_plan(out, head->options->plan);
	else
		advi_jout_null(out);
	write_projects(out, head);
	advi_jout_key_text(out, "site", head->site->name);
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
	if (head->facts)
		advi_html_write_public(&out, head->facts);
	else
		write_document(&out, head);
	advi_jout_end(&out);
	fclose(memory);
	advi_html_write_harmless(file, (struct advi_str){text, size});
}
