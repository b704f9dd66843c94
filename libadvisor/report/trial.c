/* SPDX-License-Identifier: BSD-3-Clause */
/* Which imports of an image work: as text, JSON and JUnit's XML. */
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/file.h"
#include "io/json_write.h"
#include "report/table.h"
#include "report/xml.h"

static const char *const seen_by[][2] = {
	{"kernel", "mounted by the kernel"},
	{"fuse", "mounted by squashfuse_ll"},
	{"extract", "extracted"},
};

static const char *how(const struct adv_trial *trial)
{
	for (size_t i = 0; i < ADVI_COUNT(seen_by); i++)
		if (strcmp(adv_trial_method(trial), seen_by[i][0]) == 0)
			return seen_by[i][1];
	return adv_trial_method(trial);
}

static void write_text(const struct adv_trial *trial, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"", false, false},        {"module", false, false}, {"package", false, false},
		{"version", false, false}, {"seconds", true, false}, {"used by", false, false},
	};
	size_t count = adv_trial_count(trial), failures = adv_trial_failures(trial);
	const char *base = adv_trial_base(trial);
	struct advi_table table;

	advi_print_line(file, style, ADVI_BOLD, "%s%s%s, %s at %s", adv_trial_image(trial),
			base ? " on " : "", base ? base : "", how(trial), adv_trial_place(trial));
	advi_table_init(&table, columns, ADVI_COUNT(columns) - !base);
	for (size_t i = 0; i < count; i++) {
		const struct adv_trial_row *row = adv_trial_row(trial, i);

		advi_table_text(&table, row->works ? "ok" : "FAILED");
		advi_table_text(&table, row->module);
		advi_table_text(&table, row->package);
		advi_table_text(&table, row->version);
		advi_table_printf(&table, "%.2f", row->seconds);
		if (base)
			advi_table_text(&table, row->way);
	}
	if (count)
		advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
	for (size_t i = 0; i < count; i++) {
		const struct adv_trial_row *row = adv_trial_row(trial, i);
		ADVI_AUTO_PTR char *text =
			row->works ? NULL
			: row->way ? advi_format("%s by %s: %s", row->module, row->way, row->why)
				   : advi_format("%s: %s", row->module, row->why);

		if (text)
			advi_print_paragraph(file, style, 2, 4, text);
	}
	advi_print_line(file, style, failures ? ADVI_BAD : ADVI_GOOD,
			"%zu of %zu modules of %zu packages import", count - failures, count,
			adv_trial_packages(trial));
}

static void write_json(const struct adv_trial *trial, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "alone");
	advi_jout_bool(&out, adv_trial_alone(trial));
	if (adv_trial_base(trial))
		advi_jout_key_text(&out, "base", adv_trial_base(trial));
	advi_jout_key_u64(&out, "failures", adv_trial_failures(trial));
	advi_jout_key_text(&out, "image", adv_trial_image(trial));
	advi_jout_key_text(&out, "method", adv_trial_method(trial));
	advi_jout_key(&out, "modules");
	advi_jout_array(&out);
	for (size_t i = 0; i < adv_trial_count(trial); i++) {
		const struct adv_trial_row *row = adv_trial_row(trial, i);

		advi_jout_object(&out);
		advi_jout_key_text(&out, "module", row->module);
		advi_jout_key_text(&out, "package", row->package);
		advi_jout_key(&out, "seconds");
		advi_jout_double(&out, row->seconds);
		advi_jout_key_text(&out, "version", row->version);
		if (row->way)
			advi_jout_key_text(&out, "way", row->way);
		if (!row->works)
			advi_jout_key_text(&out, "why", row->why);
		advi_jout_key(&out, "works");
		advi_jout_bool(&out, row->works);
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "name", adv_trial_name(trial));
	advi_jout_key_u64(&out, "packages", adv_trial_packages(trial));
	advi_jout_key_text(&out, "place", adv_trial_place(trial));
	advi_jout_key_text(&out, "schema", "advisor.trial/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static void put_masked(FILE *file, const char *text)
{
	ADVI_AUTO_PTR char *copy = advi_strdup(text);

	advi_text_mask(copy);
	advi_xml_put(file, copy);
}

static void put_case(const struct adv_trial_row *row, FILE *file)
{
	fputs("    <testcase name=\"", file);
	put_masked(file, row->module);
	if (row->way)
		fprintf(file, " by %s", row->way);
	fputs("\" classname=\"", file);
	put_masked(file, row->package);
	fprintf(file, "\" time=\"%.3f\"", row->seconds);
	if (row->works) {
		fputs("/>\n", file);
		return;
	}
	fputs(">\n      <failure type=\"import\" message=\"", file);
	put_masked(file, row->why);
	fputs("\"/>\n    </testcase>\n", file);
}

/* A case a module. Times of day would make two reports of one image differ, so there is none. */
static void write_junit(const struct adv_trial *trial, FILE *file)
{
	size_t count = adv_trial_count(trial);
	double total = 0;

	for (size_t i = 0; i < count; i++)
		total += adv_trial_row(trial, i)->seconds;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	      "  <testsuite package=\"conda-advisor\" id=\"0\" name=\"",
	      file);
	put_masked(file, adv_trial_image(trial));
	fprintf(file,
		"\" timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"0\" time=\"%.3f\">\n    <properties/>\n",
		count, adv_trial_failures(trial), total);
	for (size_t i = 0; i < count; i++)
		put_case(adv_trial_row(trial, i), file);
	fputs("    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", file);
}

int adv_trial_write(const struct adv_trial *trial, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err)
{
	switch (format) {
	case ADV_FORMAT_TEXT:
		write_text(trial, file, style);
		break;
	case ADV_FORMAT_JSON:
		write_json(trial, file);
		break;
	case ADV_FORMAT_JUNIT:
		write_junit(trial, file);
		break;
	default:
		return advi_fail(err, ADV_EUSAGE, "imports are told as text, JSON or JUnit's XML");
	}
	return advi_print_end(file, err);
}

int adv_trial_write_file(const struct adv_trial *trial, enum adv_format format, const char *path,
			 struct adv_err *err)
{
	const struct adv_style plain = {0};
	struct advi_out out = {0};
	int r = advi_out_open(&out, path, err);

	if (r == 0)
		r = adv_trial_write(trial, format, out.file, &plain, err);
	if (r == 0)
		r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
