/* SPDX-License-Identifier: BSD-3-Clause */
/* A backtest as JSON, and by format. */
#include "base/err.h"
#include "io/file.h"
#include "io/json_write.h"
#include "report/backtest.h"
#include "report/table.h"

const char *const advi_decider_names[ADVI_DECIDERS] = {
	[ADVI_BY_POPULARITY] = "popular",
	[ADVI_BY_PLAN] = "plan",
	[ADVI_BY_CLAIRVOYANCE] = "clairvoyant",
};

static void write_reach(struct advi_jout *out, const struct advi_reach *reach)
{
	advi_jout_key_u64(out, "users", reach->users);
	advi_jout_key_u64(out, "users_covered", reach->users_covered);
	advi_jout_key_u64(out, "uses", reach->uses);
	advi_jout_key_u64(out, "uses_gone", reach->uses_gone);
	advi_jout_key_u64(out, "uses_served", reach->uses_served);
	advi_jout_key_u64(out, "workloads", reach->workloads);
	advi_jout_key_u64(out, "workloads_covered", reach->workloads_covered);
}

static void write_measured(struct advi_jout *out, const struct adv_backtest *backtest,
			   const struct advi_measured *measured)
{
	advi_jout_key(out, "months");
	advi_jout_array(out);
	for (size_t i = 0; i < backtest->months.count; i++) {
		advi_jout_object(out);
		advi_jout_key_text(out, "month", backtest->months.at[i]);
		write_reach(out, &measured->months[i]);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_total(struct advi_jout *out, const struct advi_measured *measured)
{
	advi_jout_key(out, "total");
	advi_jout_object(out);
	write_reach(out, &measured->total);
	advi_jout_object_end(out);
}

static void write_decision(struct advi_jout *out, const struct adv_backtest *backtest,
			   const struct advi_decision *decision, const char *by)
{
	advi_jout_object(out);
	advi_jout_texts(out, "added", decision->added.at, decision->added.count);
	advi_jout_key_u64(out, "added_bytes", decision->added_bytes);
	advi_jout_key_text(out, "by", by);
	write_measured(out, backtest, &decision->measured);
	advi_jout_texts(out, "packages", decision->packages.at, decision->packages.count);
	advi_jout_texts(out, "removed", decision->removed.at, decision->removed.count);
	write_total(out, &decision->measured);
	advi_jout_object_end(out);
}

static void write_budget(struct advi_jout *out, const struct adv_backtest *backtest,
			 const struct advi_backtest_budget *budget)
{
	advi_jout_object(out);
	advi_jout_key(out, "decisions");
	advi_jout_array(out);
	for (int by = 0; by < ADVI_DECIDERS; by++)
		write_decision(out, backtest, &budget->by[by], advi_decider_names[by]);
	advi_jout_array_end(out);
	advi_jout_key_u64(out, "max_packages", budget->max_packages);
	advi_jout_object_end(out);
}

static void write_past(struct advi_jout *out, const struct adv_backtest *backtest)
{
	advi_jout_key(out, "past");
	advi_jout_object(out);
	advi_jout_key_text(out, "since", backtest->past_since);
	advi_jout_key_text(out, "until", backtest->past_until);
	advi_jout_key_u64(out, "users", backtest->past_users);
	advi_jout_key_u64(out, "workloads", backtest->past_workloads);
	advi_jout_object_end(out);
}

void advi_backtest_json(const struct adv_backtest *backtest, FILE *file,
			const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "base");
	advi_jout_object(&out);
	advi_jout_texts(&out, "environment", backtest->environment.at, backtest->environment.count);
	write_measured(&out, backtest, &backtest->base);
	write_total(&out, &backtest->base);
	advi_jout_object_end(&out);
	advi_jout_key(&out, "budgets");
	advi_jout_array(&out);
	for (size_t i = 0; i < backtest->budgets.count; i++)
		write_budget(&out, backtest, &backtest->budgets.at[i]);
	advi_jout_array_end(&out);
	advi_jout_key_limit(&out, "max_bytes", backtest->max_bytes);
	advi_jout_texts(&out, "months", backtest->months.at, backtest->months.count);
	write_past(&out, backtest);
	advi_jout_key_text(&out, "schema", "advisor.backtest/1");
	advi_jout_key_text(&out, "site", backtest->site);
	advi_jout_key_text(&out, "weight", backtest->weight);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static const struct {
	enum adv_format format;
	void (*emit)(const struct adv_backtest *backtest, FILE *file,
		     const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_backtest_text},
	{ADV_FORMAT_JSON, advi_backtest_json},
};

int adv_backtest_write(const struct adv_backtest *backtest, enum adv_format format, FILE *file,
		       const struct adv_style *style, struct adv_err *err)
{
	return ADVI_EMIT(emitters, backtest, format, file, style, "a backtest is text or JSON",
			 err);
}

int adv_backtest_write_file(const struct adv_backtest *backtest, const char *path,
			    struct adv_err *err)
{
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r == 0)
		r = adv_backtest_write(backtest, ADV_FORMAT_JSON, out.file, NULL, err);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
