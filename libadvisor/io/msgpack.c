/* SPDX-License-Identifier: BSD-3-Clause */
/* MessagePack documents (msgpack-c's parser), as a tree or as JSON text. */
#include "io/msgpack.h"

#include <math.h>
#include <msgpack/unpack.h>
#include <msgpack/unpack_define.h>
#include <stdint.h>

enum { VALUES = 4 * 1000 * 1000 };

/* Where reading is. */
struct reading {
	struct advi_arena *arena;
	size_t bytes; /* of the document: no array or map can have more items */
	size_t values;
	const char *problem;
};

static int add(struct reading *reading, enum advi_msgpack_kind kind, struct advi_msgpack **out)
{
	if (++reading->values > VALUES) {
		reading->problem = "has more than four million values";
		return -1;
	}
	*out = advi_arena_alloc(reading->arena, sizeof(**out));
	(*out)->kind = kind;
	return 0;
}

/*
 * What follows are the callbacks of msgpack-c's parser template. Its own ones allocate what an
 * array claims to hold before any of it was seen; these believe nothing.
 */
static struct advi_msgpack *on_root(struct reading *reading)
{
	(void)reading;
	return NULL;
}

static int on_unsigned(struct reading *reading, uint64_t number, struct advi_msgpack **out)
{
	int r = add(reading, ADVI_MSGPACK_UINT, out);

	if (r == 0)
		(*out)->number = number;
	return r;
}

static int on_signed(struct reading *reading, int64_t number, struct advi_msgpack **out)
{
	int r;

	if (number >= 0)
		return on_unsigned(reading, (uint64_t)number, out);
	r = add(reading, ADVI_MSGPACK_INT, out);
	if (r == 0)
		(*out)->negative = number;
	return r;
}

static int on_real(struct reading *reading, double number, struct advi_msgpack **out)
{
	int r = add(reading, ADVI_MSGPACK_DOUBLE, out);

	if (r == 0)
		(*out)->real = number;
	return r;
}

static int on_flag(struct reading *reading, bool flag, struct advi_msgpack **out)
{
	int r = add(reading, ADVI_MSGPACK_BOOL, out);

	if (r == 0)
		(*out)->flag = flag;
	return r;
}

static int on_bytes(struct reading *reading, enum advi_msgpack_kind kind, const char *at,
		    unsigned length, struct advi_msgpack **out)
{
	int r = add(reading, kind, out);

	if (r == 0)
		(*out)->text = (struct advi_str){length ? at : "", length};
	return r;
}

static int on_list(struct reading *reading, enum advi_msgpack_kind kind, unsigned items,
		   struct advi_msgpack **out)
{
	if (items > reading->bytes) {
		reading->problem = "claims more items than it has bytes";
		return -1;
	}
	return add(reading, kind, out);
}

static void append(struct advi_msgpack *list, struct advi_msgpack *item)
{
	if (list->last)
		list->last->next = item;
	else
		list->first = item;
	list->last = item;
}

#define msgpack_unpack_struct(name) struct document##name
#define msgpack_unpack_func(result, name) static result document##name
#define msgpack_unpack_callback(name) take##name
#define msgpack_unpack_object struct advi_msgpack *
#define msgpack_unpack_user struct reading

#define take_root(r) on_root(r)
#define take_uint8(r, number, out) on_unsigned(r, number, out)
#define take_uint16(r, number, out) on_unsigned(r, number, out)
#define take_uint32(r, number, out) on_unsigned(r, number, out)
#define take_uint64(r, number, out) on_unsigned(r, number, out)
#define take_int8(r, number, out) on_signed(r, number, out)
#define take_int16(r, number, out) on_signed(r, number, out)
#define take_int32(r, number, out) on_signed(r, number, out)
#define take_int64(r, number, out) on_signed(r, number, out)
#define take_float(r, number, out) on_real(r, (double)(number), out)
#define take_double(r, number, out) on_real(r, number, out)
#define take_nil(r, out) add(r, ADVI_MSGPACK_NULL, out)
#define take_true(r, out) on_flag(r, true, out)
#define take_false(r, out) on_flag(r, false, out)
#define take_str(r, all, at, length, out) on_bytes(r, ADVI_MSGPACK_TEXT, at, length, out)
#define take_bin(r, all, at, length, out) on_bytes(r, ADVI_MSGPACK_BYTES, at, length, out)
#define take_ext(r, all, at, length, out) add(r, ADVI_MSGPACK_NULL, out)
#define take_array(r, items, out) on_list(r, ADVI_MSGPACK_ARRAY, items, out)
#define take_map(r, items, out) on_list(r, ADVI_MSGPACK_MAP, items, out)
#define take_array_item(r, list, item) (append(*(list), item), 0)
#define take_map_item(r, list, key, value) (append(*(list), key), append(*(list), value), 0)

#include <msgpack/unpack_template.h>

const struct advi_msgpack *advi_msgpack_read(struct advi_arena *arena, struct advi_str document,
					     const char **problem)
{
	struct document_context context = {
		.user = {.arena = arena, .bytes = document.len, .problem = NULL}};
	size_t taken = 0;
	int r;

	*problem = "is empty";
	if (!document.len)
		return NULL;
	document_init(&context);
	r = document_execute(&context, document.ptr, document.len, &taken);
	if (r < 0)
		*problem = context.user.problem ? context.user.problem
						: "is no MessagePack, or nested too deeply";
	else if (r == 0)
		*problem = "ends too early";
	else if (taken != document.len)
		*problem = "has something behind its end";
	else
		return document_data(&context);
	return NULL;
}

const struct advi_msgpack *advi_msgpack_get(const struct advi_msgpack *map, const char *key)
{
	const struct advi_msgpack *found = NULL;

	if (map->kind != ADVI_MSGPACK_MAP)
		return NULL;
	for (const struct advi_msgpack *at = map->first; at; at = at->next->next)
		if (at->kind == ADVI_MSGPACK_TEXT && advi_str_is(at->text, key))
			found = at->next;
	return found;
}

/* A JSON string; what is no UTF-8 in it is written as '/'. */
static void quote(struct advi_buf *out, struct advi_str text)
{
	advi_buf_byte(out, '"');
	for (size_t length; text.len; text = advi_str_from(text, length ? length : 1)) {
		length = advi_str_rune(text);
		if (!length)
			advi_buf_byte(out, '/');
		else if (*text.ptr == '"' || *text.ptr == '\\')
			advi_buf_printf(out, "\\%c", *text.ptr);
		else if ((unsigned char)*text.ptr < 0x20)
			advi_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*text.ptr);
		else
			advi_buf_add(out, (struct advi_str){text.ptr, length});
	}
	advi_buf_byte(out, '"');
}

static void write_hex(struct advi_buf *out, struct advi_str bytes)
{
	static const char digits[] = "0123456789abcdef";

	advi_buf_byte(out, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		advi_buf_byte(out, digits[(unsigned char)bytes.ptr[i] >> 4]);
		advi_buf_byte(out, digits[(unsigned char)bytes.ptr[i] & 0xF]);
	}
	advi_buf_byte(out, '"');
}

static void write_map(struct advi_buf *out, const struct advi_msgpack *map)
{
	bool begun = false;

	advi_buf_byte(out, '{');
	for (const struct advi_msgpack *at = map->first; at; at = at->next->next) {
		if (at->kind != ADVI_MSGPACK_TEXT)
			continue;
		if (begun)
			advi_buf_byte(out, ',');
		begun = true;
		quote(out, at->text);
		advi_buf_byte(out, ':');
		advi_msgpack_json(out, at->next);
	}
	advi_buf_byte(out, '}');
}

/* Nesting was limited when the document was read. */
void advi_msgpack_json(struct advi_buf *out, const struct advi_msgpack *value)
{
	switch (value->kind) {
	case ADVI_MSGPACK_NULL:
		advi_buf_text(out, "null");
		break;
	case ADVI_MSGPACK_BOOL:
		advi_buf_text(out, value->flag ? "true" : "false");
		break;
	case ADVI_MSGPACK_UINT:
		advi_buf_printf(out, "%llu", (unsigned long long)value->number);
		break;
	case ADVI_MSGPACK_INT:
		advi_buf_printf(out, "%lld", (long long)value->negative);
		break;
	case ADVI_MSGPACK_DOUBLE:
		if (isfinite(value->real))
			advi_buf_printf(out, "%.17g", value->real);
		else
			advi_buf_text(out, "null");
		break;
	case ADVI_MSGPACK_TEXT:
		if (advi_str_utf8(value->text))
			quote(out, value->text);
		else
			advi_buf_text(out, "false");
		break;
	case ADVI_MSGPACK_BYTES:
		write_hex(out, value->text);
		break;
	case ADVI_MSGPACK_ARRAY:
		advi_buf_byte(out, '[');
		for (const struct advi_msgpack *at = value->first; at; at = at->next) {
			advi_msgpack_json(out, at);
			if (at->next)
				advi_buf_byte(out, ',');
		}
		advi_buf_byte(out, ']');
		break;
	case ADVI_MSGPACK_MAP:
		write_map(out, value);
		break;
	}
}
