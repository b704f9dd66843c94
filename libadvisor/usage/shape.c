/* SPDX-License-Identifier: BSD-3-Clause */
/* Run records written as others were. */
#include "usage/shape.h"

#include "base/mem.h"
#include "io/json_plain.h"
#include "usage/xalt_fields.h"

enum { NOWHERE = UINT16_MAX, LONGEST = 64 << 10 };

/* What a value is, and how it is read. */
enum value {
	STRING, /* without the quotes, which are of the text around it */
	NUMBER,
	COMMAND,     /* cmdlineA: strings, of which the first one counts */
	LIBS,        /* libA, and */
	ENVIRONMENT, /* envT: as the memory knows them */
	ANY          /* nothing of it counts */
};

static void clear_shape(struct advi_shape *shape)
{
	free(shape->text);
	advi_vec_clear(&shape->steps);
	*shape = (struct advi_shape){0};
}

void advi_shapes_clear(struct advi_shapes *shapes)
{
	for (size_t i = 0; i < ADVI_SHAPES; i++)
		clear_shape(&shapes->all[i]);
	*shapes = (struct advi_shapes){0};
}

/* --- values; each gives where the value ends, or NULL when it is not sure of it --- */

/* The quote that ends a string without escapes, of ASCII. */
static const char *to_quote(const char *at, const char *end)
{
	at = advi_json_plain(at, end);
	return at < end && *at == '"' ? at : NULL;
}

static const char *to_no_digit(const char *at, const char *end)
{
	while (at < end && (unsigned char)(*at - '0') < 10)
		at++;
	return at;
}

/* Digits, perhaps with a point: what follows them must be the text of the shape. */
static const char *over_number(const char *at, const char *end)
{
	const char *point = to_no_digit(at, end), *last;

	if (point == at || (*at == '0' && point > at + 1))
		return NULL;
	if (point == end || *point != '.')
		return point;
	last = to_no_digit(point + 1, end);
	return last > point + 1 ? last : NULL;
}

static const char *take_number(const char *at, const char *end, double *out)
{
	const char *after = over_number(at, end);
	struct advi_json json;

	if (!after)
		return NULL;
	advi_json_init(&json, (struct advi_str){at, (size_t)(after - at)});
	return advi_json_number(&json, out) ? after : NULL;
}

static const char *take_command(const char *at, const char *end, struct advi_str *first)
{
	const char *from = at;

	do {
		const char *word = at + 2;

		if (end - at < 3 || at[1] != '"' || !(at = to_quote(word, end)))
			return NULL;
		if (word == from + 2)
			*first = (struct advi_str){word, (size_t)(at - word)};
		at++;
	} while (at < end && *at == ',');
	return *from == '[' && at < end && *at == ']' ? at + 1 : NULL;
}

static const char *over_any(const char *at, const char *end)
{
	struct advi_json json;
	bool good;

	advi_json_init(&json, (struct advi_str){at, (size_t)(end - at)});
	good = advi_json_skip(&json);
	at = json.at;
	advi_json_clear(&json);
	return good ? at : NULL;
}

/* The quote that ends any string. */
static const char *over_string(const char *at, const char *end)
{
	const char *after = over_any(at - 1, end);

	return after ? after - 1 : NULL;
}

static const char *take_known(enum value value, const char *at, const char *end,
			      struct advi_xalt_fields *out)
{
	static const struct advi_str libs = {"libA", 4}, variables = {"envT", 4};
	struct advi_str rest = {at, (size_t)(end - at)};
	struct advi_xalt_environment own = {0};
	size_t known = out->memory->known(out->memory->context, value == LIBS ? libs : variables,
					  rest, &own);

	if (!known)
		return NULL;
	if (value == LIBS) {
		out->lib_words = (struct advi_str){at, known};
		out->libs_known = true;
	}
	advi_xalt_set_variables(&out->environment, &own);
	return at + known;
}

static const char *take_value(const struct advi_shape_step *step, const char *at, const char *end,
			      struct advi_xalt_fields *out)
{
	char *to = (char *)out + step->offset;
	const char *after;

	switch (step->value) {
	case STRING:
		after = to_quote(at, end);
		if (step->offset == NOWHERE)
			return after ? after : over_string(at, end);
		if (after)
			*(struct advi_str *)(void *)to =
				(struct advi_str){at, (size_t)(after - at)};
		return after;
	case NUMBER:
		return step->offset == NOWHERE ? over_number(at, end)
					       : take_number(at, end, (double *)(void *)to);
	case COMMAND:
		return take_command(at, end, &out->argv0);
	case ANY:
		return over_any(at, end);
	default:
		return take_known(step->value, at, end, out);
	}
}

/* --- a record --- */

/* Whether so many bytes are the same; mostly some ten. */
static inline bool same(const char *a, const char *b, size_t count)
{
	uint64_t x, y;

	if (count < sizeof(x))
		return memcmp(a, b, count) == 0;
	for (size_t at = 0;; at += sizeof(x)) {
		if (at + sizeof(x) > count)
			at = count - sizeof(x);
		memcpy(&x, a + at, sizeof(x));
		memcpy(&y, b + at, sizeof(y));
		if (x != y)
			return false;
		if (at + sizeof(x) == count)
			return true;
	}
}

/* Sets '*unmet' when a record fits up to a value that the memory does not know. */
static bool fits(const struct advi_shape *shape, struct advi_str record,
		 struct advi_xalt_fields *out, bool *unmet)
{
	const char *at = record.ptr, *end = record.ptr + record.len;

	for (size_t i = 0; i < shape->steps.count; i++) {
		const struct advi_shape_step *step = &shape->steps.at[i];

		if ((size_t)(end - at) < step->length ||
		    !same(at, shape->text + step->from, step->length))
			return false;
		at = take_value(step, at + step->length, end, out);
		*unmet |= !at && (step->value == LIBS || step->value == ENVIRONMENT);
		if (!at)
			return false;
	}
	return shape->text && (size_t)(end - at) == shape->length - shape->rest &&
	       same(at, shape->text + shape->rest, shape->length - shape->rest);
}

bool advi_shapes_read(struct advi_shapes *shapes, struct advi_str record,
		      const struct advi_xalt_memory *memory, struct advi_record_seen *out)
{
	shapes->unmet = false;
	for (size_t i = 0; i < ADVI_SHAPES; i++) {
		size_t which = (shapes->last + i) % ADVI_SHAPES;
		struct advi_xalt_fields fields;

		advi_xalt_fields_init(&fields, &shapes->none, memory);
		fields.run = true;
		if (!fits(&shapes->all[which], record, &fields, &shapes->unmet))
			continue;
		shapes->last = which;
		advi_xalt_settle(&fields, out);
		return out->kind != ADVI_RECORD_REFUSED;
	}
	return false;
}

/* --- learning one --- */

struct learning {
	struct advi_shape shape;
	struct advi_json json;
	const char *from; /* where the text before the next value begins */
	bool run, unsure;
};

/* A value that lies between 'at' and the cursor. */
static void add_step(struct learning *learning, enum value value, const struct advi_xalt_key *key,
		     const char *at)
{
	const char *start = learning->json.start, *text = learning->from;
	size_t quote = value == STRING;

	learning->from = learning->json.at - quote;
	advi_vec_push(&learning->shape.steps,
		      ((struct advi_shape_step){.from = (uint32_t)(text - start),
						.length = (uint32_t)(at - text + (ptrdiff_t)quote),
						.value = (uint8_t)value,
						.offset = key ? (uint16_t)key->offset : NOWHERE}));
}

/* A value that any record may have otherwise, unless it is of an object that is alike in all. */
static void learn_value(struct learning *learning, const struct advi_xalt_key *key, bool alike)
{
	struct advi_json *json = &learning->json;
	enum advi_json_kind kind = advi_json_peek(json);
	const char *at = json->at;

	advi_json_skip(json);
	learning->unsure |= key && key->form == ADVI_XALT_EITHER && kind != ADVI_JSON_NULL;
	if (kind == ADVI_JSON_STRING && !alike)
		add_step(learning, STRING, key, at);
	else if (kind == ADVI_JSON_NUMBER)
		add_step(learning, NUMBER, key, at);
	else if (kind == ADVI_JSON_OBJECT || kind == ADVI_JSON_ARRAY)
		add_step(learning, ANY, NULL, at);
}

static void learn_object(struct learning *learning, struct advi_str name)
{
	bool user = advi_str_is(name, "userT"), data = advi_str_is(name, "userDT");
	enum advi_xalt_object object = user ? ADVI_XALT_USERT : ADVI_XALT_USERDT;
	struct advi_str key;

	learning->run |= user;
	for (advi_json_object(&learning->json); advi_json_key(&learning->json, &key);)
		learn_value(learning, user || data ? advi_xalt_key(object, key) : NULL,
			    !user && !data);
}

static void learn_top(struct learning *learning, struct advi_str name)
{
	static const struct {
		struct advi_str name;
		enum advi_json_kind kind;
		enum value value;
	} whole[] = {
		{{"cmdlineA", 8}, ADVI_JSON_ARRAY, COMMAND},
		{{"libA", 4}, ADVI_JSON_ARRAY, LIBS},
		{{"envT", 4}, ADVI_JSON_OBJECT, ENVIRONMENT},
	};
	enum advi_json_kind kind = advi_json_peek(&learning->json);
	const char *at = learning->json.at;

	for (size_t i = 0; i < ADVI_COUNT(whole); i++)
		if (kind == whole[i].kind && advi_str_eq(name, whole[i].name)) {
			advi_json_skip(&learning->json);
			add_step(learning, whole[i].value, NULL, at);
			return;
		}
	if (kind == ADVI_JSON_OBJECT)
		learn_object(learning, name);
	else
		learn_value(learning, advi_xalt_key(ADVI_XALT_TOP, name), false);
}

static bool is_same_shape(const struct advi_shape *a, const struct advi_shape *b)
{
	if (!a->text || a->steps.count != b->steps.count ||
	    a->length - a->rest != b->length - b->rest ||
	    memcmp(a->text + a->rest, b->text + b->rest, a->length - a->rest) != 0)
		return false;
	for (size_t i = 0; i < a->steps.count; i++) {
		const struct advi_shape_step *x = &a->steps.at[i], *y = &b->steps.at[i];

		if (x->length != y->length || x->value != y->value || x->offset != y->offset ||
		    memcmp(a->text + x->from, b->text + y->from, x->length) != 0)
			return false;
	}
	return true;
}

void advi_shapes_learn(struct advi_shapes *shapes, struct advi_str record)
{
	struct learning learning = {.from = record.ptr};
	struct advi_shape *shape = &learning.shape;
	struct advi_str name;

	if (record.len > LONGEST || shapes->unmet)
		return;
	advi_json_init(&learning.json, record);
	for (advi_json_object(&learning.json); advi_json_key(&learning.json, &name);)
		learn_top(&learning, name);
	learning.unsure |= !learning.run || !advi_json_end(&learning.json);
	shape->text = advi_malloc(record.len + 1);
	memcpy(shape->text, record.ptr, record.len);
	shape->length = record.len;
	shape->rest = (size_t)(learning.from - record.ptr);
	for (size_t i = 0; i < ADVI_SHAPES; i++)
		learning.unsure |= is_same_shape(&shapes->all[i], shape);
	if (learning.unsure) {
		clear_shape(shape);
	} else {
		shapes->last = (shapes->last + ADVI_SHAPES - 1) % ADVI_SHAPES;
		clear_shape(&shapes->all[shapes->last]);
		shapes->all[shapes->last] = *shape;
	}
	advi_json_clear(&learning.json);
}
