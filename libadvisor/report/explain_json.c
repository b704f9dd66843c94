/* SPDX-License-Identifier: BSD-3-Clause */
/* An explanation as data: schema advisor.explain/1. */
#include "report/explain.h"

static void write_move(struct advi_jout *out, const struct advi_move *move)
{
	advi_jout_object(out);
	advi_jout_key(out, "from");
	advi_short_json(out, move->from);
	advi_jout_key(out, "to");
	advi_short_json(out, move->to);
	advi_jout_object_end(out);
}

static void write_moves(struct advi_jout *out, const struct advi_move *moves, size_t count)
{
	advi_jout_key(out, "moves");
	advi_jout_array(out);
	for (size_t i = 0; i < count; i++)
		write_move(out, &moves[i]);
	advi_jout_array_end(out);
}

static void write_way(struct advi_jout *out, const struct advi_way *way)
{
	static const char *const kinds[] = {"version", "base", "python", "free"};

	advi_jout_object(out);
	advi_jout_key_u64(out, "added", way->added);
	advi_jout_key_u64(out, "added_bytes", way->added_bytes);
	advi_jout_texts(out, "dropped", way->dropped.at, way->dropped.count);
	advi_jout_key(out, "free");
	advi_jout_bool(out, way->free);
	advi_jout_key_text(out, "kind", kinds[way->kind]);
	advi_jout_texts(out, "loosened", way->loosened.at, way->loosened.count);
	write_moves(out, way->moves.at, way->moves.count);
	if (way->python)
		advi_jout_key_text(out, "python", way->python);
	advi_jout_key(out, "record");
	advi_short_json(out, way->record);
	advi_jout_object_end(out);
}

static void write_versions(struct advi_jout *out, const struct advi_versions *versions)
{
	advi_jout_key(out, "versions");
	advi_jout_object(out);
	advi_jout_key_u64(out, "count", versions->count);
	advi_jout_key(out, "newest");
	advi_short_json(out, versions->newest);
	advi_jout_key(out, "newest_for_this_python");
	advi_short_json(out, versions->here);
	advi_jout_key(out, "out");
	advi_jout_array(out);
	for (size_t i = 0; i < versions->out.count; i++) {
		const struct advi_version_range *range = &versions->out.at[i];

		advi_jout_object(out);
		advi_jout_key_u64(out, "count", range->count);
		advi_jout_key_text(out, "newest", range->newest->version);
		advi_jout_key_text(out, "oldest", range->oldest->version);
		advi_jout_key(out, "why");
		advi_why_json(out, &range->why);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_texts(out, "pythons", versions->pythons.at, versions->pythons.count);
	advi_jout_object_end(out);
}

static void write_newer(struct advi_jout *out, const struct advi_newer_look *newer)
{
	advi_jout_key(out, "newer");
	advi_jout_object(out);
	advi_jout_key(out, "best");
	advi_short_json(out, newer->best);
	advi_jout_key_u64(out, "moves", newer->moves);
	advi_jout_key(out, "possible");
	advi_jout_bool(out, newer->possible);
	advi_jout_key(out, "record");
	advi_short_json(out, newer->target);
	advi_jout_key(out, "way");
	if (newer->has_way)
		write_way(out, &newer->way);
	else
		advi_jout_null(out);
	advi_jout_key(out, "why");
	if (newer->possible)
		advi_jout_null(out);
	else
		advi_why_json(out, &newer->why);
	advi_jout_object_end(out);
}

static void write_wish(struct advi_jout *out, const struct adv_explanation *ex, size_t i)
{
	const struct advi_wish *wish = &ex->wishes.at[i];

	advi_jout_object(out);
	if (ex->fits.count) {
		advi_jout_key(out, "fits");
		advi_jout_bool(out, ex->fits.at[i]);
	}
	advi_jout_key_text(out, "name", wish->name);
	advi_jout_key(out, "record");
	advi_short_json(out, wish->record);
	advi_jout_key_text(out, "spec", wish->spec);
	advi_jout_key(out, "there");
	advi_short_json(out, wish->there);
	if (ex->fits.count || ex->wishes.count == 1)
		advi_jout_key_text(out, "verdict", advi_verdict_name(wish->verdict));
	if (ex->fits.count && wish->verdict == ADVI_VERDICT_REFUSED) {
		advi_jout_key(out, "why");
		advi_why_json(out, &wish->why);
	}
	advi_jout_object_end(out);
}

static void write_changes(struct advi_jout *out, const struct advi_change_set *changes)
{
	advi_jout_key(out, "changes");
	advi_jout_object(out);
	advi_jout_key(out, "added");
	advi_jout_array(out);
	for (size_t i = 0; i < changes->added.count; i++)
		advi_short_json(out, changes->added.at[i]);
	advi_jout_array_end(out);
	advi_jout_key_u64(out, "added_bytes", changes->added_bytes);
	write_moves(out, changes->moves.at, changes->moves.count);
	advi_jout_object_end(out);
}

void advi_explain_members(struct advi_jout *out, const struct adv_explanation *ex)
{
	bool refused = ex->verdict == ADVI_VERDICT_REFUSED;

	write_changes(out, &ex->changes);
	ADVI_WRITE_EACH(out, "clashes", &ex->clashes, advi_why_json);
	advi_interests_json(out, ex);
	if (ex->newer.target)
		write_newer(out, &ex->newer);
	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; i < ex->wishes.count; i++)
		write_wish(out, ex, i);
	advi_jout_array_end(out);
	if (ex->ways.python) {
		advi_jout_key(out, "python");
		advi_jout_object(out);
		advi_jout_key_text(out, "python", ex->ways.python);
		advi_jout_key(out, "why");
		advi_why_json(out, &ex->ways.python_why);
		advi_jout_object_end(out);
	}
	advi_jout_key_text(out, "schema", "advisor.explain/1");
	advi_jout_key_text(out, "verdict", advi_verdict_name(ex->verdict));
	if (ex->versions.newest)
		write_versions(out, &ex->versions);
	ADVI_WRITE_EACH(out, "ways", &ex->ways.all, write_way);
	if (refused) {
		advi_jout_key(out, "why");
		advi_why_json(out, &ex->why);
	}
}

void advi_explain_json(const struct adv_explanation *ex, FILE *file, const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	if (ex->cells.count) {
		advi_matrix_json(ex, file);
		return;
	}
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_explain_members(&out, ex);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}
