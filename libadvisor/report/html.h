/* SPDX-License-Identifier: BSD-3-Clause */
/* The dashboard: one HTML file that holds the page, its code, and what it counts from. */
#ifndef ADVI_REPORT_HTML_H
#define ADVI_REPORT_HTML_H

#include <advisor/report.h>

#include "base/buf.h"
#include "io/json_write.h"
#include "report/facts.h"
#include "usage/data.h"
#include "usage/workload.h"

/*
 * The page as it is bundled: gzip of a text with marks where data goes. Without node and npm there
 * is none, and advi_page_bytes is 0.
 */
extern const unsigned char advi_page[];
extern const size_t advi_page_bytes;

/* A use as the page counts it: what it is of, from where, and how it came to be known. */
struct advi_html_item {
	uint32_t module; /* into modules */
	uint8_t place, kind, flags;
};
enum { ADVI_HTML_MAPPED = 1, ADVI_HTML_PART = 2, ADVI_HTML_PROBE = 4, ADVI_HTML_FLAGS = 8 };
/* Of an item, in the order of enum advi_use_kind; 0 is what ready-made counts don't tell. */
enum { ADVI_HTML_KINDS = 6 };

/*
 * Runs that the page can't tell apart by any filter, or a ready-made count. User 0 is unknown; of
 * the others the number says nothing: they come in the order of what they did.
 */
struct advi_html_group {
	uint32_t user, set, month, project; /* project: into projects, plus 1; 0: none */
	uint64_t runs, jobs;                /* jobs: those with no runs in another group */
	__int128 load;                      /* in 1e-7 node-seconds; negative: not known */
	bool counted;                       /* a ready-made count: its jobs are not known */
	uint32_t number;                    /* while groups are made: what jobs know it by */
};

/* Names are borrowed from the data, each list in byte order, and only what some group has. */
struct advi_html_groups {
	advi_names modules, projects;
	ADVI_VEC(uint32_t) package_of; /* by module: into packages, plus 1 */
	advi_names packages;
	ADVI_VEC(uint8_t) in_base; /* by package: enum adv_in_base */
	uint32_t first, last;      /* months such as 202503; 0: there is none */
	ADVI_VEC(struct advi_html_item) items;
	ADVI_VEC(uint32_t) set_items; /* of all sets, one after the other */
	ADVI_VEC(uint32_t) set_ends;  /* by set: where its items end */
	ADVI_VEC(struct advi_html_group) all;
	uint32_t users; /* the unknown one included */
	/* Jobs that have runs in several groups: how many have runs in the same ones. */
	ADVI_VEC(uint64_t) shared_jobs;
	ADVI_VEC(uint32_t) shared_ends; /* by row of shared_jobs: where its groups end */
	ADVI_VEC(uint32_t) shared;      /* groups of all rows, one after the other */
};

/* Sorts data.runs. */
void advi_html_group(struct advi_html_groups *out, struct advi_data *data);
void advi_html_groups_clear(struct advi_html_groups *groups);

/* Writes the groups as bytes, compressed, in base64: text that may stand in a page. */
int advi_html_pack(FILE *file, const struct advi_html_groups *groups, struct adv_err *err);

/* A version of a package that so many users have elsewhere than in base; the text is borrowed. */
struct advi_html_version {
	uint32_t package, users; /* package: index in the data */
	const char *version;
};
typedef ADVI_VEC(struct advi_html_version) advi_html_versions;
/* By package, then most users first. */
void advi_html_find_versions(advi_html_versions *out, const struct advi_data *data);

/* What a page is made of; a public one of facts and options alone. */
struct advi_html_head {
	/* Of the plan's months, where the options have none; folded where the page is public. */
	const struct advi_facts *facts;
	const advi_html_versions *versions; /* of the same months */
	const struct adv_page_options *options;
	const struct advi_html_groups *groups; /* of all months of the page */
	struct advi_str frontier;              /* a document of "advisor.frontier/1", or empty */
};
/* Writes it as JSON; what stands in it may stand in a script of a page. */
void advi_html_write_head(FILE *file, const struct advi_html_head *head);
/*
 * Writes JSON so that it may stand in a script: without a '<' that could end it or begin a comment,
 * and without the line separators that old browsers took for ends of lines. Those stand in strings
 * alone, where an escape means the same. Line ends and indentation go: they are no part of strings.
 */
void advi_html_write_harmless(FILE *file, struct advi_str json);
/* The plan as the page shows it: the value of a key that was written. */
void advi_html_write_plan(struct advi_jout *out, const struct adv_plan *plan);
/* What moves in base: an object. */
void advi_html_write_change(struct advi_jout *out, const struct advi_change *change);
/* Environments of the users' own in a scope: the value of a key that was written. */
void advi_html_write_owned(struct advi_jout *out, const struct advi_facts *facts,
			   const struct advi_scope *scope);
/* Keys and their values: all months from the first to the last, and the names of all places. */
void advi_html_write_months(struct advi_jout *out, uint32_t first, uint32_t last);
void advi_html_write_places(struct advi_jout *out);
/* What a public page knows beside its reports: a document. */
void advi_html_write_public(struct advi_jout *out, const struct advi_facts *facts);
/*
 * Writes an array of all public reports (schema "advisor.report/1"): of the site, and of each
 * domain, project and package that not too few people are in. Returns as adv_report_write.
 */
int advi_html_write_reports(FILE *file, const struct advi_facts *facts, struct adv_err *err);

#endif
