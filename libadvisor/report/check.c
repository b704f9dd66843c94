/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment, as text and as JSON (schema advisor.check/1). */
#include "advise/check.h"

#include "base/text.h"
#include "conda/matchspec.h"
#include "report/explain.h"
#include "report/table.h"

enum { TEXT_CAP = 1 << 16, PIP_SHOWN = 8 };

static const char *path_of(const struct adv_check *check)
{
	return check->site->base_path ? check->site->base_path : check->site->path;
}

/* --- text --- */

static void print(FILE *file, const struct adv_style *style, size_t first, struct advi_buf *text)
{
	advi_print_paragraph(file, style, first, first + 2, advi_buf_str(text).ptr);
	advi_buf_reset(text);
}

static void print_pip(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t count = check->site->base_pip.count;

	if (!count)
		return;
	advi_buf_printf(&text, "%zu pip requirement%s passed over: ", count,
			count == 1 ? " is" : "s are");
	for (size_t i = 0; i < count && i < PIP_SHOWN; i++)
		advi_buf_printf(&text, "%s%s", i ? ", " : "", check->site->base_pip.at[i].text);
	if (count > PIP_SHOWN)
		advi_buf_printf(&text, " and %zu more", count - PIP_SHOWN);
	print(file, style, 2, &text);
}

static void print_verdict(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	advi_print_line(file, style, check->solvable ? ADVI_GOOD : ADVI_BAD, "%s %s be solved%s%s",
			path_of(check), check->solvable ? "can" : "can't", check->label ? ": " : "",
			check->label ? check->label : "");
}

static void print_solved(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t count = advi_world_base(check->world)->records.count;

	print_verdict(check, file, style);
	advi_text_count(&text, count);
	advi_buf_printf(&text, " package%s, ", count == 1 ? "" : "s");
	advi_text_bytes(&text, check->bytes);
	advi_buf_text(&text, " to download");
	if (check->unsized)
		advi_buf_printf(&text, " (the channel tells no size of %zu of them)",
				check->unsized);
	if (check->python)
		advi_buf_printf(&text, ", Python %s", check->python);
	print(file, style, 2, &text);
}

static void print_conflict(const struct advi_conflict *conflict, FILE *file,
			   const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	fputc('\n', file);
	for (size_t i = 0; i < conflict->written.count; i++) {
		if (conflict->lines.at[i])
			advi_buf_printf(&text, "line %u: ", conflict->lines.at[i]);
		advi_buf_text(&text, conflict->written.at[i]);
		print(file, style, 2, &text);
	}
	if (!conflict->why->found)
		return;
	advi_why_line(conflict->why, &text);
	print(file, style, 4, &text);
}

static void write_text(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	if (check->solvable) {
		print_solved(check, file, style);
		print_pip(check, file, style);
		return;
	}
	print_verdict(check, file, style);
	for (size_t i = 0; i < check->conflicts.count; i++)
		print_conflict(&check->conflicts.at[i], file, style);
	if (check->more)
		advi_print_paragraph(file, style, 2, 4, "... and more that clashes");
	if (!check->conflicts.count && check->notes.count)
		advi_print_paragraph(file, style, 2, 4, check->notes.at[check->notes.count - 1]);
}

/* --- JSON --- */

static void write_conflict(struct advi_jout *out, const struct advi_conflict *conflict)
{
	advi_jout_object(out);
	advi_jout_key(out, "specs");
	advi_jout_array(out);
	for (size_t i = 0; i < conflict->written.count; i++) {
		advi_jout_object(out);
		advi_jout_key(out, "line");
		if (conflict->lines.at[i])
			advi_jout_u64(out, conflict->lines.at[i]);
		else
			advi_jout_null(out);
		advi_jout_key_text(out, "spec", conflict->written.at[i]);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_key(out, "why");
	advi_why_json(out, conflict->why);
	advi_jout_object_end(out);
}

static void write_check(struct advi_jout *out, const struct adv_check *check)
{
	const struct advi_env *env = advi_world_base(check->world);

	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", check->bytes);
	advi_jout_key(out, "conflicts");
	advi_jout_array(out);
	for (size_t i = 0; i < check->conflicts.count; i++)
		write_conflict(out, &check->conflicts.at[i]);
	advi_jout_array_end(out);
	advi_jout_key_text(out, "file", path_of(check));
	advi_jout_key(out, "more_conflicts");
	advi_jout_bool(out, check->more);
	if (check->label)
		advi_jout_key_text(out, "node_type", check->node_type);
	advi_jout_texts(out, "notes", check->notes.at, check->notes.count);
	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; i < env->records.count; i++)
		advi_short_json(out, env->records.at[i]);
	advi_jout_array_end(out);
	advi_jout_key(out, "pip");
	advi_jout_array(out);
	for (size_t i = 0; i < check->site->base_pip.count; i++)
		advi_jout_text(out, check->site->base_pip.at[i].text);
	advi_jout_array_end(out);
	advi_jout_key_text(out, "platform", check->site->platform);
	advi_jout_key_text(out, "python", check->python);
	advi_jout_key_text(out, "schema", "advisor.check/1");
	advi_jout_key(out, "solvable");
	advi_jout_bool(out, check->solvable);
	advi_jout_key_u64(out, "unsized", check->unsized);
	advi_jout_object_end(out);
}

static void write_texts(const struct adv_check *const *checks, size_t count, FILE *file,
			const struct adv_style *style)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputc('\n', file);
		write_text(checks[i], file, style);
	}
}

static void write_json(const struct adv_check *const *checks, size_t count, FILE *file,
		       const struct adv_style *style)
{
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	if (count == 1) {
		write_check(&out, checks[0]);
	} else {
		advi_jout_object(&out);
		advi_jout_key(&out, "cells");
		advi_jout_array(&out);
		for (size_t i = 0; i < count; i++)
			write_check(&out, checks[i]);
		advi_jout_array_end(&out);
		advi_jout_key_text(&out, "schema", "advisor.check-matrix/1");
		advi_jout_object_end(&out);
	}
	advi_jout_end(&out);
}

static const struct {
	enum adv_format format;
	void (*emit)(const struct adv_check *const *checks, size_t count, FILE *file,
		     const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, write_texts},
	{ADV_FORMAT_JSON, write_json},
};

int adv_check_write(const struct adv_check *const *checks, size_t count, enum adv_format format,
		    FILE *file, const struct adv_style *style, struct adv_err *err)
{
	for (size_t i = 0; i < ADVI_COUNT(emitters); i++) {
		if (emitters[i].format != format)
			continue;
		emitters[i].emit(checks, count, file, style);
		return advi_print_end(file, err);
	}
	return advi_fail(err, ADV_EUSAGE, "a verdict is text or JSON");
}
