/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of XALT's in a syslog: read, and put together. */
#include "usage/block.h"

#include <openssl/evp.h>
#include <zlib.h>

/* Where the fields go, by their names. */
enum field { VERSION, KIND, HOST, KEY, CRC, CRC_4, COUNT, AT, VALUE, FIELDS };

static const char *const names[FIELDS] = {"V",      "kind", "syshost", "key",  "crc",
					  "crcStr", "nb",   "idx",     "value"};

bool advi_block_find(struct advi_str line, struct advi_str *message)
{
	struct advi_str tag = ADVI_STR("XALT_LOGGING");
	size_t at = advi_str_search(line, tag);

	*message = advi_str_from(line, at + tag.len);
	return at < line.len;
}

/* Takes "name:value" off the front; the value of 'value', and of a kind in version 1, is all. */
static bool take_field(struct advi_str *rest, struct advi_str *name, struct advi_str *value)
{
	static const char *const kinds[] = {"run", "pkg", "link"};
	size_t colon, end;
	bool last;

	while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
		*rest = advi_str_from(*rest, 1);
	colon = advi_str_find(*rest, ':');
	if (!rest->len || colon == rest->len)
		return false;
	*name = (struct advi_str){rest->ptr, colon};
	*value = advi_str_from(*rest, colon + 1);
	last = advi_str_is(*name, "value");
	for (size_t i = 0; i < ADVI_COUNT(kinds); i++)
		last |= advi_str_is(*name, kinds[i]);
	end = last ? value->len : advi_str_find(*value, ' ');
	*rest = advi_str_from(*value, end);
	value->len = end;
	return true;
}

/* Fields by their names. NULL, or why a message can't be read. */
static const char *take_fields(struct advi_str message, struct advi_str out[FIELDS])
{
	struct advi_str name, value;

	/* Behind the tag: the rest of the host's name, perhaps a process in brackets, a colon. */
	message = advi_str_from(message, advi_str_find(message, ' '));
	while (!out[VALUE].ptr && take_field(&message, &name, &value)) {
		int at = 0;

		while (at < FIELDS && !advi_str_is(name, names[at]))
			at++;
		if (at < FIELDS) {
			out[at] = value;
		} else if (advi_str_is(name, "run") || advi_str_is(name, "pkg") ||
			   advi_str_is(name, "link")) {
			out[KIND] = name;
			out[VALUE] = value;
		}
	}
	return out[VALUE].ptr ? NULL : "is a message without a value";
}

static bool number(struct advi_str text, unsigned otherwise, uint64_t most, unsigned *out)
{
	uint64_t value = otherwise;
	bool good = !text.ptr || advi_str_u64(text, &value);

	*out = (unsigned)(value <= most ? value : 0);
	return good && value <= most;
}

const char *advi_block_read(struct advi_str message, struct advi_block *out)
{
	struct advi_str field[FIELDS] = {0};
	const char *problem = take_fields(message, field);

	if (problem)
		return problem;
	*out = (struct advi_block){
		.kind = field[KIND],
		.host = field[HOST],
		.key = field[KEY],
		.crc = field[CRC].ptr ? field[CRC] : field[CRC_4],
		.value = field[VALUE],
	};
	if (!number(field[VERSION], 1, 4, &out->version) || !out->version)
		return "is a message of an unknown version";
	if (!number(field[COUNT], 1, ADVI_BLOCKS, &out->count) || !out->count)
		return "is a message with an unusable nb";
	if (!number(field[AT], 0, out->count - 1, &out->at))
		return "is a message with an idx out of range";
	if (out->count > 1 && !out->key.len)
		return "is a message without a key";
	if (out->count > 1 && out->value.len > ADVI_SLICE_BYTES)
		return "is a message that is too long";
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	unsigned left = ((const struct advi_slice *)a)->at,
		 right = ((const struct advi_slice *)b)->at;

	return (left > right) - (left < right);
}

/*
 * The length of an inner slice: that of the longest one. A single one that is a little shorter than
 * XALT's own length has lost blanks.
 */
static size_t inner_length(const advi_slices *slices)
{
	enum { BLANKS = 64 };
	size_t longest = 0;

	for (size_t i = 0; i + 1 < slices->count; i++)
		if (slices->at[i].value.len > longest)
			longest = slices->at[i].value.len;
	return longest >= ADVI_BLOCK_BYTES - BLANKS && longest < ADVI_BLOCK_BYTES ? ADVI_BLOCK_BYTES
										  : longest;
}

static void join(const advi_slices *slices, bool padded, struct advi_buf *out)
{
	size_t inner = inner_length(slices);

	for (size_t i = 0; i < slices->count; i++) {
		size_t length = slices->at[i].value.len;

		advi_buf_add(out, slices->at[i].value);
		for (; padded && i + 1 < slices->count && length < inner; length++)
			advi_buf_byte(out, ' ');
	}
}

/* Undoes base64 in place. */
static bool decode(struct advi_buf *text)
{
	size_t length = text->len, pad = 0;
	int got;

	while (length && (text->ptr[length - 1] == '=' || text->ptr[length - 1] == ' ')) {
		pad += text->ptr[length - 1] == '=';
		length--;
	}
	length += pad;
	if (!length || length % 4 || pad > 2 || length > INT32_MAX)
		return false;
	got = EVP_DecodeBlock((unsigned char *)text->ptr, (const unsigned char *)text->ptr,
			      (int)length);
	text->len = got > 0 ? (size_t)got - pad : 0;
	return got > 0;
}

/* A bomb ends at the cap of 'out'. */
static const char *inflate_all(struct advi_str packed, struct advi_buf *out)
{
	enum { STEP = 64 << 10 };
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len};
	int r = Z_OK;

	if (inflateInit(&stream) != Z_OK)
		abort();
	while (r == Z_OK) {
		char *room = advi_buf_room(out, STEP);

		if (!room)
			break;
		stream.next_out = (Bytef *)room;
		stream.avail_out = STEP;
		r = inflate(&stream, Z_NO_FLUSH);
		out->len += STEP - stream.avail_out;
	}
	inflateEnd(&stream);
	if (out->full)
		return "is longer than 16 MiB";
	return r == Z_STREAM_END ? NULL : "holds no whole zlib stream";
}

const char *advi_block_join(advi_slices *slices, unsigned version, struct advi_buf *out)
{
	ADVI_AUTO(buf) struct advi_buf packed = ADVI_BUF_INIT(out->cap);

	advi_vec_sort(slices, by_place);
	if (version > 2) {
		join(slices, true, out);
		return out->full ? "is longer than 16 MiB" : NULL;
	}
	join(slices, false, &packed);
	if (packed.full)
		return "is longer than 16 MiB";
	if (packed.len && packed.ptr[0] == '{') {
		advi_buf_add(out, advi_buf_str(&packed));
		return NULL;
	}
	if (!decode(&packed))
		return "holds no base64";
	if (packed.len && packed.ptr[0] != '{')
		return inflate_all(advi_buf_str(&packed), out);
	advi_buf_add(out, advi_buf_str(&packed));
	return NULL;
}
