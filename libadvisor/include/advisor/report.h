/* SPDX-License-Identifier: BSD-3-Clause */
/* Emitters: answers and plans as text for people and as data for programs. */
#ifndef ADVISOR_REPORT_H
#define ADVISOR_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <advisor/backtest.h>
#include <advisor/bundle.h>
#include <advisor/channel.h>
#include <advisor/check.h>
#include <advisor/explain.h>
#include <advisor/frontier.h>
#include <advisor/plan.h>
#include <advisor/trial.h>
#include <advisor/usage.h>
#include <advisor/whatif.h>

#ifdef __cplusplus
extern "C" {
#endif

enum adv_format {
	ADV_FORMAT_TEXT,
	ADV_FORMAT_JSON, /* one document with a "schema" */
	ADV_FORMAT_CSV,  /* RFC 4180, a header line first */
	/* Of verdicts on an environment: */
	ADV_FORMAT_JUNIT,
	ADV_FORMAT_SARIF,  /* 2.1.0 */
	ADV_FORMAT_GITHUB, /* workflow commands, a line each */
	ADV_FORMAT_GITLAB, /* code quality, JSON */
	ADV_FORMAT_MARKDOWN
};

/* How text looks; data never depends on it. */
struct adv_style {
	bool color;     /* ANSI colours */
	unsigned width; /* columns of the terminal; 0: none, text has 80 and no name is cut */
	size_t rows;    /* the longest table; 0: no limit */
};
/* As many rows as let a report fit one screen of 80 by 40. */
#define ADV_ROWS_AS_FITS SIZE_MAX

/*
 * Each writes one document to 'file' (borrowed) and returns 0, ADV_EUSAGE when there is no such
 * emitter, or ADV_EENV when the file could not be written.
 */
int adv_usage_write(const struct adv_usage *usage, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err);
/* As adv_usage_write to the file at 'path', which stands there whole or not at all. */
int adv_usage_write_file(const struct adv_usage *usage, enum adv_format format, const char *path,
			 const struct adv_style *style, struct adv_err *err);
/* What the plan does, for people: the effect, the additions, what was refused and why. */
int adv_plan_print(const struct adv_plan *plan, FILE *file, const struct adv_style *style,
		   struct adv_err *err);
/* A backtest as text or JSON (schema "advisor.backtest/1"). */
int adv_backtest_write(const struct adv_backtest *backtest, enum adv_format format, FILE *file,
		       const struct adv_style *style, struct adv_err *err);
/* As JSON to the file at 'path' ("-": standard output), which stands there whole or not at all. */
int adv_backtest_write_file(const struct adv_backtest *backtest, const char *path,
			    struct adv_err *err);
/* A frontier as text or JSON (schema "advisor.frontier/1"). */
int adv_frontier_write(const struct adv_frontier *frontier, enum adv_format format, FILE *file,
		       const struct adv_style *style, struct adv_err *err);
/* As JSON to the file at 'path' ("-": standard output), which stands there whole or not at all. */
int adv_frontier_write_file(const struct adv_frontier *frontier, const char *path,
			    struct adv_err *err);
/* A line of Markdown for each action of the plan, fit for a ticket: an open box and a sentence. */
int adv_plan_print_tickets(const struct adv_plan *plan, FILE *file, struct adv_err *err);

/*
 * Replaces, in place, every byte of 'text' that would steer a terminal or hide what follows by '?':
 * control characters, marks that change the direction of writing, and bytes that are no UTF-8. Texts
 * of errors and notes are so already; words of a command line are not.
 */
void adv_text_mask(char *text);

/*
 * The program's version as text; or, as JSON (schema "advisor.version/1"), those of the libraries
 * that it runs with, too, and what is built in.
 */
int adv_version_write(enum adv_format format, FILE *file, struct adv_err *err);

/* What a report is about: at most one of project, domain and package; none: the whole site. */
struct adv_report_query {
	const char *project, *domain, *package;
	const char *since, *until; /* months "YYYY-MM", both included; NULL: the plan's, or open */
	const char *accounts;      /* a CSV file: account,domain, where the recipe has none */
	const struct adv_site
		*site; /* a newer recipe; NULL: the one that the store was made with */
	/* For others than staff: figures of fewer users than the recipe's min_users are folded,
	 * with those that would tell them, and what is of single users is left out. */
	bool public_only;
};
#define ADV_REPORT_QUERY_INIT                                                                      \
	{                                                                                          \
		0                                                                                  \
	}
/* The min_users of public reports where the recipe has none. */
#define ADV_PUBLIC_MIN_USERS 5

/*
 * Who uses what, from where, and what the plan (may be NULL) changes for them, as text, JSON
 * (schema "advisor.report/1"), CSV or Markdown. Returns 0; ADV_EUSAGE for what nobody uses, or a
 * plan of another site; ADV_EINPUT or ADV_EENV.
 */
int adv_report_write(const struct adv_store *store, const struct adv_plan *plan,
		     const struct adv_report_query *query, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err);
/* As that to the file at 'path', which stands there whole or not at all. */
int adv_report_write_file(const struct adv_store *store, const struct adv_plan *plan,
			  const struct adv_report_query *query, enum adv_format format,
			  const char *path, const struct adv_style *style, struct adv_err *err);
/*
 * Writes a report of every project into 'folder' (made when absent), and an index of them; each
 * file stands there whole or not at all, and the index last. Files are called as their projects, as
 * far as that is safe, and the index says which is whose.
 */
int adv_report_write_projects(const struct adv_store *store, const struct adv_plan *plan,
			      const struct adv_report_query *query, enum adv_format format,
			      const char *folder, const struct adv_watch *watch,
			      struct adv_err *err);

/*
 * Which imports of an image work: as text, JSON (schema "advisor.trial/1") or JUnit's XML, with a
 * case for each module.
 */
int adv_trial_write(const struct adv_trial *trial, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err);
/* The same to the file at 'path' ("-": standard output), which stands there whole or not at all. */
int adv_trial_write_file(const struct adv_trial *trial, enum adv_format format, const char *path,
			 struct adv_err *err);
/* What a dashboard is made of. NULL leaves a field open. */
struct adv_page_options {
	const struct adv_site
		*site; /* a newer recipe; NULL: the one that the store was made with */
	const struct adv_plan *plan;
	const char *accounts;      /* a CSV file: account,domain, where the recipe has none */
	const char *frontier;      /* a file that adv_frontier_write_file wrote */
	const char *since, *until; /* months "YYYY-MM", both included; NULL: open; of a public page
				    * the plan's */
	bool public_only;          /* as of a report: for others than staff; without a frontier */
};
/*
 * Writes the dashboard: one HTML file, which needs no network and nothing beside it. 'path' is a
 * file when it ends in ".html" ("-": standard output), otherwise a folder that gets an index.html.
 * It counts unique users for any filter, so it has a row for each of them, without their names or
 * pseudonyms: it is made for the centre's staff. A public one holds all public reports of the site,
 * its domains, projects and packages, folded together, and offers what these can answer.
 * Returns 0; ADV_EUSAGE, ADV_EINPUT; ADV_EENV, also when the program was built without pages.
 */
int adv_page_write(const struct adv_store *store, const struct adv_page_options *options,
		   const char *path, struct adv_err *err);
/*
 * Verdicts, 'count' of them, on one environment: as text, as JSON (schema "advisor.check/1" for
 * one, "advisor.check-matrix/1" for several), or what was found in a form that a CI shows.
 */
int adv_check_write(const struct adv_check *const *checks, size_t count, enum adv_format format,
		    FILE *file, const struct adv_style *style, struct adv_err *err);
/* The same to the file at 'path' ("-": standard output), which stands there whole or not at all. */
int adv_check_write_file(const struct adv_check *const *checks, size_t count,
			 enum adv_format format, const char *path, struct adv_err *err);
/* An explanation as text or JSON (schema "advisor.explain/1"). */
int adv_explanation_write(const struct adv_explanation *explanation, enum adv_format format,
			  FILE *file, const struct adv_style *style, struct adv_err *err);
/*
 * What a store holds and what it was made of: sources, records, runs, what waits, what was refused
 * and why; as text or JSON (schema "advisor.store/1"). 'rejects' lists every refused record that
 * the store knows of, with its source and place in bytes.
 */
int adv_store_status_write(const struct adv_store *store, enum adv_format format, bool rejects,
			   FILE *file, const struct adv_style *style, struct adv_err *err);
/*
 * What an image holds, by the manifest beside it or the copy within: its packages and totals, as
 * text or JSON (schema "advisor.bundle-list/1"). ADV_EINPUT when it is no image.
 */
int adv_bundle_list(const char *image, enum adv_format format, FILE *file,
		    const struct adv_style *style, struct adv_err *err);
/*
 * Writes every file, link and folder of an image, as the manifest beside it has them, as text or
 * JSON (schema advisor.bundle-files/1). Returns as adv_bundle_list.
 */
int adv_bundle_list_files(const char *image, enum adv_format format, FILE *file,
			  const struct adv_style *style, struct adv_err *err);
/*
 * How two images differ by their manifests: in packages, files, mount path and format; as text or
 * JSON (schema "advisor.bundle-diff/1"). '*equal' when in nothing. Files are compared when the
 * manifests beside both images are there, since those within list none.
 */
int adv_bundle_diff(bool *equal, const char *before, const char *after, enum adv_format format,
		    FILE *file, const struct adv_style *style, struct adv_err *err);
/* What the cache has of channels, as text or JSON (schema "advisor.channel-list/1"). */
int adv_cached_list_write(const struct adv_cached_list *list, enum adv_format format, FILE *file,
			  const struct adv_style *style, struct adv_err *err);
/*
 * What a channel is; or, after adv_channel_ask, the records found. As text or JSON (schema
 * "advisor.channel/1").
 */
int adv_channel_write(const struct adv_channel *channel, enum adv_format format, FILE *file,
		      const struct adv_style *style, struct adv_err *err);

/* What a change of base would do, as text or JSON (schema "advisor.whatif/1"). */
int adv_whatif_write(const struct adv_whatif *whatif, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err);
/* As JSON to the file at 'path' ("-": standard output), which stands there whole or not at all. */
int adv_whatif_write_file(const struct adv_whatif *whatif, const char *path, struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
