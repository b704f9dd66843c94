/* SPDX-License-Identifier: BSD-3-Clause */
/* What the cache has of channels. */
#include <time.h>

#include "base/err.h"
#include "conda/cached.h"
#include "io/json_write.h"
#include "report/table.h"

enum { TIME_BYTES = 32, SHORT = 12 };

/* "2025-01-31T12:00:00Z" */
static void write_time(uint64_t seconds, char out[TIME_BYTES])
{
	time_t at = (time_t)seconds;
	struct tm time;

	out[0] = '\0';
	if (seconds && gmtime_r(&at, &time))
		strftime(out, TIME_BYTES, "%Y-%m-%dT%H:%M:%SZ", &time);
}

static void key_known(struct advi_jout *out, const char *key, uint64_t number)
{
	advi_jout_key(out, key);
	if (number)
		advi_jout_u64(out, number);
	else
		advi_jout_null(out);
}

static void write_json(const struct adv_cached_list *list, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_text(&out, "schema", "advisor.channel-list/1");
	advi_jout_key(&out, "subdirs");
	advi_jout_array(&out);
	for (size_t i = 0; i < list->rows.count; i++) {
		const struct adv_cached *row = &list->rows.at[i];
		char at[TIME_BYTES];

		write_time(row->fetched, at);
		advi_jout_object(&out);
		advi_jout_key_u64(&out, "bytes", row->bytes);
		advi_jout_key_text(&out, "channel", row->channel);
		advi_jout_key_text(&out, "fetched", at);
		advi_jout_key_text(&out, "file", row->file);
		advi_jout_key(&out, "fresh");
		advi_jout_bool(&out, row->fresh);
		key_known(&out, "names", row->names);
		key_known(&out, "records", row->records);
		advi_jout_key_text(&out, "sha256", row->sha256);
		advi_jout_key(&out, "sharded");
		advi_jout_bool(&out, row->sharded);
		advi_jout_key_text(&out, "subdir", row->subdir);
		advi_jout_key_text(&out, "url", row->url);
		advi_jout_key(&out, "whole");
		advi_jout_bool(&out, row->whole);
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static void write_text(const struct adv_cached_list *list, FILE *file,
		       const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"channel", false, true}, {"subdir", false, false}, {"packages", true, false},
		{"records", true, false}, {"size", true, false},    {"fetched (UTC)", false, false},
		{"state", false, false},  {"sha256", false, false},
	};
	struct advi_table table;

	if (!list->rows.count) {
		advi_print_line(file, style, ADVI_PLAIN,
				"the cache has nothing of it; 'conda-advisor channel fetch' "
				"brings channels");
		return;
	}
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < list->rows.count; i++) {
		const struct adv_cached *row = &list->rows.at[i];
		char at[TIME_BYTES];

		write_time(row->fetched, at);
		advi_table_text(&table, row->channel);
		advi_table_text(&table, row->subdir);
		advi_table_dash(&table, row->names);
		if (row->sharded)
			advi_table_text(&table, "shards");
		else
			advi_table_dash(&table, row->records);
		advi_table_bytes(&table, row->bytes);
		advi_table_printf(&table, "%.10s %.5s", at, at[0] ? at + sizeof("2025-01-31") : "");
		advi_table_text(&table, !row->whole ? "torn" : row->fresh ? "fresh" : "stale");
		advi_table_printf(&table, "%.*s", SHORT, row->sha256 ? row->sha256 : "");
	}
	advi_table_print(&table, file, style, 0);
	advi_table_clear(&table);
}

int adv_cached_list_write(const struct adv_cached_list *list, enum adv_format format, FILE *file,
			  const struct adv_style *style, struct adv_err *err)
{
	if (format == ADV_FORMAT_JSON)
		write_json(list, file);
	else if (format == ADV_FORMAT_TEXT)
		write_text(list, file, style);
	else
		return advi_fail(err, ADV_EUSAGE, "channels are listed as text or JSON");
	return advi_print_end(file, err);
}
