/* SPDX-License-Identifier: BSD-3-Clause */
/* What a dashboard shows of a plan. */
#include "advise/plan.h"
#include "report/html.h"

static void key_flag(struct advi_jout *out, const char *key, bool value)
{
	advi_jout_key(out, key);
	advi_jout_bool(out, value);
}

static void write_addition(struct advi_jout *out, const struct advi_addition *at)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "brings", at->closure_packages);
	advi_jout_key_u64(out, "bytes", at->closure_bytes);
	advi_jout_key_text(out, "evidence", at->evidence);
	advi_jout_key_u64(out, "frees", at->users_freed);
	advi_jout_key_text(out, "name", at->name);
	advi_jout_key_u64(out, "users", at->users);
	advi_jout_key_text(out, "version", at->record.version);
	advi_jout_key_u64(out, "workloads", at->workloads);
	advi_jout_object_end(out);
}

static void write_action(struct advi_jout *out, const struct advi_action *at)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", at->bytes);
	advi_jout_key_text(out, "confidence", at->confidence);
	advi_jout_key_text(out, "from", at->from);
	advi_jout_key_text(out, "kind", at->kind);
	advi_jout_key_text(out, "name", at->name);
	advi_jout_key_u64(out, "packages", at->packages);
	advi_jout_key_text(out, "reason", at->reason);
	advi_jout_key_text(out, "ticket", at->ticket);
	advi_jout_key_text(out, "to", at->to);
	advi_jout_key_u64(out, "users", at->users);
	advi_jout_key_u64(out, "workloads", at->workloads);
	advi_jout_object_end(out);
}

static void write_refusal(struct advi_jout *out, const struct advi_refusal *at)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "kind", at->kind);
	advi_jout_key_text(out, "name", at->name);
	advi_jout_key_text(out, "reason", at->reason);
	advi_jout_key_u64(out, "users", at->users);
	advi_jout_key_u64(out, "workloads", at->workloads);
	advi_jout_object_end(out);
}

static void write_bundle(struct advi_jout *out, const struct advi_plan_bundle *at)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", at->bytes);
	advi_jout_key_u64(out, "frees", at->users_freed);
	advi_jout_key_text(out, "kind", at->kind);
	advi_jout_key_text(out, "name", at->name);
	advi_jout_key_u64(out, "packages", at->packages);
	advi_jout_key_u64(out, "users", at->users);
	advi_jout_texts(out, "wanted", at->wanted.at, at->wanted.count);
	advi_jout_key_u64(out, "workloads", at->workloads);
	advi_jout_object_end(out);
}

void advi_html_write_change(struct advi_jout *out, const struct advi_change *at)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "from", at->version);
	advi_jout_key_text(out, "name", at->name);
	advi_jout_key_text(out, "to", at->to_version);
	advi_jout_object_end(out);
}

static void write_budget(struct advi_jout *out, const struct adv_plan *plan)
{
	advi_jout_key(out, "budget");
	advi_jout_object(out);
	advi_jout_key_limit(out, "bytes", plan->max_bytes);
	advi_jout_key_limit(out, "files", plan->max_files);
	advi_jout_key_limit(out, "packages", plan->max_packages);
	advi_jout_object_end(out);
}

static void write_effect(struct advi_jout *out, const struct adv_plan *plan)
{
	const struct advi_effect *effect = &plan->effect;

	advi_jout_key(out, "effect");
	advi_jout_object(out);
	advi_jout_key_u64(out, "users", effect->users);
	advi_jout_key_u64(out, "users_now", effect->users_covered_before);
	advi_jout_key_u64(out, "users_then", effect->users_covered_after);
	advi_jout_key_u64(out, "workloads", effect->workloads);
	advi_jout_key_u64(out, "workloads_now", effect->workloads_covered_before);
	advi_jout_key_u64(out, "workloads_then", effect->workloads_covered_after);
	advi_jout_object_end(out);
}

void advi_html_write_plan(struct advi_jout *out, const struct adv_plan *plan)
{
	advi_jout_object(out);
	ADVI_WRITE_EACH(out, "actions", &plan->actions, write_action);
	advi_jout_key_u64(out, "added_bytes", plan->added_bytes);
	advi_jout_key_u64(out, "added_files", plan->added_files);
	advi_jout_key_u64(out, "added_packages", plan->added_packages);
	ADVI_WRITE_EACH(out, "additions", &plan->additions, write_addition);
	write_budget(out, plan);
	ADVI_WRITE_EACH(out, "bundles", &plan->bundles, write_bundle);
	ADVI_WRITE_EACH(out, "changed", &plan->changed, advi_html_write_change);
	write_effect(out, plan);
	advi_jout_key_u64(out, "packages", plan->environment.count);
	ADVI_WRITE_EACH(out, "present", &plan->present, write_addition);
	key_flag(out, "proved", plan->choice.proved);
	ADVI_WRITE_EACH(out, "refused", &plan->refused, write_refusal);
	ADVI_WRITE_EACH(out, "removed", &plan->removed, advi_html_write_change);
	advi_jout_key_text(out, "since", plan->since);
	advi_jout_key_text(out, "until", plan->until);
	advi_jout_key_text(out, "weight", plan->weight);
	advi_jout_object_end(out);
}
