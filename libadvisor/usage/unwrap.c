/* SPDX-License-Identifier: BSD-3-Clause */
/* Records that a collector has wrapped. */
#include "usage/unwrap.h"

#include "base/mem.h"

enum { WRAPPINGS = 8 }; /* one in another, at most */

/* Elasticsearch: search answers, bulk uploads, Logstash; Splunk: JSON exports; others' habits. */
static const char *const wrappers[] = {"_source", "hits",  "doc",      "result",  "results",
				       "_raw",    "event", "original", "message", "record",
				       "records", "rows",  "data",     "log"};
/* What only a collector's own lines have, which say nothing of a run. */
static const char *const own[] = {"_index", "_shards", "_id", "preview", "lastrow", "init_offset"};
static const char *const actions[] = {"index", "create", "update", "delete"};

#define IS_ONE_OF(name, list) is_one_of((name), (list), ADVI_COUNT(list))

static bool is_one_of(struct advi_str name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (advi_str_is(name, list[i]))
			return true;
	return false;
}

/* What an object's keys say of it. */
struct shape {
	size_t members, objects, wrapped;
	bool own, action;
};

/* Takes the text of the value that comes next, with its kind. */
static struct advi_str take_text(struct advi_json *json, enum advi_json_kind *kind)
{
	const char *from;

	*kind = advi_json_peek(json);
	from = json->at;
	advi_json_skip(json);
	return (struct advi_str){from, (size_t)(json->at - from)};
}

static struct shape shape_of(struct advi_str text)
{
	struct shape shape = {0};
	struct advi_json json;
	struct advi_str key;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key); shape.members++) {
		shape.own |= IS_ONE_OF(key, own);
		shape.action |= IS_ONE_OF(key, actions);
		shape.wrapped += IS_ONE_OF(key, wrappers);
		shape.objects += advi_json_peek(&json) == ADVI_JSON_OBJECT;
		advi_json_skip(&json);
	}
	advi_json_clear(&json);
	return shape;
}

static int look(struct advi_str text, const struct advi_unwrapped *hear, unsigned depth,
		struct adv_err *err);

/* A value found in a wrapping: a record, or another wrapping. */
static int found(struct advi_str text, const struct advi_unwrapped *hear, unsigned depth,
		 struct adv_err *err)
{
	int r = hear->value(hear->context, text, err);

	return r == ADVI_FOREIGN ? look(text, hear, depth + 1, err) : r;
}

/* A string found in a wrapping: JSON within JSON, or a line of text. */
static int found_string(struct advi_str quoted, const struct advi_unwrapped *hear, unsigned depth,
			struct adv_err *err)
{
	struct advi_json json;
	struct advi_str text;
	int r = ADVI_FOREIGN;

	advi_json_init(&json, quoted);
	if (advi_json_string(&json, &text)) {
		text = advi_str_trim(text);
		if (text.len && (text.ptr[0] == '{' || text.ptr[0] == '['))
			r = found(text, hear, depth, err);
		else if (text.len && hear->text)
			r = hear->text(hear->context, text, err);
	}
	advi_json_clear(&json);
	return r;
}

static int any(struct advi_str text, enum advi_json_kind kind, const struct advi_unwrapped *hear,
	       unsigned depth, struct adv_err *err)
{
	if (kind == ADVI_JSON_STRING)
		return found_string(text, hear, depth, err);
	if (kind == ADVI_JSON_OBJECT || kind == ADVI_JSON_ARRAY)
		return found(text, hear, depth, err);
	return ADVI_FOREIGN;
}

/* The worse of two: negative, then what could not be taken. */
static int worse(int a, int b)
{
	return a < 0 ? a : b < 0 ? b : a > b ? a : b;
}

static int look_object(struct advi_str text, const struct advi_unwrapped *hear, unsigned depth,
		       struct adv_err *err)
{
	struct shape shape = shape_of(text);
	bool dictionary = shape.members && shape.objects == shape.members && !shape.wrapped;
	int r = ADVI_TAKEN, best = ADVI_BROKEN + 1;
	enum advi_json_kind kind;
	struct advi_json json;
	struct advi_str key;

	if (!shape.wrapped && (shape.own || (shape.action && shape.members == 1)))
		return ADVI_TAKEN;
	if (!shape.wrapped && !dictionary)
		return ADVI_FOREIGN;
	advi_json_init(&json, text);
	for (advi_json_object(&json); r >= 0 && advi_json_key(&json, &key);) {
		/* Of several wrappers (Logstash has event and message) one is enough. */
		bool wanted = dictionary || (best != ADVI_TAKEN && IS_ONE_OF(key, wrappers));
		struct advi_str value = take_text(&json, &kind);
		int one = wanted ? any(value, kind, hear, depth, err) : ADVI_TAKEN;

		r = worse(r, one);
		if (wanted && one < best)
			best = one;
	}
	if (r >= 0 && !dictionary)
		r = best > ADVI_BROKEN ? ADVI_FOREIGN : best;
	r = json.problem ? worse(r, ADVI_BROKEN) : r;
	advi_json_clear(&json);
	return r;
}

static int look_array(struct advi_str text, const struct advi_unwrapped *hear, unsigned depth,
		      struct adv_err *err)
{
	int r = ADVI_TAKEN;
	enum advi_json_kind kind;
	struct advi_json json;

	advi_json_init(&json, text);
	for (advi_json_array(&json); r >= 0 && advi_json_item(&json);) {
		struct advi_str value = take_text(&json, &kind);

		r = worse(r, any(value, kind, hear, depth, err));
	}
	r = json.problem ? worse(r, ADVI_BROKEN) : r;
	advi_json_clear(&json);
	return r;
}

static int look(struct advi_str text, const struct advi_unwrapped *hear, unsigned depth,
		struct adv_err *err)
{
	if (depth >= WRAPPINGS || !text.len)
		return ADVI_FOREIGN;
	return text.ptr[0] == '[' ? look_array(text, hear, depth, err)
				  : look_object(text, hear, depth, err);
}

int advi_unwrap(struct advi_str text, const struct advi_unwrapped *hear, struct adv_err *err)
{
	return look(advi_str_trim(text), hear, 0, err);
}
