/* SPDX-License-Identifier: BSD-3-Clause */
/* A frontier as JSON, and by format. */
#include "advise/plan_json.h"
#include "base/err.h"
#include "io/file.h"
#include "report/frontier.h"
#include "report/table.h"

static void write_share(struct advi_jout *out, const struct advi_frontier_point *point)
{
	advi_jout_key(out, "benefit_share");
	advi_jout_double(out, point->benefit_share);
}

static void write_base(struct advi_jout *out, const struct advi_frontier_point *base)
{
	advi_jout_key(out, "base");
	advi_jout_object(out);
	write_share(out, base);
	advi_jout_key_u64(out, "users_covered", base->users_covered);
	advi_jout_key_u64(out, "workloads_covered", base->workloads_covered);
	advi_jout_object_end(out);
}

static void write_point(struct advi_jout *out, const struct adv_frontier *frontier, size_t i)
{
	const struct advi_frontier_point *point = &frontier->points.at[i];

	advi_jout_object(out);
	advi_jout_key(out, "added");
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", point->added_bytes);
	advi_jout_key_limit(out, "files", point->added_files);
	advi_jout_key_u64(out, "packages", point->added_packages);
	advi_jout_object_end(out);
	write_share(out, point);
	advi_plan_write_choice(out, &point->choice);
	advi_jout_key_u64(out, "max_packages", point->max_packages);
	advi_jout_texts(out, "packages", point->packages.at, point->packages.count);
	advi_jout_key_u64(out, "users_covered", point->users_covered);
	advi_jout_key(out, "users_per_package");
	advi_jout_double(out, advi_frontier_slope(frontier, i));
	advi_jout_key_u64(out, "workloads_covered", point->workloads_covered);
	advi_jout_object_end(out);
}

void advi_frontier_json(const struct adv_frontier *frontier, FILE *file,
			const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	write_base(&out, &frontier->base);
	advi_jout_key(&out, "budgets");
	advi_jout_array(&out);
	for (size_t i = 0; i < frontier->points.count; i++)
		write_point(&out, frontier, i);
	advi_jout_array_end(&out);
	advi_jout_key_limit(&out, "max_bytes", frontier->max_bytes);
	advi_jout_key_limit(&out, "max_files", frontier->max_files);
	advi_jout_key_text(&out, "schema", "advisor.frontier/1");
	advi_jout_key_text(&out, "since", frontier->since);
	advi_jout_key_text(&out, "site", frontier->site);
	advi_jout_key_text(&out, "until", frontier->until);
	advi_jout_key_u64(&out, "users", frontier->users);
	advi_jout_key_text(&out, "weight", frontier->weight);
	advi_jout_key_u64(&out, "workloads", frontier->workloads);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static const struct {
	enum adv_format format;
	void (*emit)(const struct adv_frontier *frontier, FILE *file,
		     const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_frontier_text},
	{ADV_FORMAT_JSON, advi_frontier_json},
};

int adv_frontier_write(const struct adv_frontier *frontier, enum adv_format format, FILE *file,
		       const struct adv_style *style, struct adv_err *err)
{
	return ADVI_EMIT(emitters, frontier, format, file, style, "a frontier is text or JSON",
			 err);
}

int adv_frontier_write_file(const struct adv_frontier *frontier, const char *path,
			    struct adv_err *err)
{
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r == 0)
		r = adv_frontier_write(frontier, ADV_FORMAT_JSON, out.file, NULL, err);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
