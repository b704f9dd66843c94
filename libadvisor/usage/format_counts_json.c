/* SPDX-License-Identifier: BSD-3-Clause */
/* Ready-made counts as JSON: objects with the columns of the CSV form, in an array or {"rows": []}.
 */
#include "usage/counts.h"
#include "usage/format_json.h"

/* The text of a string, or of a number as it stands; anything else is not there. */
static struct advi_str take_cell(struct advi_json *json)
{
	enum advi_json_kind kind = advi_json_peek(json);
	struct advi_str text = ADVI_STR("");
	const char *from = json->at;

	if (kind == ADVI_JSON_STRING) {
		advi_json_string(json, &text);
		return text;
	}
	advi_json_skip(json);
	return kind == ADVI_JSON_NUMBER ? (struct advi_str){from, (size_t)(json->at - from)} : text;
}

static int column_of(struct advi_str key)
{
	int at = 0;

	while (at < ADVI_COUNT_COLUMNS && !advi_str_is(key, advi_count_columns[at]))
		at++;
	return at;
}

static int take(void *context, struct advi_str text, uint64_t offset, const char **problem,
		struct adv_err *err)
{
	struct advi_str cell[ADVI_COUNT_COLUMNS] = {0}, key;
	struct advi_count_seen count;
	struct advi_json json;
	bool known = false;
	int r = ADVI_FOREIGN;

	if (!text.len || text.ptr[0] != '{')
		return ADVI_FOREIGN;
	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		int at = column_of(key);

		if (at < ADVI_COUNT_COLUMNS)
			cell[at] = take_cell(&json);
		else
			advi_json_skip(&json);
		known |= at == ADVI_COUNT_MODULE || at == ADVI_COUNT_RUNS;
	}
	if (!advi_json_end(&json)) {
		*problem = json.problem;
		r = ADVI_BROKEN;
	} else if (known) {
		for (int i = 0; i < ADVI_COUNT_COLUMNS; i++)
			cell[i] = cell[i].ptr ? cell[i] : ADVI_STR("");
		*problem = advi_counts_parse(cell, &count);
		if (*problem)
			advi_sink_reject(context, offset, *problem);
		r = *problem ? ADVI_TAKEN : advi_sink_count(context, &count, err);
	}
	advi_json_clear(&json);
	return r;
}

static bool is_key(struct advi_str key)
{
	return column_of(key) < ADVI_COUNT_COLUMNS;
}

static bool recognise(struct advi_str head)
{
	struct advi_str text = advi_str_trim(head);

	return text.len && (text.ptr[0] == '{' || text.ptr[0] == '[') &&
	       advi_json_has_key(head, "month") && advi_json_has_key(head, "module") &&
	       advi_json_has_key(head, "runs") && advi_json_has_key(head, "place");
}

static int read_all(const struct advi_source *source, struct advi_sink *sink, struct adv_err *err)
{
	const struct advi_json_records records = {
		.take = take,
		.is_record = is_key,
		.foreign = "is no row of counts",
		.context = sink,
	};

	return advi_json_read(source, sink, &records, err);
}

const struct advi_log_format advi_format_counts_json = {"counts-json", recognise, read_all, false};
