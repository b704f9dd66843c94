/* SPDX-License-Identifier: BSD-3-Clause */
/* What a channel is, and the records that were asked for. */
#include <time.h>

#include "base/err.h"
#include "base/text.h"
#include "conda/channel_ask.h"
#include "conda/record_json.h"
#include "io/json_write.h"
#include "report/table.h"

enum { DATE_BYTES = 32 };

static void write_subdirs_json(const struct adv_channel *channel, struct advi_jout *out)
{
	const char *const names[] = {channel->platform, "noarch"};

	advi_jout_key(out, "subdirs");
	advi_jout_array(out);
	for (size_t i = 0; i < ADVI_COUNT(names); i++) {
		const struct advi_subdir *subdir = channel->channel.subdirs[i];

		if (!subdir)
			continue;
		advi_jout_object(out);
		advi_jout_key_text(out, "name", names[i]);
		advi_jout_key(out, "records");
		if (subdir->records)
			advi_jout_u64(out, subdir->records);
		else
			advi_jout_null(out);
		advi_jout_key_u64(out, "rejected", subdir->rejected);
		advi_jout_key_text(out, "sha256", subdir->sha256);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_json(const struct adv_channel *channel, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_text(&out, "channel", channel->channel.name);
	if (channel->asked) {
		advi_jout_key_text(&out, "home", channel->home);
		advi_jout_key_text(&out, "license", channel->license);
		advi_jout_key(&out, "records");
		advi_jout_array(&out);
		for (size_t i = 0; i < channel->found.count; i++)
			advi_record_write(&out, channel->found.at[i]);
		advi_jout_array_end(&out);
	}
	advi_jout_key_text(&out, "schema", "advisor.channel/1");
	advi_jout_key_text(&out, "sha256", channel->channel.sha256);
	if (channel->asked)
		advi_jout_key_text(&out, "spec", channel->asked);
	write_subdirs_json(channel, &out);
	if (channel->asked)
		advi_jout_key_text(&out, "summary", channel->summary);
	advi_jout_key_text(&out, "url", channel->url);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

/* "2025-01-31" of milliseconds; empty when they are not known. */
static void date(uint64_t ms, char out[DATE_BYTES])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm time;

	out[0] = '\0';
	if (ms && gmtime_r(&seconds, &time))
		strftime(out, DATE_BYTES, "%Y-%m-%d", &time);
}

static void write_records(const struct adv_channel *channel, FILE *file,
			  const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, false}, {"version", false, false}, {"build", false, true},
		{"subdir", false, false},  {"size", true, false},     {"date", false, false},
		{"licence", false, true},
	};
	struct advi_table table;

	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < channel->found.count; i++) {
		const struct advi_record *record = channel->found.at[i];
		char day[DATE_BYTES];

		date(record->timestamp, day);
		advi_table_text(&table, record->name);
		advi_table_text(&table, record->version);
		advi_table_text(&table, record->build);
		advi_table_text(&table, record->subdir);
		if (record->size)
			advi_table_bytes(&table, record->size);
		else
			advi_table_text(&table, "-");
		advi_table_text(&table, day);
		advi_table_text(&table, record->license);
	}
	advi_table_print(&table, file, style, 0);
	advi_table_clear(&table);
	advi_print_line(file, style, ADVI_PLAIN, "%zu record%s, newest first", channel->found.count,
			channel->found.count == 1 ? "" : "s");
}

static void write_summary(const struct adv_channel *channel, FILE *file,
			  const struct adv_style *style)
{
	const char *const names[] = {channel->platform, "noarch"};

	advi_print_line(file, style, ADVI_BOLD, "%s: %s", channel->channel.name, channel->url);
	for (size_t i = 0; i < ADVI_COUNT(names); i++) {
		const struct advi_subdir *subdir = channel->channel.subdirs[i];
		ADVI_AUTO(buf) struct advi_buf records = ADVI_BUF_INIT(64);

		if (!subdir) {
			advi_print_line(file, style, ADVI_PLAIN, "  %s: none", names[i]);
			continue;
		}
		if (subdir->records)
			advi_text_count(&records, subdir->records);
		advi_print_line(file, style, ADVI_PLAIN, "  %s: %s%s, %llu refused, %.12s",
				names[i], subdir->records ? records.ptr : "in shards",
				subdir->records ? " records" : "",
				(unsigned long long)subdir->rejected, subdir->sha256);
	}
}

static void write_text(const struct adv_channel *channel, FILE *file, const struct adv_style *style)
{
	if (!channel->asked) {
		write_summary(channel, file, style);
		return;
	}
	if (channel->summary)
		advi_print_paragraph(file, style, 0, 0, channel->summary);
	if (channel->home)
		advi_print_line(file, style, ADVI_FAINT, "%s", channel->home);
	if (channel->summary || channel->home)
		fputc('\n', file);
	write_records(channel, file, style);
}

int adv_channel_write(const struct adv_channel *channel, enum adv_format format, FILE *file,
		      const struct adv_style *style, struct adv_err *err)
{
	if (format == ADV_FORMAT_JSON)
		write_json(channel, file);
	else if (format == ADV_FORMAT_TEXT)
		write_text(channel, file, style);
	else
		return advi_fail(err, ADV_EUSAGE, "a channel is shown as text or JSON");
	return advi_print_end(file, err);
}
