/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json: one layout, keys sorted, nothing in it that the inputs do not decide. */
#include "advise/plan_bundles.h"
#include "advise/plan_json.h"
#include "conda/record_json.h"

static void write_addition(struct advi_jout *out, const struct advi_addition *addition)
{
	advi_jout_object(out);
	advi_jout_key(out, "closure");
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", addition->closure_bytes);
	advi_jout_texts(out, "names", addition->closure.at, addition->closure.count);
	advi_jout_key_u64(out, "packages", addition->closure_packages);
	advi_jout_object_end(out);
	advi_jout_key_text(out, "evidence", addition->evidence);
	advi_jout_texts(out, "moves", addition->moves.at, addition->moves.count);
	advi_jout_key_text(out, "name", addition->name);
	advi_jout_key(out, "record");
	advi_record_write(out, &addition->record);
	advi_jout_key_text(out, "spec", addition->spec);
	advi_jout_key_u64(out, "users", addition->users);
	advi_jout_key_u64(out, "users_freed", addition->users_freed);
	advi_jout_key_u64(out, "users_mapped", addition->mapped_users);
	advi_jout_key_u64(out, "workloads", addition->workloads);
	advi_jout_object_end(out);
}

static void write_presence(struct advi_jout *out, const struct advi_addition *presence)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "evidence", presence->evidence);
	advi_jout_key_text(out, "name", presence->name);
	advi_jout_key(out, "record");
	advi_record_write(out, &presence->record);
	advi_jout_key_text(out, "spec", presence->spec);
	advi_jout_key_u64(out, "users", presence->users);
	advi_jout_key_u64(out, "workloads", presence->workloads);
	advi_jout_object_end(out);
}

static void write_refusal(struct advi_jout *out, const struct advi_refusal *refusal)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", refusal->bytes);
	advi_jout_key_text(out, "evidence", refusal->evidence);
	advi_jout_key_text(out, "kind", refusal->kind);
	advi_jout_key_text(out, "name", refusal->name);
	advi_jout_key_u64(out, "packages", refusal->packages);
	advi_jout_key_text(out, "reason", refusal->reason);
	advi_jout_key_u64(out, "users", refusal->users);
	advi_jout_key_u64(out, "workloads", refusal->workloads);
	advi_jout_object_end(out);
}

static void write_unmapped(struct advi_jout *out, const struct advi_unmapped *unmapped)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "module", unmapped->module);
	advi_jout_key_u64(out, "users", unmapped->users);
	advi_jout_object_end(out);
}

static void write_probe(struct advi_jout *out, const struct advi_probed *probe)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "name", probe->name);
	advi_jout_key_u64(out, "users", probe->users);
	advi_jout_key_u64(out, "workloads", probe->workloads);
	advi_jout_object_end(out);
}

static void write_change(struct advi_jout *out, const struct advi_change *change)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "build", change->build);
	advi_jout_key_text(out, "name", change->name);
	if (change->to_version) {
		advi_jout_key_text(out, "to_build", change->to_build);
		advi_jout_key_text(out, "to_version", change->to_version);
	}
	advi_jout_key_text(out, "version", change->version);
	advi_jout_object_end(out);
}

static void write_pip(struct advi_jout *out, const struct advi_left_to_pip *pip)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "conda", pip->conda);
	advi_jout_key_text(out, "name", pip->name);
	advi_jout_key_text(out, "requirement", pip->requirement);
	advi_jout_key_text(out, "version", pip->version);
	advi_jout_object_end(out);
}

static void write_effect(struct advi_jout *out, const struct advi_effect *effect)
{
	advi_jout_key(out, "effect");
	advi_jout_object(out);
	advi_jout_key_u64(out, "users", effect->users);
	advi_jout_key_u64(out, "users_covered_after", effect->users_covered_after);
	advi_jout_key_u64(out, "users_covered_before", effect->users_covered_before);
	advi_jout_key_u64(out, "users_covered_solved", effect->users_covered_solved);
	advi_jout_key_u64(out, "workloads", effect->workloads);
	advi_jout_key_u64(out, "workloads_covered_after", effect->workloads_covered_after);
	advi_jout_key_u64(out, "workloads_covered_before", effect->workloads_covered_before);
	advi_jout_key_u64(out, "workloads_covered_solved", effect->workloads_covered_solved);
	advi_jout_object_end(out);
}

static void write_input(struct advi_jout *out, const struct advi_input *input)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "kind", input->kind);
	advi_jout_key_text(out, "name", input->name);
	advi_jout_key_text(out, "sha256", input->sha256);
	advi_jout_object_end(out);
}

void advi_plan_json(const struct adv_plan *plan, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_plan_write_actions(&out, plan);
	advi_jout_key(&out, "added");
	advi_jout_object(&out);
	advi_jout_key_u64(&out, "bytes", plan->added_bytes);
	advi_jout_key_limit(&out, "files", plan->added_files);
	advi_jout_key_u64(&out, "packages", plan->added_packages);
	advi_jout_key_u64(&out, "unsized", plan->added_unsized);
	advi_jout_object_end(&out);
	ADVI_WRITE_EACH(&out, "additions", &plan->additions, write_addition);
	advi_jout_key(&out, "budget");
	advi_jout_object(&out);
	advi_jout_key_limit(&out, "max_bytes", plan->max_bytes);
	advi_jout_key_limit(&out, "max_files", plan->max_files);
	advi_jout_key_limit(&out, "max_packages", plan->max_packages);
	advi_jout_object_end(&out);
	advi_jout_key(&out, "bundles");
	advi_plan_bundles_write(&out, plan);
	ADVI_WRITE_EACH(&out, "changed", &plan->changed, write_change);
	advi_jout_texts(&out, "channels", plan->channels.at, plan->channels.count);
	advi_plan_write_choice(&out, &plan->choice);
	advi_plan_write_drops(&out, plan);
	write_effect(&out, &plan->effect);
	ADVI_WRITE_EACH(&out, "environment", &plan->environment, advi_record_write);
	advi_plan_write_history(&out, plan);
	ADVI_WRITE_EACH(&out, "inputs", &plan->inputs, write_input);
	ADVI_WRITE_EACH(&out, "pip", &plan->pip, write_pip);
	advi_jout_key_text(&out, "platform", plan->platform);
	ADVI_WRITE_EACH(&out, "present", &plan->present, write_presence);
	ADVI_WRITE_EACH(&out, "probes", &plan->probes, write_probe);
	advi_plan_write_quotas(&out, plan);
	advi_plan_write_redundancy(&out, plan);
	ADVI_WRITE_EACH(&out, "refused", &plan->refused, write_refusal);
	ADVI_WRITE_EACH(&out, "removed", &plan->removed, write_change);
	advi_jout_key_text(&out, "schema", "advisor.plan/1");
	advi_jout_key_text(&out, "since", plan->since);
	advi_jout_key_text(&out, "site", plan->site);
	advi_jout_texts(&out, "specs", plan->specs.at, plan->specs.count);
	advi_plan_write_trends(&out, plan);
	ADVI_WRITE_EACH(&out, "unmapped", &plan->unmapped, write_unmapped);
	advi_jout_key_text(&out, "until", plan->until);
	advi_plan_write_upgrades(&out, plan);
	advi_jout_key_text(&out, "weight", plan->weight);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}
