/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change of base would do, as JSON (schema advisor.whatif/1); and the table of emitters. */
#include "base/err.h"
#include "conda/version.h"
#include "io/file.h"
#include "report/explain.h"
#include "report/table.h"
#include "report/whatif.h"

/* "up", "down", or "build" where the version stays. */
static const char *direction(const struct advi_move_of_base *move)
{
	int order =
		advi_version_cmp_text(advi_str(move->from->version), advi_str(move->to->version));

	return order < 0 ? "up" : order > 0 ? "down" : "build";
}

static void write_move(struct advi_jout *out, const struct advi_move_of_base *move)
{
	const struct advi_record *shown = move->from ? move->from : move->to;

	advi_jout_object(out);
	advi_jout_key_text(out, "build", shown->build);
	advi_jout_key_u64(out, "bytes", shown->size);
	if (move->from && move->to)
		advi_jout_key_text(out, "direction", direction(move));
	advi_jout_key_text(out, "name", shown->name);
	if (move->reason)
		advi_jout_key_text(out, "reason", move->reason);
	if (move->from && move->to) {
		advi_jout_key_text(out, "to_build", move->to->build);
		advi_jout_key_text(out, "to_version", move->to->version);
	}
	advi_jout_key_u64(out, "users", move->users);
	advi_jout_key_text(out, "version", shown->version);
	advi_jout_key_u64(out, "workloads", move->workloads);
	advi_jout_object_end(out);
}

static void write_joiner(struct advi_jout *out, const struct advi_joiner *joiner)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "name", joiner->name);
	advi_jout_key(out, "possible");
	advi_jout_bool(out, joiner->in);
	advi_jout_key(out, "record");
	if (joiner->record)
		advi_short_json(out, joiner->record);
	else
		advi_jout_null(out);
	advi_jout_key_text(out, "spec", joiner->spec);
	advi_jout_key(out, "there");
	advi_jout_bool(out, joiner->there);
	advi_jout_key(out, "why");
	if (joiner->in)
		advi_jout_null(out);
	else
		advi_why_json(out, &joiner->why);
	advi_jout_object_end(out);
}

static void write_broken(struct advi_jout *out, const struct advi_broken *broken)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "name", broken->name);
	advi_jout_key_text(out, "spec", broken->spec);
	advi_jout_key_u64(out, "users", broken->users);
	advi_jout_key(out, "why");
	if (broken->explained)
		advi_why_json(out, &broken->why);
	else
		advi_jout_null(out);
	advi_jout_object_end(out);
}

static void write_pair(struct advi_jout *out, const char *key, uint64_t users, uint64_t workloads,
		       bool hidden)
{
	advi_jout_key(out, key);
	if (hidden) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_u64(out, "users", users);
	advi_jout_key_u64(out, "workloads", workloads);
	advi_jout_object_end(out);
}

static void write_affected(struct advi_jout *out, const struct advi_affected *one)
{
	advi_jout_object(out);
	if (one->folded)
		advi_jout_key_u64(out, "folded", one->folded);
	write_pair(out, "gains", one->gain_users, one->gain_workloads, one->hidden);
	write_pair(out, "loses", one->lose_users, one->lose_workloads, one->hidden);
	advi_jout_key_text(out, "name", one->folded ? NULL : one->name);
	advi_jout_object_end(out);
}

static void write_covered(struct advi_jout *out, const char *key,
			  const struct advi_covered *covered, uint64_t all)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_u64(out, "all", all);
	advi_jout_key_u64(out, "covered_after", covered->after);
	advi_jout_key_u64(out, "covered_before", covered->before);
	advi_jout_key_u64(out, "gained", covered->gained);
	advi_jout_key_u64(out, "lost", covered->lost);
	advi_jout_object_end(out);
}

static void write_change(struct advi_jout *out, const struct adv_whatif *whatif)
{
	advi_jout_key(out, "change");
	advi_jout_object(out);
	advi_jout_key_text(out, "base",
			   whatif->base == whatif->site ? NULL : whatif->base->base_path);
	advi_jout_key_text(out, "python", whatif->python);
	advi_jout_key_text(out, "since", whatif->since);
	advi_jout_key_text(out, "until", whatif->until);
	ADVI_WRITE_EACH(out, "with", &whatif->with, write_joiner);
	advi_jout_texts(out, "without", whatif->without.at, whatif->without.count);
	advi_jout_object_end(out);
}

static void write_effect(struct advi_jout *out, const struct adv_whatif *whatif)
{
	advi_jout_key(out, "effect");
	advi_jout_object(out);
	write_pair(out, "gains", whatif->gain_users, whatif->workloads_covered.gained, false);
	write_pair(out, "loses", whatif->lose_users, whatif->lose_workloads, false);
	write_covered(out, "users", &whatif->users_covered, whatif->users);
	write_covered(out, "workloads", &whatif->workloads_covered, whatif->workloads);
	advi_jout_object_end(out);
}

static void write_record(struct advi_jout *out, const struct advi_record *const *record)
{
	advi_short_json(out, *record);
}

void advi_whatif_json(const struct adv_whatif *whatif, FILE *file, const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "base");
	advi_jout_object(&out);
	ADVI_WRITE_EACH(&out, "after", &whatif->after.records, write_record);
	ADVI_WRITE_EACH(&out, "before", &advi_world_base(whatif->world)->records, write_record);
	advi_jout_object_end(&out);
	ADVI_WRITE_EACH(&out, "breaks", &whatif->broken, write_broken);
	write_change(&out, whatif);
	ADVI_WRITE_EACH(&out, "changed", &whatif->moves, write_move);
	ADVI_WRITE_EACH(&out, "comes", &whatif->comes, write_move);
	ADVI_WRITE_EACH(&out, "domains", &whatif->domains, write_affected);
	write_effect(&out, whatif);
	ADVI_WRITE_EACH(&out, "goes", &whatif->goes, write_move);
	advi_jout_key(&out, "possible");
	advi_jout_bool(&out, adv_whatif_possible(whatif));
	ADVI_WRITE_EACH(&out, "projects", &whatif->projects, write_affected);
	advi_jout_key_text(&out, "schema", "advisor.whatif/1");
	advi_jout_key_text(&out, "site", whatif->site->name);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static const struct {
	enum adv_format format;
	void (*emit)(const struct adv_whatif *whatif, FILE *file, const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_whatif_text},
	{ADV_FORMAT_JSON, advi_whatif_json},
};

int adv_whatif_write(const struct adv_whatif *whatif, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err)
{
	return ADVI_EMIT(emitters, whatif, format, file, style,
			 "what would be is told as text or JSON", err);
}

int adv_whatif_write_file(const struct adv_whatif *whatif, const char *path, struct adv_err *err)
{
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r == 0)
		r = adv_whatif_write(whatif, ADV_FORMAT_JSON, out.file, NULL, err);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
