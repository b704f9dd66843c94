/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sources of Python whose texts name the placeholder: 'HOLD/share' becomes an expression that says
 * where the image is. Only texts of one line for which any expression can stand are touched; a
 * source that can't be read with certainty stays as it is. (The Python Language Reference, 2.)
 */
#include "bundle/relocate.h"

#define PREFIX "__import__('sys').base_prefix"

struct reader {
	struct advi_str data, placeholder;
	size_t at;
	size_t depth;     /* of open brackets */
	bool line_begins; /* nothing stands before in this statement */
	bool is_case;     /* a pattern takes no expressions */
	bool after_text;  /* texts that follow each other are one */
};

/* A text; offsets in the source. */
struct literal {
	size_t from, quote, inner, end,
		to; /* prefix, first quote, content, last quote, behind it */
	bool triple;
};

static char byte_at(const struct reader *reader, size_t at)
{
	return at < reader->data.len ? reader->data.ptr[at] : '\0';
}

static bool is_quote(char byte)
{
	return byte == '\'' || byte == '"';
}

static bool is_word(char byte)
{
	unsigned char code = (unsigned char)byte;

	return byte == '_' || (byte >= '0' && byte <= '9') || code >= 0x80 ||
	       ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
}

/* The end of the word at 'at'. */
static size_t word_end(const struct reader *reader, size_t at)
{
	while (at < reader->data.len && is_word(reader->data.ptr[at]))
		at++;
	return at;
}

/* Whether a text begins at 'at', with its letters: '*quote' is where. */
static bool begins_text(const struct reader *reader, size_t at, size_t *quote)
{
	static const char letters[] = "bBfFrRtTuU";
	size_t end = at;

	while (end < at + 2 && byte_at(reader, end) && strchr(letters, byte_at(reader, end)))
		end++;
	*quote = end;
	return is_quote(byte_at(reader, end));
}

/* A text with fields, in which there may be other texts: whether it surely ends where it seems to.
 */
static bool is_plain(struct advi_str inner)
{
	size_t opened = 0, closed = 0, quotes = 0;

	for (size_t i = 0; i < inner.len; i++) {
		opened += inner.ptr[i] == '{';
		closed += inner.ptr[i] == '}';
		quotes += is_quote(inner.ptr[i]);
	}
	return opened == closed && (!opened || !quotes);
}

/* Reads the text at 'at'; false when its end is not sure. */
static bool read_text(const struct reader *reader, size_t at, size_t quote, struct literal *out)
{
	char mark = byte_at(reader, quote);
	size_t end, width;

	*out = (struct literal){.from = at, .quote = quote};
	out->triple = byte_at(reader, quote + 1) == mark && byte_at(reader, quote + 2) == mark;
	width = out->triple ? 3 : 1;
	out->inner = quote + width;
	for (end = out->inner; end < reader->data.len; end++) {
		char byte = reader->data.ptr[end];

		if (byte == '\\')
			end++;
		else if (byte == '\n' && !out->triple)
			return false;
		else if (byte == mark && (!out->triple || (byte_at(reader, end + 1) == mark &&
							   byte_at(reader, end + 2) == mark)))
			break;
	}
	if (end >= reader->data.len)
		return false;
	out->end = end;
	out->to = end + width;
	for (size_t i = at; i < quote; i++)
		if (strchr("fFtT", reader->data.ptr[i]))
			return is_plain(
				(struct advi_str){reader->data.ptr + out->inner, end - out->inner});
	return true;
}

/* Whether the line end at 'at' ends no line. */
static bool is_joined(const struct reader *reader, size_t at)
{
	return byte_at(reader, at - 1) == '\\' ||
	       (byte_at(reader, at - 1) == '\r' && at > 1 && byte_at(reader, at - 2) == '\\');
}

/* Whether another text follows, which would be one with it. */
static bool text_follows(const struct reader *reader, size_t at)
{
	size_t quote;

	for (;; at++) {
		char byte = byte_at(reader, at);

		if (byte == '#' && reader->depth)
			at += advi_str_find(advi_str_from(reader->data, at), '\n');
		else if (byte == '\\' &&
			 (byte_at(reader, at + 1) == '\n' || byte_at(reader, at + 1) == '\r'))
			continue;
		else if (byte == '\n' && (reader->depth || is_joined(reader, at)))
			continue;
		else if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\f')
			return begins_text(reader, at, &quote);
	}
}

/* Whether an expression can stand in its place. */
static bool can_change(const struct reader *reader, const struct literal *text)
{
	struct advi_str inner = {reader->data.ptr + text->inner, text->end - text->inner};
	size_t at = advi_str_search(inner, reader->placeholder);

	for (size_t i = text->from; i < text->quote; i++)
		if (!strchr("rRuU", reader->data.ptr[i]))
			return false;
	return at < inner.len && !text->triple && !reader->is_case && !reader->after_text &&
	       !(reader->line_begins && !reader->depth) && (at == 0 || inner.ptr[at - 1] != '\\') &&
	       !text_follows(reader, text->to);
}

/* 'HOLD/a' as (PREFIX + '/a'). */
static void change(struct advi_buf *out, const struct reader *reader, const struct literal *text)
{
	struct advi_str rest = {reader->data.ptr + text->inner, text->end - text->inner};
	struct advi_str open = {reader->data.ptr + text->from, text->inner - text->from};
	char mark = byte_at(reader, text->quote);
	bool first = true;

	advi_buf_byte(out, '(');
	for (size_t at; (at = advi_str_search(rest, reader->placeholder)) <= rest.len;
	     first = false) {
		if (at) {
			advi_buf_text(out, first ? "" : " + ");
			advi_buf_add(out, open);
			advi_buf_add(out, (struct advi_str){rest.ptr, at});
			advi_buf_byte(out, mark);
		}
		if (at == rest.len)
			break;
		advi_buf_text(out, first && !at ? PREFIX : " + " PREFIX);
		rest = advi_str_from(rest, at + reader->placeholder.len);
	}
	advi_buf_byte(out, ')');
}

/* What is no text: '*to' is where it ends. */
static void pass(struct reader *reader, size_t *to)
{
	char byte = byte_at(reader, reader->at);

	*to = reader->at + 1;
	if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f')
		return;
	if (byte == '#') {
		*to = reader->at + advi_str_find(advi_str_from(reader->data, reader->at), '\n');
	} else if (byte == '\\' && byte_at(reader, *to) == '\r' &&
		   byte_at(reader, *to + 1) == '\n') {
		*to += 2;
	} else if (byte == '\\' && byte_at(reader, *to) == '\n') {
		++*to;
	} else if ((byte == '\n' || byte == ';') && !reader->depth) {
		reader->line_begins = true;
		reader->is_case = reader->after_text = false;
	} else if (byte != '\n') {
		reader->depth += memchr("([{", byte, 3) != NULL;
		reader->depth -= memchr(")]}", byte, 3) != NULL && reader->depth;
		if (is_word(byte))
			*to = word_end(reader, reader->at);
		reader->is_case |= reader->line_begins &&
				   advi_str_is((struct advi_str){reader->data.ptr + reader->at,
								 *to - reader->at},
					       "case");
		reader->line_begins = reader->after_text = false;
	}
}

bool advi_relocate_python(struct advi_buf *out, struct advi_str data, struct advi_str placeholder)
{
	struct reader reader = {.data = data, .placeholder = placeholder, .line_begins = true};
	size_t before = out->len, quote, to;
	struct literal text;
	bool changed = false;

	while (reader.at < data.len) {
		to = reader.at;
		if (begins_text(&reader, reader.at, &quote)) {
			if (!read_text(&reader, reader.at, quote, &text)) {
				out->len = before;
				return false;
			}
			to = text.to;
			if (can_change(&reader, &text)) {
				change(out, &reader, &text);
				changed = true;
				reader.at = to;
			}
			reader.after_text = true;
			reader.line_begins = false;
		} else {
			pass(&reader, &to);
		}
		advi_buf_add(out, (struct advi_str){data.ptr + reader.at, to - reader.at});
		reader.at = to;
	}
	if (!changed)
		out->len = before;
	return changed;
}
