/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was found, as GitHub's workflow commands: annotations at their lines.
 * Format: GitHub Docs, "Workflow commands for GitHub Actions"; what is escaped, and how, is that of
 * actions/toolkit, packages/core/src/command.ts.
 */
#include "report/check.h"

static const char *const levels[] = {[ADVI_OFF] = "debug",
				     [ADVI_REMARK] = "notice",
				     [ADVI_WARNING] = "warning",
				     [ADVI_ERROR] = "error"};

static void put(FILE *file, const char *text, bool property)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		bool escaped = byte == '%' || byte < ' ' || byte == 0x7F ||
			       (property && (byte == ':' || byte == ','));

		if (escaped)
			fprintf(file, "%%%02X", byte);
		else
			fputc(byte, file);
	}
}

static void put_finding(const struct advi_check_view *view, const struct advi_finding *finding,
			FILE *file)
{
	fprintf(file, "::%s file=", levels[finding->severity]);
	put(file, view->path, true);
	if (finding->spot.line)
		fprintf(file, ",line=%u", finding->spot.line);
	if (finding->spot.line && finding->spot.column)
		fprintf(file, ",col=%u", finding->spot.column);
	fputs(",title=", file);
	put(file, advi_rule_name(finding->rule), true);
	fputs("::", file);
	put(file, finding->message, false);
	if (finding->help) {
		fputs("%0A", file);
		put(file, finding->help, false);
	}
	fputc('\n', file);
}

void advi_check_github(const struct advi_check_view *view, FILE *file,
		       const struct adv_style *style)
{
	(void)style;
	for (size_t i = 0; i < view->findings.count; i++)
		put_finding(view, &view->findings.at[i], file);
}
