/* SPDX-License-Identifier: BSD-3-Clause */
/* The dashboard as a file: the bundled page with what it counts from put into its marks. */
#include "report/html.h"

#include <limits.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/err.h"
#include "io/file.h"
#include "io/json_scan.h"

enum { PAGE_CAP = 64 << 20, FRONTIER_CAP = 16 << 20 };

/* The bundled page, unpacked; it was packed when the program was built. */
static int unpack(struct advi_buf *out, struct adv_err *err)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)advi_page,
			   .avail_in = (uInt)advi_page_bytes};
	int status = inflateInit2(&stream, 15 + 16);

	while (status == Z_OK) {
		char *room = advi_buf_room(out, 1 << 16);

		if (!room)
			break;
		stream.next_out = (Bytef *)room;
		stream.avail_out = 1 << 16;
		status = inflate(&stream, Z_NO_FLUSH);
		out->len += ((size_t)1 << 16) - stream.avail_out;
	}
	inflateEnd(&stream);
	return status == Z_STREAM_END ? 0 : advi_fail(err, ADV_EENV, "the page within is damaged");
}

/* Text as it may stand in HTML, within and without quotes. */
static void write_text(FILE *file, const char *text)
{
	for (; *text; text++)
		if (strchr("&<>\"'", *text))
			fprintf(file, "&#%d;", *text);
		else if ((unsigned char)*text >= ' ' && *text != 127)
			putc(*text, file);
}

static int put_title(FILE *file, const struct advi_html_head *head, struct adv_err *err)
{
	(void)err;
	write_text(file, head->facts->site->name ? head->facts->site->name : "this centre");
	return 0;
}

static int put_head(FILE *file, const struct advi_html_head *head, struct adv_err *err)
{
	(void)err;
	advi_html_write_head(file, head);
	return 0;
}

static int put_frontier(FILE *file, const struct advi_html_head *head, struct adv_err *err)
{
	(void)err;
	advi_html_write_harmless(file, head->frontier.len ? head->frontier : ADVI_STR("null"));
	return 0;
}

static int put_groups(FILE *file, const struct advi_html_head *head, struct adv_err *err)
{
	return head->facts->public ? advi_html_write_reports(file, head->facts, err)
				   : advi_html_pack(file, head->groups, err);
}

/* What goes where, in the order of the page. */
static const struct {
	const char *mark;
	int (*put)(FILE *file, const struct advi_html_head *head, struct adv_err *err);
} marks[] = {
	{"<!--advisor:title-->", put_title},
	{"<!--advisor:head-->", put_head},
	{"<!--advisor:frontier-->", put_frontier},
	{"<!--advisor:groups-->", put_groups},
};

static int write_page(FILE *file, const struct advi_html_head *head, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf page = ADVI_BUF_INIT(PAGE_CAP);
	struct advi_str rest;
	int r = unpack(&page, err);

	rest = advi_buf_str(&page);
	for (size_t i = 0; i < ADVI_COUNT(marks) && r == 0; i++) {
		struct advi_str mark = advi_str(marks[i].mark);
		size_t at = advi_str_search(rest, mark);

		fwrite(rest.ptr, 1, at, file);
		if (at == rest.len)
			return advi_fail(err, ADV_EENV, "the page within has no mark '%s'",
					 marks[i].mark);
		rest = advi_str_from(rest, at + mark.len);
		r = marks[i].put(file, head, err);
	}
	fwrite(rest.ptr, 1, rest.len, file);
	return r;
}

/* Where the page goes: into a folder as index.html, unless the name is a page's. */
static int page_path(char **out, const char *path, struct adv_err *err)
{
	struct advi_str name = advi_str(path);
	int r;

	if (strcmp(path, "-") == 0 || advi_str_ends(name, ADVI_STR(".html")) ||
	    advi_str_ends(name, ADVI_STR(".htm"))) {
		*out = advi_strdup(path);
		return 0;
	}
	r = advi_mkdirs(path, err);
	if (r == 0)
		*out = advi_path_join(path, "index.html");
	return r;
}

/* A frontier goes into the page as it is; that it is one is made sure of. */
static int read_frontier(struct advi_buf *out, const char *path, struct adv_err *err)
{
	struct advi_json json;
	struct advi_str key, schema = {NULL, 0};
	bool good;
	int r = advi_file_read(out, path, err);

	if (r < 0)
		return advi_while(err, r, "reading the frontier '%s'", path);
	advi_json_init(&json, advi_buf_str(out));
	for (advi_json_object(&json); advi_json_key(&json, &key);)
		if (advi_str_is(key, "schema") && advi_json_peek(&json) == ADVI_JSON_STRING)
			advi_json_string(&json, &schema);
		else
			advi_json_skip(&json);
	good = advi_json_end(&json) && advi_str_is(schema, "advisor.frontier/1");
	advi_json_clear(&json);
	return good ? 0
		    : advi_fail(err, ADV_EINPUT,
				"'%s' is no frontier; 'conda-advisor recommend --frontier -o "
				"FILE' writes one",
				path);
}

static int write_file(const struct advi_html_head *head, const char *path, struct adv_err *err)
{
	ADVI_AUTO(out) struct advi_out out = {0};
	ADVI_AUTO_PTR char *target = NULL;
	int r;

	if ((r = page_path(&target, path, err)) < 0 || (r = advi_out_open(&out, target, err)) < 0 ||
	    (r = write_page(out.file, head, err)) < 0)
		return r;
	return advi_out_commit(&out, err);
}

/* What the facts were counted from, where they are of the same months; otherwise it is loaded. */
static int find_data(struct advi_data **out, struct advi_data *loaded, struct advi_facts *facts,
		     const struct adv_store *store, const struct adv_page_options *options,
		     struct adv_err *err)
{
	uint32_t since, until;
	int r;

	*out = &facts->data;
	if (facts->since == options->since && facts->until == options->until)
		return 0;
	*out = loaded;
	if ((r = advi_month_range(&since, &until, options->since, options->until, err)) < 0 ||
	    (r = advi_data_load(loaded, store, facts->site, since, until, err)) < 0)
		return r;
	advi_data_mark_probes(loaded);
	return 0;
}

static int make_for_staff(struct advi_html_head *head, struct advi_facts *facts,
			  const struct adv_store *store, const char *path, struct adv_err *err)
{
	struct advi_html_groups groups = {0};
	struct advi_data loaded = {0}, *data = NULL;
	advi_html_versions versions = {0};
	int r = find_data(&data, &loaded, facts, store, head->options, err);

	if (r == 0) {
		advi_html_find_versions(&versions, &facts->data);
		advi_html_group(&groups, data);
		/* What is left is names. */
		advi_vec_clear(&data->runs);
		advi_vec_clear(&data->uses);
		advi_vec_clear(&data->tallies);
		head->groups = &groups;
		head->versions = &versions;
		r = write_file(head, path, err);
	}
	advi_html_groups_clear(&groups);
	advi_vec_clear(&versions);
	advi_data_clear(&loaded);
	return r;
}

static int make(const struct adv_store *store, struct advi_html_head *head, const char *path,
		struct adv_err *err)
{
	const struct adv_page_options *options = head->options;
	const struct adv_report_query query = {.site = options->site,
					       .accounts = options->accounts,
					       .since = options->since,
					       .until = options->until,
					       .public_only = options->public_only};
	struct advi_facts facts;
	int r = advi_facts_load(&facts, store, options->plan, &query, err);

	head->facts = &facts;
	if (r == 0 && !facts.public)
		r = make_for_staff(head, &facts, store, path, err);
	else if (r == 0 && (r = advi_facts_fold(&facts, err)) == 0)
		r = write_file(head, path, err);
	advi_facts_clear(&facts);
	return r;
}

int adv_page_write(const struct adv_store *store, const struct adv_page_options *options,
		   const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf frontier = ADVI_BUF_INIT(FRONTIER_CAP);
	struct advi_html_head head = {.options = options};
	int r = 0;

	if (!advi_page_bytes)
		return advi_fail(
			err, ADV_EENV,
			"this conda-advisor was built without pages: nodejs or npm was "
			"missing, or npm reached no registry; build it again with them, or "
			"from a release, which has the page bundled");
	if (options->frontier && options->public_only)
		return advi_fail(err, ADV_EUSAGE,
				 "from one budget to the next a frontier tells of single users; a "
				 "public page is made without --frontier");
	if (options->frontier)
		r = read_frontier(&frontier, options->frontier, err);
	head.frontier = advi_buf_str(&frontier);
	return r < 0 ? r : make(store, &head, path, err);
}
