/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor ingest: logs into a usage store. */
#include <inttypes.h>

#include "cli.h"

static const char *store_path, *site_path;
static bool merge, status, rejects, as_json;
static uint64_t top, threads;
static struct opt_list accounting;
static struct adv_ingest_options options = ADV_INGEST_OPTIONS_INIT;

static const struct opt opts[] = {
	{'o', "output", OPT_TEXT, &store_path, "STORE", "the usage store, made when it is absent"},
	{0, "site", OPT_TEXT, &site_path, "SITE.yml",
	 "the site recipe; a store keeps the last one given"},
	{0, "names", OPT_FLAG, &options.names, NULL, "keep user names and home paths as they are"},
	{0, "format", OPT_TEXT, &options.format, "FORMAT",
	 "read everything as that; otherwise told by content (see the manual)"},
	{0, "files-from", OPT_TEXT, &options.files_from, "LIST",
	 "read the logs that LIST names, a name a line or ended by NUL; -: standard input"},
	{0, "shard", OPT_TEXT, &options.shard, "I/N",
	 "read the I-th of N shares of the files, parts of large ones included"},
	{0, "from-db", OPT_TEXT, &options.from_db, "URL",
	 "read XALT's database, mysql://USER@HOST/DATABASE"},
	{0, "accounting", OPT_LIST, &accounting, "FILE",
	 "the scheduler's accounting: repairs projects, nodes and lengths of runs"},
	{0, "syshost", OPT_TEXT, &options.syshost, "NAME",
	 "the machine that the accounting is of, as logs call it"},
	{0, "merge", OPT_FLAG, &merge, NULL, "the operands are stores: add what they hold"},
	{0, "status", OPT_FLAG, &status, NULL, "the operand is a store: say what it holds"},
	{0, "rejects", OPT_FLAG, &rejects, NULL, "with --status: list all refused records"},
	{0, "json", OPT_FLAG, &as_json, NULL,
	 "with --status: one JSON document, schema advisor.store/1"},
	{0, "top", OPT_COUNT, &top, "N", "with --status: the first N sources"},
	{0, "threads", OPT_COUNT, &threads, "N",
	 "threads that read (as many as there are processors, at most 4)"},
	{0, "key", OPT_TEXT, &options.key, "FILE", "key file of the pseudonyms (STORE.key)"},
};

static void say_pieces(const struct adv_ingest_summary *sum)
{
	if (sum->pieces)
		term_say("%" PRIu64 " record%s of which pieces are missing; --status --rejects has "
			 "their places, and they count when a log brings the rest",
			 sum->pieces, sum->pieces == 1 ? "" : "s");
}

static void say_summary(const struct adv_ingest_summary *sum)
{
	term_say("read %" PRIu64 " file%s (%" PRIu64 " known, %" PRIu64 " failed): %" PRIu64
		 " records, %" PRIu64 " refused",
		 sum->sources, sum->sources == 1 ? "" : "s", sum->sources_known,
		 sum->sources_failed, sum->records, sum->rejected);
	term_say("counted %" PRIu64 " runs and %" PRIu64 " uses; %" PRIu64
		 " imports wait for their run",
		 sum->runs, sum->uses, sum->waiting);
}

static int show_status(const char *path)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	style.rows = (size_t)top;
	if ((r = adv_store_open(&store, path, ADV_STORE_READ, &err)) < 0 ||
	    (r = adv_store_status_write(store, as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, rejects,
					stdout, &style, &err)) < 0)
		return term_fail(&err, r);
	return term_flush(0);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_ingest_summary summary = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (status)
		return argc == 1 && !store_path
			       ? show_status(argv[0])
			       : term_usage("ingest --status takes one STORE, no -o");
	if (rejects || as_json || top)
		return term_usage("--rejects, --json and --top go with --status");
	if (!store_path)
		return term_usage("ingest needs -o STORE");
	if (threads > 8)
		return term_usage("--threads is at most 8");
	options.threads = (unsigned)threads;
	options.accounting = accounting.at;
	options.accounting_count = accounting.count;
	if (!argc && (merge || (!options.files_from && !options.from_db && !accounting.count)))
		return term_usage(merge ? "ingest --merge needs a STORE to add"
					: "ingest needs a LOG, or --files-from LIST");
	if ((site_path && (r = adv_site_read(&site, site_path, &err)) < 0) ||
	    (r = adv_store_open(&store, store_path, ADV_STORE_WRITE, &err)) < 0)
		return term_fail(&err, r);
	if (merge)
		r = adv_store_merge(store, site, (const char *const *)argv, (size_t)argc,
				    options.key, term_watch(), &summary, &err);
	else
		r = adv_ingest(store, site, (const char *const *)argv, (size_t)argc, &options,
			       term_watch(), &summary, &err);
	term_done();
	if (merge && (r == 0 || r == ADV_EINPUT))
		term_say("added %" PRIu64 " source%s (%" PRIu64 " known, %" PRIu64
			 " stores failed): %" PRIu64 " runs; %" PRIu64
			 " imports wait for their run",
			 summary.sources, summary.sources == 1 ? "" : "s", summary.sources_known,
			 summary.sources_failed, summary.runs, summary.waiting);
	else if (r == 0 || r == ADV_EINPUT || r == ADV_ECANCEL)
		say_summary(&summary);
	if (r == 0 || r == ADV_EINPUT)
		say_pieces(&summary);
	if (r < 0)
		return term_fail(&err, r);
	term_hint("conda-advisor usage %s --by package --top 20", store_path);
	return 0;
}

const struct command cmd_ingest = {
	.name = "ingest",
	.synopsis = "-o STORE [--site SITE.yml] [OPTION...] LOG... | -o STORE --merge OTHER... | "
		    "--status STORE",
	.purpose = "read logs of Python use into a usage store",
	.details =
		"A LOG is a file, a folder of files, an archive of them (tar, zip, ...) or '-';\n"
		"plain, gzip, bzip2, xz, zstd or lz4.\n"
		"Formats are XALT's records (files, lines, arrays, syslog, exports of Elasticsearch\n"
		"and Splunk), PyModuleSnooper's files, messages of NERSC's MODS, and ready-made\n"
		"counts; each is told by its content. A package record finds its run in any order,\n"
		"in any file, in any later ingest. What was read before changes nothing.\n"
		"\n"
		"User names and the personal parts of paths enter the store as keyed pseudonyms.\n"
		"Keep the key: without it, later logs can't be added. Command lines never enter.",
	.examples =
		"  conda-advisor ingest -o usage.db --site site.yml /logs/xalt/2025-03.jsonl.zst\n"
		"  conda-advisor ingest -o usage.db /logs/xalt/files",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
