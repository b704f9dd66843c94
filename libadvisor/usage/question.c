/* SPDX-License-Identifier: BSD-3-Clause */
/* What a question comes to: names looked up, accounts joined to domains. */
#include "site/accounts.h"
#include "usage/record.h"
#include "usage/tally.h"

enum { OVERLAP_MODULES = 8 };

/* Index plus 1 of a module's name; 0: nobody used it. */
static uint32_t find_module(const struct advi_data *data, const char *name)
{
	for (size_t i = 0; i < data->modules.count; i++)
		if (strcmp(data->modules.at[i].name, name) == 0)
			return (uint32_t)i + 1;
	return 0;
}

static uint32_t find_name(const struct advi_map *map, const char *name)
{
	const struct advi_map_entry *entry = advi_map_get(map, advi_str(name));

	return entry ? (uint32_t)(entry - map->entries.at) + 1 : 0;
}

/* What accounts are read into. */
struct accounts {
	struct advi_question *question;
	struct advi_map known; /* account -> domain, index plus 1; the last row of one counts */
};

static const char *take_account(void *context, struct advi_str account, struct advi_str domain)
{
	struct accounts *accounts = context;

	advi_map_add(&accounts->known, account, NULL)->number =
		advi_map_intern(&accounts->question->domains, domain) + 1;
	return NULL;
}

/* Gives every project its domain, by a CSV file with the columns account and domain. */
static int join_accounts(struct advi_question *question, const struct advi_data *data,
			 const char *path, struct adv_err *err)
{
	struct accounts accounts = {.question = question};
	int r = path ? advi_accounts_read(path, take_account, &accounts, err) : 0;

	for (size_t i = 0; i < data->projects.count; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(&accounts.known, advi_str(data->projects.at[i]));

		advi_vec_push(&question->domain_of, entry ? (uint32_t)entry->number : 0);
	}
	advi_map_clear(&accounts.known);
	return r < 0 ? advi_while(err, r, "reading the accounts") : 0;
}

static int take_overlap(struct advi_question *out, const struct advi_data *data,
			const struct adv_usage_query *query, struct adv_err *err)
{
	if (query->overlap_count > OVERLAP_MODULES)
		return advi_fail(err, ADV_EUSAGE, "an overlap is of at most %d modules",
				 OVERLAP_MODULES);
	if (query->overlap_count && (query->by & ~(unsigned)ADV_BY_MONTH))
		return advi_fail(err, ADV_EUSAGE,
				 "an overlap can be grouped by month, and by nothing else");
	for (size_t i = 0; i < query->overlap_count; i++)
		advi_vec_push(&out->overlap, find_module(data, query->overlap[i]));
	return 0;
}

int advi_question_make(struct advi_question *out, const struct advi_data *data,
		       const struct adv_usage_query *query, struct adv_err *err)
{
	int r;

	*out = (struct advi_question){
		.by = query->by,
		.evidence = query->evidence == ADV_EVIDENCE_MAPPED ? ADVI_EVIDENCE_MAPPED : 0,
		.all_modules = !query->module,
		.all_packages = !query->package,
		.all_projects = !query->project,
		.all_domains = !query->domain};
	if ((query->domain || (query->by & ADV_BY_DOMAIN)) && !query->accounts)
		return advi_fail(err, ADV_EUSAGE,
				 "domains are known only with a table of accounts");
	if ((r = take_overlap(out, data, query, err)) < 0 ||
	    (r = join_accounts(out, data, query->accounts, err)) < 0)
		return r;
	if (query->module)
		out->module = find_module(data, query->module);
	if (query->package)
		out->package = find_name(&data->packages, query->package);
	for (size_t i = 0; query->project && i < data->projects.count; i++)
		if (strcmp(data->projects.at[i], query->project) == 0)
			out->project = (uint32_t)i + 1;
	/* "unknown" asks for what is of no project or domain; any other unknown name asks for
	 * nothing. */
	if (query->project && !out->project && strcmp(query->project, "unknown") != 0)
		out->project = UINT32_MAX;
	if (query->domain)
		out->domain = find_name(&out->domains, query->domain);
	if (query->domain && !out->domain && strcmp(query->domain, "unknown") != 0)
		out->domain = UINT32_MAX;
	return 0;
}

void advi_question_clear(struct advi_question *question)
{
	advi_vec_clear(&question->overlap);
	advi_vec_clear(&question->domain_of);
	advi_map_clear(&question->domains);
}
