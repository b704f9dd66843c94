/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of forms in which verdicts on an environment are written. */
#include "base/map.h"
#include "base/text.h"
#include "io/file.h"
#include "report/check.h"
#include "report/table.h"

enum { KEY_CAP = 1 << 16 };

static const struct {
	enum adv_format format;
	advi_check_writer *write;
} writers[] = {
	{ADV_FORMAT_TEXT, advi_check_text},         {ADV_FORMAT_JSON, advi_check_json},
	{ADV_FORMAT_JUNIT, advi_check_junit},       {ADV_FORMAT_SARIF, advi_check_sarif},
	{ADV_FORMAT_GITHUB, advi_check_github},     {ADV_FORMAT_GITLAB, advi_check_gitlab},
	{ADV_FORMAT_MARKDOWN, advi_check_markdown},
};

/* --- what they share --- */

const char *advi_change_name(enum advi_change_kind kind)
{
	static const char *const names[] = {
		[ADVI_ADDED] = "added", [ADVI_REMOVED] = "removed", [ADVI_UP] = "up",
		[ADVI_DOWN] = "down",   [ADVI_REBUILT] = "rebuilt",
	};

	return names[kind];
}

static uint64_t size_of(int64_t number)
{
	return number < 0 ? (uint64_t)-number : (uint64_t)number;
}

static const char *more(int64_t number)
{
	return number < 0 ? "less" : "more";
}

void advi_check_say_growth(const struct adv_check *check, struct advi_buf *out)
{
	int64_t packages = (int64_t)check->after->parts.count - (int64_t)check->before.parts.count;

	advi_text_count(out, size_of(packages));
	advi_buf_printf(out, " package%s %s, ", size_of(packages) == 1 ? "" : "s", more(packages));
	advi_text_bytes(out, size_of(check->bytes_more));
	advi_buf_printf(out, " %s to download, about ", more(check->bytes_more));
	advi_text_count(out, size_of(check->files_more));
	advi_buf_printf(out, " file%s %s", size_of(check->files_more) == 1 ? "" : "s",
			more(check->files_more));
	if (check->unsized_changes)
		advi_buf_printf(out, " (without %zu of which no channel tells the size)",
				check->unsized_changes);
}

void advi_check_uri(const struct advi_check_view *view, struct advi_buf *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";

	if (view->path[0] == '/')
		advi_buf_text(out, "file://");
	for (const char *at = view->path; *at; at++) {
		if (strchr(plain, *at))
			advi_buf_byte(out, *at);
		else
			advi_buf_printf(out, "%%%02X", (unsigned char)*at);
	}
}

/* --- findings of several verdicts --- */

static struct advi_str key_of(struct advi_buf *buf, const struct advi_finding *finding)
{
	advi_buf_reset(buf);
	advi_buf_printf(buf, "%d %d %u %u %s", (int)finding->rule, (int)finding->severity,
			finding->spot.line, finding->spot.column, finding->message);
	return advi_buf_str(buf);
}

/* What every verdict has is there once; the rest says whose it is. */
static void merge(struct advi_check_view *view)
{
	ADVI_AUTO(map) struct advi_map all = {0};
	ADVI_AUTO(buf) struct advi_buf key = ADVI_BUF_INIT(KEY_CAP);

	for (size_t i = 0; i < view->count; i++)
		for (size_t n = 0; n < view->checks[i]->findings.count; n++)
			advi_map_add(&all, key_of(&key, &view->checks[i]->findings.at[n]), NULL)
				->number++;
	for (size_t i = 0; i < view->count; i++) {
		const struct adv_check *check = view->checks[i];

		for (size_t n = 0; n < check->findings.count; n++) {
			struct advi_finding finding = check->findings.at[n];
			bool common =
				advi_map_get(&all, key_of(&key, &finding))->number == view->count;

			if (common && i)
				continue;
			if (!common && check->label)
				finding.message = advi_arena_printf(&view->arena, "%s: %s",
								    check->label, finding.message);
			view->counts[finding.severity]++;
			advi_vec_push(&view->findings, finding);
		}
	}
	advi_vec_sort(&view->findings, advi_finding_order);
}

static void view_make(struct advi_check_view *view, const struct adv_check *const *checks,
		      size_t count)
{
	const char *path = count ? checks[0]->path : "";
	char *masked;

	*view = (struct advi_check_view){.checks = checks, .count = count};
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	masked = (char *)(uintptr_t)advi_arena_dup(&view->arena, path);
	advi_text_mask(masked);
	view->path = masked;
	merge(view);
}

static void view_clear(struct advi_check_view *view)
{
	advi_vec_clear(&view->findings);
	advi_arena_clear(&view->arena);
}

/* --- writing --- */

int adv_check_write(const struct adv_check *const *checks, size_t count, enum adv_format format,
		    FILE *file, const struct adv_style *style, struct adv_err *err)
{
	for (size_t i = 0; i < ADVI_COUNT(writers); i++) {
		struct advi_check_view view;

		if (writers[i].format != format)
			continue;
		view_make(&view, checks, count);
		writers[i].write(&view, file, style);
		view_clear(&view);
		return advi_print_end(file, err);
	}
	return advi_fail(err, ADV_EUSAGE, "verdicts are not written in this form");
}

int adv_check_write_file(const struct adv_check *const *checks, size_t count,
			 enum adv_format format, const char *path, struct adv_err *err)
{
	static const struct adv_style plain;
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	r = adv_check_write(checks, count, format, out.file, &plain, err);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
