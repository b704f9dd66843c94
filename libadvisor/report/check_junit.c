/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was found, as JUnit's XML: a test case for each rule that holds, and for each finding.
 * Errors are failures; warnings and notes are told by cases that pass, since most readers know no
 * other kind. Format: what both schemas that readers hold to take, the one of Ant's JUnit task
 * (windyroad/JUnit-Schema) and the one of Jenkins's xUnit plugin: one element at most in a case,
 * properties first, both outputs last.
 */
#include <time.h>

#include "report/check.h"
#include "report/xml.h"

static void put_class(const struct advi_check_view *view, FILE *file)
{
	fputs("\" classname=\"", file);
	advi_xml_put(file, view->path);
	fputs("\" time=\"0\"", file);
}

static void put_place(const struct advi_check_view *view, const struct advi_finding *finding,
		      FILE *file)
{
	advi_xml_put(file, view->path);
	if (finding->spot.line)
		fprintf(file, ":%u:%u", finding->spot.line,
			finding->spot.column ? finding->spot.column : 1);
}

static void put_finding(const struct advi_check_view *view, const struct advi_finding *finding,
			size_t number, FILE *file)
{
	fprintf(file, "    <testcase name=\"%s", advi_rule_name(finding->rule));
	if (finding->package) {
		fputs(": ", file);
		advi_xml_put(file, finding->package);
	}
	if (finding->spot.line)
		fprintf(file, " (line %u)", finding->spot.line);
	fprintf(file, " #%zu", number);
	put_class(view, file);
	if (finding->severity != ADVI_ERROR) {
		fputs("/>\n", file);
		return;
	}
	fputs(">\n      <failure type=\"", file);
	advi_xml_put(file, advi_rule_name(finding->rule));
	fputs("\" message=\"", file);
	advi_xml_put(file, finding->message);
	fputs("\">", file);
	put_place(view, finding, file);
	fputs("\n", file);
	advi_xml_put(file, finding->message);
	if (finding->help) {
		fputs("\n", file);
		advi_xml_put(file, finding->help);
	}
	fputs("</failure>\n    </testcase>\n", file);
}

/* Warnings and notes, a line each. */
static void put_output(const struct advi_check_view *view, FILE *file)
{
	fputs("    <system-out>", file);
	for (size_t i = 0; i < view->findings.count; i++) {
		const struct advi_finding *finding = &view->findings.at[i];

		if (finding->severity == ADVI_ERROR)
			continue;
		put_place(view, finding, file);
		fprintf(file, ": %s: ", advi_severity_name(finding->severity));
		advi_xml_put(file, finding->message);
		fprintf(file, " [%s]\n", advi_rule_name(finding->rule));
	}
	fputs("</system-out>\n    <system-err></system-err>\n", file);
}

static bool holds(const struct advi_check_view *view, enum advi_policy_rule rule)
{
	for (size_t i = 0; i < view->findings.count; i++)
		if (view->findings.at[i].rule == rule)
			return false;
	return true;
}

static bool is_off(const struct advi_check_view *view, enum advi_policy_rule rule)
{
	const struct adv_check *check = view->checks[0];

	return !check->site || advi_check_set(check, rule)->severity == ADVI_OFF;
}

/* Rules without findings: they hold, or nobody asked. */
static void put_rule(const struct advi_check_view *view, enum advi_policy_rule rule, FILE *file)
{
	fprintf(file, "    <testcase name=\"%s", advi_rule_name(rule));
	put_class(view, file);
	fputs(is_off(view, rule) ? ">\n      <skipped/>\n    </testcase>\n" : "/>\n", file);
}

static void put_head(const struct advi_check_view *view, size_t cases, size_t skipped, FILE *file)
{
	time_t date = view->count ? (time_t)view->checks[0]->date : 0;
	struct tm tm;
	char stamp[40];

	gmtime_r(&date, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	      "  <testsuite package=\"conda-advisor\" id=\"0\" name=\"",
	      file);
	advi_xml_put(file, view->path);
	fprintf(file,
		"\" timestamp=\"%s\" hostname=\"localhost\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"%zu\" time=\"0\">\n    <properties/>\n",
		stamp, cases, view->counts[ADVI_ERROR], skipped);
}

void advi_check_junit(const struct advi_check_view *view, FILE *file, const struct adv_style *style)
{
	size_t cases = view->findings.count, skipped = 0;

	(void)style;
	for (int i = 0; i < ADVI_POLICY_RULES; i++) {
		bool alone = holds(view, (enum advi_policy_rule)i);

		cases += alone;
		skipped += alone && is_off(view, (enum advi_policy_rule)i);
	}
	put_head(view, cases, skipped, file);
	for (int i = 0; i < ADVI_POLICY_RULES; i++)
		if (holds(view, (enum advi_policy_rule)i))
			put_rule(view, (enum advi_policy_rule)i, file);
	for (size_t i = 0; i < view->findings.count; i++)
		put_finding(view, &view->findings.at[i], i + 1, file);
	put_output(view, file);
	fputs("  </testsuite>\n</testsuites>\n", file);
}
