/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers of a usage store in any format: the table of emitters, and what they share. */
#include "base/err.h"
#include "base/mem.h"
#include "io/file.h"
#include "report/table.h"
#include "report/usage_emit.h"

static const struct {
	enum adv_format format;
	advi_usage_emit *emit;
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_usage_text},
	{ADV_FORMAT_JSON, advi_usage_json},
	{ADV_FORMAT_CSV, advi_usage_csv},
};

static const char *month_of(const struct adv_usage_row *row)
{
	return row->month;
}

static const char *module_of(const struct adv_usage_row *row)
{
	return row->module;
}

static const char *package_of(const struct adv_usage_row *row)
{
	return row->package;
}

static const char *place_of(const struct adv_usage_row *row)
{
	return adv_place_name((enum adv_place)row->place);
}

static const char *project_of(const struct adv_usage_row *row)
{
	return row->project;
}

static const char *domain_of(const struct adv_usage_row *row)
{
	return row->domain;
}

const struct advi_usage_key advi_usage_keys[ADVI_USAGE_KEYS] = {
	{ADV_BY_MONTH, "month", month_of},       {ADV_BY_MODULE, "module", module_of},
	{ADV_BY_PACKAGE, "package", package_of}, {ADV_BY_PLACE, "place", place_of},
	{ADV_BY_PROJECT, "project", project_of}, {ADV_BY_DOMAIN, "domain", domain_of},
};

bool advi_usage_is_overlap(const struct adv_usage *usage)
{
	return adv_usage_count(usage) && adv_usage_row(usage, 0)->overlap;
}

int adv_usage_write(const struct adv_usage *usage, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err)
{
	return ADVI_EMIT(emitters, usage, format, file, style, "an answer is text, JSON or CSV",
			 err);
}

int adv_usage_write_file(const struct adv_usage *usage, enum adv_format format, const char *path,
			 const struct adv_style *style, struct adv_err *err)
{
	struct adv_style plain = style ? *style : (struct adv_style){0};
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	plain.color = false;
	r = adv_usage_write(usage, format, out.file, &plain, err);
	if (r == 0)
		return advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
