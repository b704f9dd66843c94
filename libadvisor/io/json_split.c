/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting a stream of JSON text into values. */
#include "io/json_split.h"

enum { SLACK_BYTES = 4 << 20 }; /* what may be held beside one value: blocks of the stream */

void advi_split_init(struct advi_split *split, struct advi_stream *stream, size_t longest)
{
	*split = (struct advi_split){
		.stream = stream,
		.longest = longest,
		.held = ADVI_BUF_INIT(longest + SLACK_BYTES),
	};
}

void advi_split_clear(struct advi_split *split)
{
	advi_buf_clear(&split->held);
}

/* Reads on; what is before the value that is being passed is dropped. 0 at the end. */
static int fill(struct advi_split *split, struct adv_err *err)
{
	size_t keep = split->state == ADVI_SPLIT_INSIDE ? split->start : split->at;
	struct advi_str block;
	int r;

	/* Some bytes before it stay: an indentation is looked at again. */
	keep = keep > ADVI_SPLIT_START_BYTES ? keep - ADVI_SPLIT_START_BYTES : 0;
	if (keep) {
		memmove(split->held.ptr, split->held.ptr + keep, split->held.len - keep);
		split->held.len -= keep;
		split->at -= keep;
		split->start -= split->start < keep ? split->start : keep;
		split->base += keep;
	}
	if (split->ended)
		return 0;
	r = advi_stream_read(split->stream, &block, err);
	if (r < 0)
		return r;
	split->ended = !block.len;
	advi_buf_add(&split->held, block);
	return block.len > 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Outside of strings: punctuation, numbers, and the letters of true, false and null. */
static bool is_token(char c)
{
	return is_blank(c) || (c >= '0' && c <= '9') || (c && strchr("{}[]:,\"+-.eEtrufalsn", c));
}

/* The blanks between the line's beginning and 'at'; SIZE_MAX when there is something else. */
static size_t indentation(const struct advi_split *split, size_t at)
{
	size_t from = at;

	while (from > 0 && (split->held.ptr[from - 1] == ' ' || split->held.ptr[from - 1] == '\t'))
		from--;
	if (from ? split->held.ptr[from - 1] == '\n' : split->base == 0)
		return at - from;
	return SIZE_MAX;
}

static void begin(struct advi_split *split, size_t at)
{
	split->state = ADVI_SPLIT_INSIDE;
	split->start = split->at = at;
	split->bare = indentation(split, at);
	split->depth = 0;
	split->quoted = split->escaped = false;
	split->last = ':';
}

/* Remembers a good value's first key, as it is written: '{"crc"'. */
static void learn(struct advi_split *split, struct advi_str text)
{
	size_t quote = advi_str_find(text, '"'), end;

	end = quote + 1 + advi_str_find(advi_str_from(text, quote + 1), '"') + 1;
	if (text.ptr[0] != '{' || end > text.len || end > ADVI_SPLIT_START_BYTES ||
	    memchr(text.ptr, '\0', end))
		return;
	for (size_t i = 0; i < split->start_count; i++)
		if (strncmp(split->starts[i], text.ptr, end) == 0 && !split->starts[i][end])
			return;
	if (split->start_count == ADVI_SPLIT_STARTS)
		return;
	memcpy(split->starts[split->start_count], text.ptr, end);
	split->starts[split->start_count++][end] = '\0';
}

/* Whether a value may begin at an opening brace, after another was damaged. */
static bool looks_like_start(const struct advi_split *split, size_t at)
{
	struct advi_str rest = advi_str_from(advi_buf_str(&split->held), at);

	for (size_t i = 0; i < split->start_count; i++)
		if (advi_str_starts(rest, advi_str(split->starts[i])))
			return true;
	return split->bare != SIZE_MAX && indentation(split, at) == split->bare;
}

/* Goes to the next beginning, from split->at on. 1 when there is one, 0 at the end. */
static int find_start(struct advi_split *split, struct adv_err *err)
{
	int r;

	for (;;) {
		for (; split->at < split->held.len; split->at++) {
			if (split->held.ptr[split->at] != '{')
				continue;
			/* A beginning may be cut by the end of what is held. */
			if (!split->ended && split->held.len - split->at < ADVI_SPLIT_START_BYTES)
				break;
			if (looks_like_start(split, split->at)) {
				begin(split, split->at);
				return 1;
			}
		}
		if (split->ended)
			return 0;
		r = fill(split, err);
		if (r < 0)
			return r;
	}
}

/* Whether an object that is too large is a record, by the keys that are held. */
static bool is_record(const struct advi_split *split)
{
	struct advi_json json;
	struct advi_str key;
	bool known = false;

	advi_json_init(&json, advi_str_from(advi_buf_str(&split->held), split->start));
	for (advi_json_object(&json); !known && advi_json_key(&json, &key);) {
		known = split->is_record && split->is_record(key);
		advi_json_skip(&json);
	}
	advi_json_clear(&json);
	return known;
}

static void open_container(struct advi_split *split, size_t at)
{
	split->around[split->outer++] = split->held.ptr[at];
	split->state = ADVI_SPLIT_OUTSIDE;
	split->at = at + 1;
	split->quoted = split->escaped = false;
}

/*
 * Opens the value that is being passed, when it is an object and no record: what is in it may be
 * read one by one. 'damage' in held is why.
 */
static bool open_value(struct advi_split *split, size_t damage, const char *problem)
{
	if (split->held.ptr[split->start] != '{' || split->outer == ADVI_JSON_DEPTH ||
	    is_record(split))
		return false;
	if (problem && !split->pending) {
		split->pending = problem;
		split->blamed = split->base + split->start;
		split->until = split->base + damage;
	}
	open_container(split, split->start);
	return true;
}

/* Gives up the value that is being passed: it is told once, then another beginning is sought. */
static int refuse(struct advi_split *split, struct advi_value *out, const char *problem)
{
	bool told = split->state == ADVI_SPLIT_PASSING;

	if (!told && open_value(split, split->at, problem))
		return 0;
	if (split->outer == ADVI_JSON_DEPTH)
		split->outer = 0;
	split->pending = NULL;
	*out = (struct advi_value){.offset = split->base + split->start, .problem = problem};
	if (split->state == ADVI_SPLIT_INSIDE)
		split->at = split->start + 1;
	split->state = ADVI_SPLIT_LOST;
	return !told;
}

/* None of the members was refused: what was opened is at fault itself. */
static int tell_pending(struct advi_split *split, struct advi_value *out)
{
	*out = (struct advi_value){.offset = split->blamed, .problem = split->pending};
	split->pending = NULL;
	return 1;
}

/* A value is larger than what may be held. 1 when it is told. */
static int too_long(struct advi_split *split, struct advi_value *out)
{
	if (open_value(split, split->start, NULL))
		return 0;
	split->pending = NULL;
	*out = (struct advi_value){.offset = split->base + split->start,
				   .problem = "is longer than 16 MiB"};
	split->state = ADVI_SPLIT_PASSING;
	return 1;
}

/* Passes one byte within a value. NULL, or why it can't be JSON. */
static const char *pass(struct advi_split *split, char c)
{
	if (split->quoted) {
		if (c == '\n')
			return "has a line end in a string";
		if (split->escaped)
			split->escaped = false;
		else if (c == '\\')
			split->escaped = true;
		else
			split->quoted = c != '"';
		return NULL;
	}
	if (!is_token(c))
		return "has an unknown word";
	if (c == '{' || c == '[') {
		bool in_array = split->depth && split->open[split->depth - 1] == '[';

		if (split->last != ':' && !(in_array && (split->last == ',' || split->last == '[')))
			return "has a bracket where none can be";
		if (split->depth == ADVI_JSON_DEPTH)
			return "is nested too deeply";
		split->open[split->depth++] = c;
	} else if (c == '}' || c == ']') {
		if (split->open[--split->depth] != (c == '}' ? '{' : '['))
			return "has brackets that do not match";
	}
	split->quoted = c == '"';
	if (!is_blank(c))
		split->last = c;
	return NULL;
}

/* Within a value. 1 with a value or a refusal, 0 to go on otherwise. */
static int inside(struct advi_split *split, struct advi_value *out)
{
	while (split->at < split->held.len) {
		const char *problem = pass(split, split->held.ptr[split->at]);

		if (problem)
			return refuse(split, out, problem);
		split->at++;
		if (split->depth)
			continue;
		*out = (struct advi_value){
			.text = {split->held.ptr + split->start, split->at - split->start},
			.offset = split->base + split->start};
		if (split->state == ADVI_SPLIT_INSIDE)
			learn(split, out->text);
		split->told = false;
		if (split->state == ADVI_SPLIT_PASSING) {
			split->state = ADVI_SPLIT_OUTSIDE;
			return 0;
		}
		split->state = ADVI_SPLIT_OUTSIDE;
		return 1;
	}
	return 0;
}

/* The next byte after an opening bracket that is not blank; 0 when that is not held yet. */
static char after_bracket(const struct advi_split *split)
{
	size_t at = split->at + 1;

	while (at < split->held.len && is_blank(split->held.ptr[at]))
		at++;
	return at < split->held.len ? split->held.ptr[at] : '\0';
}

/* A closing bracket of a container that was opened, or one too many. */
static void close_container(struct advi_split *split, char c)
{
	if (split->outer && split->around[split->outer - 1] == (c == '}' ? '{' : '['))
		split->outer--;
}

/* Between values. 1 with a refusal, 0 to go on otherwise. */
static int outside(struct advi_split *split, struct advi_value *out)
{
	for (; split->at < split->held.len; split->at++) {
		char c = split->held.ptr[split->at], next;

		if (split->pending && split->base + split->at > split->until)
			return tell_pending(split, out);
		if (split->quoted) {
			split->quoted = c != '"' || split->escaped;
			split->escaped = c == '\\' && !split->escaped;
			continue;
		}
		if (c == '[') {
			next = after_bracket(split);
			if (!next && !split->ended && split->held.len - split->at < split->longest)
				return 0;
			if (split->outer < ADVI_JSON_DEPTH && !(split->lists && next == '"')) {
				open_container(split, split->at);
				split->at--;
				continue;
			}
		}
		if (c == '{' || c == '[') {
			begin(split, split->at);
			return 0;
		}
		if (c == '}' || c == ']')
			close_container(split, c);
		else if (split->outer)
			split->quoted = c == '"';
		else if (!is_blank(c) && c != ',' && !split->told) {
			*out = (struct advi_value){.offset = split->base + split->at,
						   .problem = "is no JSON"};
			split->told = true;
			return 1;
		}
	}
	return 0;
}

/* The stream has ended within something. 1 when that is told. */
static int end(struct advi_split *split, struct advi_value *out)
{
	if (split->state == ADVI_SPLIT_INSIDE)
		return refuse(split, out, "ends early");
	if (split->pending)
		return tell_pending(split, out);
	if (split->state != ADVI_SPLIT_OUTSIDE || !split->outer)
		return 0;
	split->outer = 0;
	*out = (struct advi_value){.offset = split->base + split->held.len,
				   .problem = "ends within an array or object"};
	return 1;
}

int advi_split_next(struct advi_split *split, struct advi_value *out, struct adv_err *err)
{
	int r;

	for (;;) {
		if (split->state == ADVI_SPLIT_LOST && (r = find_start(split, err)) <= 0)
			return r;
		r = 0;
		if (split->state == ADVI_SPLIT_OUTSIDE)
			r = outside(split, out);
		if (r == 0 && split->state != ADVI_SPLIT_OUTSIDE)
			r = inside(split, out);
		if (r > 0)
			return r;
		if (split->at < split->held.len && split->state != ADVI_SPLIT_OUTSIDE)
			continue;
		if (split->state == ADVI_SPLIT_INSIDE &&
		    split->at - split->start > split->longest && too_long(split, out))
			return 1;
		if (split->at < split->held.len && split->state != ADVI_SPLIT_OUTSIDE)
			continue;
		r = fill(split, err);
		if (r < 0)
			return r;
		if (r == 0 && split->at >= split->held.len && end(split, out))
			return 1;
		if (r == 0 && split->at >= split->held.len)
			return 0;
	}
}

bool advi_split_open(struct advi_split *split, const char *problem)
{
	return open_value(split, split->at, problem);
}

void advi_split_refused(struct advi_split *split)
{
	split->pending = NULL;
}
