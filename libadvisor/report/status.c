/* SPDX-License-Identifier: BSD-3-Clause */
/* What a store holds and what it was made of, as text and as JSON (schema "advisor.store/1"). */
#include <inttypes.h>

#include "base/err.h"
#include "io/json_write.h"
#include "report/table.h"
#include "usage/status.h"

enum { KEY_SHOWN = 16 };

static void month_text(char out[16], uint32_t month)
{
	if (month)
		snprintf(out, 16, "%04u-%02u", month / 100 % 10000, month % 100);
	else
		snprintf(out, 16, "unknown");
}

/* --- JSON: keys in byte order --- */

static void json_month(struct advi_jout *json, const char *key, uint32_t month)
{
	char text[16];

	month_text(text, month);
	advi_jout_key_text(json, key, month ? text : NULL);
}

static void json_rejects(struct advi_jout *json, const struct advi_status *status, bool all)
{
	advi_jout_key(json, "reasons");
	advi_jout_array(json);
	for (size_t i = 0; i < status->reasons.count; i++) {
		advi_jout_object(json);
		advi_jout_key_u64(json, "count", status->reasons.at[i].count);
		advi_jout_key_text(json, "reason", status->reasons.at[i].reason);
		advi_jout_object_end(json);
	}
	advi_jout_array_end(json);
	advi_jout_key_u64(json, "records", status->records);
	advi_jout_key_u64(json, "rejected", status->rejected);
	if (!all)
		return;
	advi_jout_key(json, "rejects");
	advi_jout_array(json);
	for (size_t i = 0; i < status->rejects.count; i++) {
		advi_jout_object(json);
		advi_jout_key_u64(json, "offset", status->rejects.at[i].offset);
		advi_jout_key_text(json, "reason", status->rejects.at[i].reason);
		advi_jout_key_text(json, "source", status->rejects.at[i].source);
		advi_jout_object_end(json);
	}
	advi_jout_array_end(json);
}

static void json_sources(struct advi_jout *json, const struct advi_status *status)
{
	advi_jout_key(json, "source_list");
	advi_jout_array(json);
	for (size_t i = 0; i < status->named.count; i++) {
		const struct advi_status_source *one = &status->named.at[i];

		advi_jout_object(json);
		advi_jout_key_u64(json, "bytes", one->bytes);
		advi_jout_key_text(json, "format", one->format);
		advi_jout_key_text(json, "name", one->name);
		advi_jout_key_u64(json, "records", one->records);
		advi_jout_key_u64(json, "rejected", one->rejected);
		advi_jout_key_u64(json, "runs", one->runs);
		advi_jout_object_end(json);
	}
	advi_jout_array_end(json);
	advi_jout_key_u64(json, "sources", status->sources);
	advi_jout_key_u64(json, "sources_of_one_record", status->single);
}

static void json_waiting(struct advi_jout *json, const struct advi_status *status)
{
	advi_jout_key(json, "waiting");
	advi_jout_array(json);
	for (size_t i = 0; i < status->waiting.count; i++) {
		advi_jout_object(json);
		advi_jout_key_u64(json, "imports", status->waiting.at[i].imports);
		json_month(json, "month", status->waiting.at[i].month);
		advi_jout_key_u64(json, "runs", status->waiting.at[i].runs);
		advi_jout_object_end(json);
	}
	advi_jout_array_end(json);
	advi_jout_key_u64(json, "waiting_imports", status->waiting_imports);
	advi_jout_key_u64(json, "waiting_pieces", status->pieces);
	advi_jout_key_u64(json, "waiting_runs", status->waiting_runs);
}

static void write_json(const struct advi_status *status, bool rejects, FILE *file)
{
	struct advi_jout json;

	advi_jout_init(&json, file);
	advi_jout_object(&json);
	advi_jout_key_u64(&json, "accounted_jobs", status->jobs);
	advi_jout_key_u64(&json, "accounted_runs", status->accounted);
	advi_jout_key_u64(&json, "bytes", status->bytes);
	advi_jout_key_u64(&json, "counted_runs", status->counts);
	advi_jout_key_u64(&json, "file_bytes", status->file_bytes);
	advi_jout_key_text(&json, "fingerprint", status->fingerprint);
	advi_jout_key_text(&json, "key", status->key);
	json_month(&json, "month_first", status->first);
	json_month(&json, "month_last", status->last);
	advi_jout_key(&json, "names");
	advi_jout_bool(&json, status->names);
	advi_jout_key_u64(&json, "python_runs", status->python_runs);
	json_rejects(&json, status, rejects);
	advi_jout_key_u64(&json, "runs", status->runs);
	advi_jout_key_text(&json, "schema", "advisor.store/1");
	advi_jout_key_text(&json, "site", status->site);
	json_sources(&json, status);
	advi_jout_key_u64(&json, "spare_pieces", status->spare);
	advi_jout_key_u64(&json, "users", status->users);
	json_waiting(&json, status);
	advi_jout_object_end(&json);
	advi_jout_end(&json);
}

/* --- text --- */

static void overview(const struct advi_status *status, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {{"", false, false}, {"", true, false}};
	const struct {
		const char *title;
		uint64_t number;
	} rows[] = {
		{"sources", status->sources},
		{"of them of one record", status->single},
		{"records", status->records},
		{"of them refused", status->rejected},
		{"runs", status->runs},
		{"of them with imports", status->python_runs},
		{"users with runs", status->users},
		{"runs of ready-made counts", status->counts},
		{"imports that wait for their run", status->waiting_imports},
		{"runs that they wait for", status->waiting_runs},
		{"records of which pieces are missing", status->pieces},
		{"the same, of runs that are counted", status->spare},
		{"jobs that are accounted for", status->jobs},
		{"runs of these", status->accounted},
	};
	struct advi_table table;
	char first[16], last[16];

	month_text(first, status->first);
	month_text(last, status->last);
	advi_print_line(file, style, ADVI_BOLD, "Usage store %s", status->path);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	advi_table_text(&table, "size");
	advi_table_bytes(&table, status->file_bytes);
	advi_table_text(&table, "read");
	advi_table_bytes(&table, status->bytes);
	advi_table_text(&table, "months");
	advi_table_printf(&table, status->first ? "%s to %s" : "-", first, last);
	advi_table_text(&table, "recipe");
	advi_table_text(&table, status->site ? status->site : "-");
	advi_table_text(&table, status->names ? "users" : "key of the pseudonyms");
	advi_table_printf(&table, "%.*s", KEY_SHOWN,
			  status->names ? "by name"
			  : status->key ? status->key
					: "-");
	advi_table_text(&table, "fingerprint");
	advi_table_printf(&table, "%.*s", KEY_SHOWN, status->fingerprint);
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		advi_table_text(&table, rows[i].title);
		advi_table_dash(&table, rows[i].number);
	}
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
}

static void sources(const struct advi_status *status, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {{"source", false, true},
						     {"format", false, false},
						     {"records", true, false},
						     {"refused", true, false},
						     {"size", true, false}};
	struct advi_table table;

	if (!status->named.count)
		return;
	advi_print_line(file, style, ADVI_PLAIN, "%s", "");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < status->named.count; i++) {
		advi_table_text(&table, status->named.at[i].name);
		advi_table_text(&table, status->named.at[i].format);
		advi_table_count(&table, status->named.at[i].records);
		advi_table_dash(&table, status->named.at[i].rejected);
		advi_table_bytes(&table, status->named.at[i].bytes);
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
}

static void waiting(const struct advi_status *status, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {{"waiting for runs of", false, false},
						     {"runs", true, false},
						     {"imports", true, false}};
	struct advi_table table;
	char month[16];

	if (!status->waiting.count)
		return;
	advi_print_line(file, style, ADVI_PLAIN, "%s", "");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < status->waiting.count; i++) {
		month_text(month, status->waiting.at[i].month);
		advi_table_text(&table, month);
		advi_table_count(&table, status->waiting.at[i].runs);
		advi_table_count(&table, status->waiting.at[i].imports);
	}
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
}

static void reasons(const struct advi_status *status, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {{"refused, since the record", false, true},
						     {"records", true, false}};
	struct advi_table table;

	if (!status->reasons.count)
		return;
	advi_print_line(file, style, ADVI_PLAIN, "%s", "");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < status->reasons.count; i++) {
		advi_table_text(&table, status->reasons.at[i].reason);
		advi_table_count(&table, status->reasons.at[i].count);
	}
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
}

static void rejects(const struct advi_status *status, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"refused of", false, true}, {"at byte", true, false}, {"the record", false, true}};
	struct advi_table table;

	if (!status->rejects.count)
		return;
	advi_print_line(file, style, ADVI_PLAIN, "%s", "");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < status->rejects.count; i++) {
		advi_table_text(&table, status->rejects.at[i].source);
		advi_table_printf(&table, "%" PRIu64, status->rejects.at[i].offset);
		advi_table_text(&table, status->rejects.at[i].reason);
	}
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
}

int adv_store_status_write(const struct adv_store *store, enum adv_format format, bool list_rejects,
			   FILE *file, const struct adv_style *style, struct adv_err *err)
{
	static void (*const parts[])(const struct advi_status *status, FILE *file,
				     const struct adv_style *style) = {overview, sources, waiting,
								       reasons, rejects};
	struct advi_status status;
	int r;

	if (format == ADV_FORMAT_CSV)
		return advi_fail(err, ADV_EUSAGE, "a store's status is text or JSON");
	r = advi_status_load(&status, store, list_rejects, err);
	if (r < 0)
		return r;
	if (format == ADV_FORMAT_JSON)
		write_json(&status, list_rejects, file);
	else
		for (size_t i = 0; i < ADVI_COUNT(parts); i++)
			parts[i](&status, file, style);
	advi_status_clear(&status);
	return advi_print_end(file, err);
}
