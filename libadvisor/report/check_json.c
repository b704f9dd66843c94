/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment, as JSON (schema advisor.check/1). */
#include "io/json_write.h"
#include "report/check.h"
#include "report/explain.h"
#include "site/site.h"

static void write_number(struct advi_jout *out, const char *key, int64_t number)
{
	advi_jout_key(out, key);
	advi_jout_double(out, (double)number);
}

/* null for 0 */
static void write_known(struct advi_jout *out, const char *key, uint64_t number)
{
	advi_jout_key(out, key);
	if (number)
		advi_jout_u64(out, number);
	else
		advi_jout_null(out);
}

/* --- what clashes --- */

static void write_conflict(struct advi_jout *out, const struct advi_conflict *conflict)
{
	advi_jout_object(out);
	advi_jout_key(out, "specs");
	advi_jout_array(out);
	for (size_t i = 0; i < conflict->written.count; i++) {
		advi_jout_object(out);
		write_known(out, "line", conflict->spots.at[i].line);
		advi_jout_key_text(out, "spec", conflict->written.at[i]);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_key(out, "why");
	advi_why_json(out, conflict->why);
	advi_jout_object_end(out);
}

/* --- what changes, and who loses --- */

static void write_side(struct advi_jout *out, const char *key, const struct advi_part *part)
{
	advi_jout_key(out, key);
	if (!part) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_text(out, "build", part->build);
	write_known(out, "bytes", part->record ? part->record->size : 0);
	advi_jout_key_text(out, "version", part->version);
	advi_jout_object_end(out);
}

static void write_change(struct advi_jout *out, const struct advi_change *change)
{
	const struct advi_part *one = change->to ? change->to : change->from;

	advi_jout_object(out);
	write_side(out, "from", change->from);
	advi_jout_key_text(out, "kind", advi_change_name(change->kind));
	advi_jout_key_text(out, "name", one->name);
	advi_jout_key(out, "pip");
	advi_jout_bool(out, one->pip);
	write_side(out, "to", change->to);
	advi_jout_object_end(out);
}

static void write_changes(struct advi_jout *out, const struct adv_check *check)
{
	advi_jout_key(out, "changes");
	if (!check->compared) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	write_number(out, "bytes_more", check->bytes_more);
	write_number(out, "files_more", check->files_more);
	ADVI_WRITE_EACH(out, "packages", &check->changes, write_change);
	advi_jout_key_u64(out, "unsized", check->unsized_changes);
	advi_jout_object_end(out);
}

static void write_loss(struct advi_jout *out, const struct advi_loss *loss)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "from", loss->from);
	advi_jout_key_text(out, "name", loss->package);
	advi_jout_key_u64(out, "project_count", loss->project_count);
	advi_jout_texts(out, "projects", loss->projects.at, loss->projects.count);
	advi_jout_key_text(out, "to", loss->to);
	advi_jout_texts(out, "user_names", loss->user_names.at, loss->user_names.count);
	write_known(out, "users", loss->users);
	advi_jout_key(out, "version_users");
	if (loss->version_known && !loss->version_few)
		advi_jout_u64(out, loss->version_users);
	else
		advi_jout_null(out);
	advi_jout_object_end(out);
}

static void write_losses(struct advi_jout *out, const struct adv_check *check)
{
	advi_jout_key(out, "usage");
	if (!check->asked_usage) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_text(out, "first_month", check->usage_first);
	advi_jout_key_text(out, "last_month", check->usage_last);
	ADVI_WRITE_EACH(out, "losses", &check->losses, write_loss);
	advi_jout_key_u64(out, "min_users", check->min_users);
	advi_jout_key_u64(out, "users_losing", check->lost_users);
	advi_jout_key(out, "users_losing_at_least");
	advi_jout_bool(out, check->lost_more);
	advi_jout_object_end(out);
}

/* --- what breaks rules --- */

static void write_finding(struct advi_jout *out, const struct advi_finding *finding)
{
	advi_jout_object(out);
	write_known(out, "column", finding->spot.column);
	advi_jout_key_text(out, "help", finding->help);
	write_known(out, "line", finding->spot.line);
	advi_jout_key_text(out, "message", finding->message);
	advi_jout_key_text(out, "package", finding->package);
	advi_jout_key_text(out, "rule", advi_rule_name(finding->rule));
	advi_jout_key_text(out, "severity", advi_severity_name(finding->severity));
	advi_jout_object_end(out);
}

static void write_findings(struct advi_jout *out, const struct adv_check *check)
{
	ADVI_WRITE_EACH(out, "findings", &check->findings, write_finding);
}

static void write_packages(struct advi_jout *out, const struct adv_check *check)
{
	const struct advi_env *env = check->world ? advi_world_base(check->world) : NULL;

	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; env && i < env->records.count; i++)
		advi_short_json(out, env->records.at[i]);
	advi_jout_array_end(out);
	advi_jout_key(out, "passed");
	advi_jout_bool(out, adv_check_passed(check) && (check->judged || check->solvable));
	advi_jout_key(out, "pip");
	advi_jout_array(out);
	for (size_t i = 0; check->site && i < check->site->base_pip.count; i++)
		advi_jout_text(out, check->site->base_pip.at[i].text);
	advi_jout_array_end(out);
}

static void write_check(struct advi_jout *out, const struct adv_check *check)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", check->bytes);
	write_changes(out, check);
	ADVI_WRITE_EACH(out, "conflicts", &check->conflicts, write_conflict);
	advi_jout_key_text(out, "file", check->path);
	write_findings(out, check);
	advi_jout_key(out, "more_conflicts");
	advi_jout_bool(out, check->more);
	if (check->label)
		advi_jout_key_text(out, "node_type", check->node_type);
	advi_jout_texts(out, "notes", check->notes.at, check->notes.count);
	write_packages(out, check);
	advi_jout_key_text(out, "platform", check->site ? check->site->platform : NULL);
	advi_jout_key_text(out, "python", check->python);
	advi_jout_key_text(out, "schema", "advisor.check/1");
	advi_jout_key(out, "solvable");
	advi_jout_bool(out, check->solvable);
	advi_jout_key_u64(out, "unsized", check->unsized);
	write_losses(out, check);
	advi_jout_object_end(out);
}

void advi_check_json(const struct advi_check_view *view, FILE *file, const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	if (view->count == 1) {
		write_check(&out, view->checks[0]);
	} else {
		advi_jout_object(&out);
		advi_jout_key(&out, "cells");
		advi_jout_array(&out);
		for (size_t i = 0; i < view->count; i++)
			write_check(&out, view->checks[i]);
		advi_jout_array_end(&out);
		advi_jout_key_text(&out, "schema", "advisor.check-matrix/1");
		advi_jout_object_end(&out);
	}
	advi_jout_end(&out);
}
