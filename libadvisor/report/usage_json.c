/* SPDX-License-Identifier: BSD-3-Clause */
/* Usage answers as JSON, schema "advisor.usage/1". */
#include <stdlib.h>

#include "base/str.h"
#include "io/json_write.h"
#include "report/usage_emit.h"

static void count(struct advi_jout *json, const char *key, int64_t number)
{
	advi_jout_key(json, key);
	if (number < 0)
		advi_jout_null(json);
	else
		advi_jout_u64(json, (uint64_t)number);
}

/* A text when rows are grouped by it. */
static void key(struct advi_jout *json, unsigned by, enum adv_usage_by bit, const char *name,
		const char *text)
{
	if (by & bit)
		advi_jout_key_text(json, name, text);
}

static void kinds(struct advi_jout *json, const struct adv_usage_row *row)
{
	struct advi_str rest = advi_str(row->kinds), kind;

	advi_jout_key(json, "kinds");
	advi_jout_array(json);
	while (rest.len && advi_str_split(&rest, ',', &kind))
		advi_jout_str(json, kind);
	advi_jout_array_end(json);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(adv_place_name(*(const enum adv_place *)a),
		      adv_place_name(*(const enum adv_place *)b));
}

/* Class -> unique users, those without any left out; null when users are not known. */
static void places(struct advi_jout *json, const struct adv_usage_row *row)
{
	enum adv_place order[ADV_PLACE_COUNT];

	advi_jout_key(json, "places");
	if (row->users < 0) {
		advi_jout_null(json);
		return;
	}
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		order[i] = (enum adv_place)i;
	qsort(order, ADV_PLACE_COUNT, sizeof(*order), by_name);
	advi_jout_object(json);
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		if (row->place_users[order[i]] > 0)
			count(json, adv_place_name(order[i]), row->place_users[order[i]]);
	advi_jout_object_end(json);
}

/* Keys come in byte order. */
static void row_of(struct advi_jout *json, unsigned by, const struct adv_usage_row *row)
{
	advi_jout_object(json);
	key(json, by, ADV_BY_DOMAIN, "domain", row->domain);
	if (by & ADV_BY_PACKAGE) {
		advi_jout_key(json, "in_base");
		advi_jout_bool(json, row->in_base > 0);
		advi_jout_key(json, "in_base_by_pip");
		advi_jout_bool(json, row->in_base == ADV_IN_BASE_BY_PIP);
	}
	count(json, "jobs", row->jobs);
	if (by & ADV_BY_MODULE)
		kinds(json, row);
	key(json, by, ADV_BY_MODULE, "module", row->module);
	key(json, by, ADV_BY_MONTH, "month", row->month);
	advi_jout_key(json, "node_hours");
	advi_jout_double(json, row->node_hours);
	if (row->overlap)
		advi_jout_key_text(json, "overlap", row->overlap);
	if (by & (ADV_BY_MODULE | ADV_BY_PACKAGE))
		advi_jout_key_text(json, "package",
				   by & ADV_BY_PACKAGE ? row->package : row->of_package);
	if (by & ADV_BY_PLACE)
		advi_jout_key_text(json, "place", adv_place_name((enum adv_place)row->place));
	places(json, row);
	key(json, by, ADV_BY_PROJECT, "project", row->project);
	count(json, "projects", row->projects);
	count(json, "runs", row->runs);
	count(json, "users", row->users);
	if (by & (ADV_BY_MODULE | ADV_BY_PACKAGE)) {
		count(json, "users_base_only", row->users_base_only);
		count(json, "users_both", row->users_both);
		count(json, "users_custom_only", row->users_custom_only);
	}
	advi_jout_object_end(json);
}

void advi_usage_json(const struct adv_usage *usage, FILE *file, const struct adv_style *style)
{
	struct advi_jout json;

	(void)style;
	advi_jout_init(&json, file);
	advi_jout_object(&json);
	advi_jout_key(&json, "by");
	advi_jout_array(&json);
	for (int i = 0; i < ADVI_USAGE_KEYS; i++)
		if (adv_usage_by(usage) & advi_usage_keys[i].by)
			advi_jout_text(&json, advi_usage_keys[i].name);
	advi_jout_array_end(&json);
	advi_jout_key_text(&json, "evidence",
			   adv_usage_evidence(usage) == ADV_EVIDENCE_MAPPED ? "mapped" : "import");
	advi_jout_key(&json, "rows");
	advi_jout_array(&json);
	for (size_t i = 0; i < adv_usage_count(usage); i++)
		row_of(&json, adv_usage_by(usage), adv_usage_row(usage, i));
	advi_jout_array_end(&json);
	advi_jout_key_text(&json, "schema", "advisor.usage/1");
	advi_jout_object_end(&json);
	advi_jout_end(&json);
}
