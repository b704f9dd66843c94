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

/* By project in the order of the groups; null of one without workloads. */
static void write_covers(struct advi_jout *out, const struct advi_html_groups *groups,
			 const struct advi_tally *tally)
{
	ADVI_AUTO(map) struct advi_map rows = {0};

	for (size_t i = 0; i < tally->projects.count; i++)
		advi_map_add(&rows, advi_str(tally->projects.at[i].name), NULL)->number = i;
	advi_jout_key(out, "cover");
	write_cover(out, &tally->cover);
	advi_jout_key(out, "covers");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->projects.count; i++) {
		const struct advi_map_entry *row =
			advi_map_get(&rows, advi_str(groups->projects.at[i]));

		if (row)
			write_cover(out, &tally->projects.at[row->number].cover);
		else
			advi_jout_null(out);
	}
	advi_jout_array_end(out);
}

static const char *domain_of(const struct advi_html_head *head, const char *project)
{
	const struct advi_map_entry *entry =
		head->domains ? advi_map_get(head->domains, advi_str(project)) : NULL;

	return entry           ? entry->pointer
	       : head->domains ? "unknown"
			       : advi_site_domain(head->site, project);
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

static void write_months(struct advi_jout *out, const struct advi_html_groups *groups)
{
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	uint32_t count = groups->last ? advi_months_between(groups->last, groups->first) + 1 : 0;

	advi_jout_key(out, "months");
	advi_jout_array(out);
	for (uint32_t i = count; i-- > 0;)
		advi_jout_text(out, advi_month_text(&arena, advi_month_before(groups->last, i)));
	advi_jout_array_end(out);
}

static void write_places(struct advi_jout *out)
{
	advi_jout_key(out, "places");
	advi_jout_array(out);
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		advi_jout_text(out, adv_place_name((enum adv_place)i));
	advi_jout_array_end(out);
}

static void tally_all(struct advi_tally *out, const struct advi_html_head *head)
{
	const struct adv_plan *plan = head->options->plan;
	ADVI_AUTO(map) struct advi_map then = {0};

	for (size_t i = 0; plan && i < plan->environment.count; i++)
		advi_map_add(&then, advi_str(plan->environment.at[i].name), NULL);
	advi_tally_make(out, head->workloads, NULL, &head->site->base_names, plan ? &then : NULL);
}

static void write_document(struct advi_jout *out, const struct advi_html_head *head)
{
	struct advi_tally tally;

	tally_all(&tally, head);
	advi_jout_object(out);
	write_covers(out, head->groups, &tally);
	write_modules(out, head->groups);
	write_months(out, head->groups);
	write_packages(out, head->groups);
	write_places(out);
	advi_jout_key(out, "plan");
	if (head->options->plan)
		advi_html_write_plan(out, head->options->plan);
	else
		advi_jout_null(out);
	write_projects(out, head);
	advi_jout_key_text(out, "site", head->site->name);
	advi_jout_key_text(out, "version", adv_version());
	advi_jout_object_end(out);
	advi_tally_clear(&tally);
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
	write_document(&out, head);
	advi_jout_end(&out);
	fclose(memory);
	advi_html_write_harmless(file, (struct advi_str){text, size});
}
