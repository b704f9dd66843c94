/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports as sheets: what each is made of, and the sections that several share. */
#ifndef ADVI_REPORT_BUILD_H
#define ADVI_REPORT_BUILD_H

#include "report/facts.h"
#include "report/owned.h"
#include "report/sheet.h"

struct advi_build {
	const struct advi_facts *facts;
	const struct advi_scope *scope; /* of a package's report: the site */
	struct advi_sheet *sheet;
	bool in_brief; /* text is to fit one screen */
};

/* A sheet of facts for one of these; advi_sheet_clear frees it. */
void advi_build_scope(struct advi_sheet *out, const struct advi_facts *facts,
		      const struct advi_scope *scope, bool in_brief);
/* ADV_EUSAGE, with names that come near, when nobody uses it. */
int advi_build_package(struct advi_sheet *out, const struct advi_facts *facts, const char *package,
		       bool in_brief, struct adv_err *err);

/* Writes a sheet in a form. Returns 0, ADV_EUSAGE where there is no such form, or ADV_EENV. */
int advi_report_emit(struct advi_sheet *sheet, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err);

/* --- sections --- */

/* A figure, by its key in the fold where the report is public. */
void advi_build_figure(const struct advi_build *build, struct advi_section *section,
		       uint64_t number, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void advi_build_cover(const struct advi_build *build);
void advi_build_places(const struct advi_build *build);
/* What is imported from elsewhere: what base lacks, and what it has. */
void advi_build_packages(const struct advi_build *build);
/* What keeps environments, and why. */
void advi_build_keeps(const struct advi_build *build);
void advi_build_months(const struct advi_build *build);
/* What the plan does to base, and copies in environments of the users' own. */
void advi_build_plan(const struct advi_build *build);
/* Environments of the users' own; what to do with them now. */
void advi_build_owned(const struct advi_build *build, const advi_owns *owned);
void advi_build_advice(const struct advi_build *build, const advi_owns *owned);
/* What every sheet says of its facts. */
void advi_build_begin(struct advi_sheet *out, const struct advi_facts *facts);
/* " (2025-01 to 2025-06)", or nothing where the months are not known. */
const char *advi_build_span(struct advi_sheet *sheet, const struct advi_facts *facts);

/* "2 users", "1,234 users" in memory of the sheet. */
const char *advi_build_count(struct advi_sheet *sheet, uint64_t number, const char *one,
			     const char *many);

#endif
