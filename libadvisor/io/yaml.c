/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML documents (libyaml) as a tree whose every node knows its line. */
#include "io/yaml.h"

#include <stdarg.h>
#include <stdio.h>

#include <yaml.h>

#include "base/map.h"

/* A collection whose end has not come yet. */
struct frame {
	struct advi_yaml_node *node;
	const struct advi_yaml_node **tail; /* where the next child hangs */
	struct advi_map keys;               /* of a map: those that it has */
	struct advi_str key;                /* waits for its value */
	unsigned key_line, key_column;
	bool keyed;
};

struct builder {
	struct advi_yaml *yaml;
	yaml_parser_t parser;
	struct frame frames[ADVI_YAML_DEPTH];
	unsigned depth;
	struct advi_map anchors; /* name -> node, NULL while the node is not finished */
	size_t weight;
	struct adv_err *err;
};

int advi_yaml_fail(const struct advi_yaml *yaml, unsigned line, struct adv_err *err,
		   const char *format, ...)
{
	char text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_fail(err, ADV_EINPUT, "%s: line %u: %s", yaml->name, line, text);
	return advi_fail_at(err, ADV_EINPUT, line, 0);
}

static unsigned line_of(const yaml_event_t *event)
{
	return (unsigned)event->start_mark.line + 1;
}

static struct advi_str slice(const yaml_char_t *text, size_t length)
{
	return (struct advi_str){(const char *)text, length};
}

static bool has_anchor(const yaml_event_t *event, const yaml_char_t **name)
{
	*name = event->type == YAML_SCALAR_EVENT           ? event->data.scalar.anchor
		: event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
		: event->type == YAML_MAPPING_START_EVENT  ? event->data.mapping_start.anchor
							   : NULL;
	return *name != NULL;
}

static struct advi_yaml_node *make(struct builder *b, const yaml_event_t *event)
{
	struct advi_yaml_node *node = advi_arena_alloc(&b->yaml->arena, sizeof(*node));
	const yaml_char_t *anchor;

	node->line = line_of(event);
	node->column = (unsigned)event->start_mark.column + 1;
	node->weight = 1;
	node->text = node->key = ADVI_STR("");
	if (has_anchor(event, &anchor))
		advi_map_add(&b->anchors, advi_str((const char *)anchor), NULL)->pointer = node;
	return node;
}

static int too_many(struct builder *b, unsigned line)
{
	return advi_yaml_fail(b->yaml, line, b->err, "more than the %d values allowed",
			      ADVI_YAML_NODES);
}

/* Remembers a key of the innermost map, whose value comes next. */
static int take_key(struct builder *b, struct frame *frame, const yaml_event_t *event)
{
	struct advi_str key = slice(event->data.scalar.value, event->data.scalar.length);
	bool is_new;

	if (event->type != YAML_SCALAR_EVENT)
		return advi_yaml_fail(b->yaml, line_of(event), b->err,
				      "a key must be a plain word, not a list, a map or an alias");
	if (memchr(key.ptr, '\0', key.len))
		return advi_yaml_fail(b->yaml, line_of(event), b->err, "a NUL character in a key");
	advi_map_add(&frame->keys, key, &is_new);
	if (!is_new)
		return advi_yaml_fail(b->yaml, line_of(event), b->err,
				      "the key '%.*s' is there twice", ADVI_ARGS(key));
	frame->key = advi_arena_slice(&b->yaml->arena, key);
	frame->key_line = line_of(event);
	frame->key_column = (unsigned)event->start_mark.column + 1;
	frame->keyed = true;
	return 0;
}

/* Hangs a node, finished or just begun, into the innermost collection. */
static int hang(struct builder *b, struct advi_yaml_node *node)
{
	struct frame *frame;

	if (b->depth == 0) {
		b->yaml->root = node;
		return 0;
	}
	frame = &b->frames[b->depth - 1];
	if (frame->node->kind == ADVI_YAML_MAP) {
		node->key = frame->key;
		node->key_line = frame->key_line;
		node->key_column = frame->key_column;
		frame->keyed = false;
	}
	*frame->tail = node;
	frame->tail = &node->next;
	frame->node->count++;
	return 0;
}

static int add_scalar(struct builder *b, const yaml_event_t *event)
{
	struct advi_str text = slice(event->data.scalar.value, event->data.scalar.length);
	struct advi_yaml_node *node;

	if (memchr(text.ptr, '\0', text.len))
		return advi_yaml_fail(b->yaml, line_of(event), b->err, "a NUL character in a text");
	node = make(b, event);
	node->kind = ADVI_YAML_SCALAR;
	node->text = advi_arena_slice(&b->yaml->arena, text);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return hang(b, node);
}

static int begin(struct builder *b, const yaml_event_t *event, enum advi_yaml_kind kind)
{
	struct advi_yaml_node *node;
	struct frame *frame;

	if (b->depth == ADVI_YAML_DEPTH)
		return advi_yaml_fail(b->yaml, line_of(event), b->err,
				      "nested deeper than the %d levels allowed", ADVI_YAML_DEPTH);
	node = make(b, event);
	node->kind = kind;
	hang(b, node);
	frame = &b->frames[b->depth++];
	*frame = (struct frame){.node = node, .tail = &node->first};
	return 0;
}

static void end(struct builder *b)
{
	struct frame *frame = &b->frames[--b->depth];

	for (const struct advi_yaml_node *at = frame->node->first; at; at = at->next)
		frame->node->weight += at->weight;
	advi_map_clear(&frame->keys);
}

static bool is_open(const struct builder *b, const struct advi_yaml_node *node)
{
	for (unsigned i = 0; i < b->depth; i++)
		if (b->frames[i].node == node)
			return true;
	return false;
}

/*
 * An alias shares the children of what it stands for. Only the weight grows with what it stands
 * for, and so bounds whoever walks the tree.
 */
static int add_alias(struct builder *b, const yaml_event_t *event)
{
	struct advi_str name = advi_str((const char *)event->data.alias.anchor);
	const struct advi_map_entry *entry = advi_map_get(&b->anchors, name);
	const struct advi_yaml_node *target = entry ? entry->pointer : NULL;
	struct advi_yaml_node *node;

	if (!target || is_open(b, target))
		return advi_yaml_fail(b->yaml, line_of(event), b->err,
				      target ? "the alias '*%.*s' stands within what it names"
					     : "there is no anchor '&%.*s' above",
				      ADVI_ARGS(name));
	b->weight += target->weight;
	if (b->weight > ADVI_YAML_NODES)
		return too_many(b, line_of(event));
	node = make(b, event);
	node->kind = target->kind;
	node->plain = target->plain;
	node->text = target->text;
	node->first = target->first;
	node->count = target->count;
	node->weight = target->weight;
	return hang(b, node);
}

static int add(struct builder *b, const yaml_event_t *event)
{
	struct frame *frame = b->depth ? &b->frames[b->depth - 1] : NULL;
	bool ends = event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;

	if (!ends && ++b->weight > ADVI_YAML_NODES)
		return too_many(b, line_of(event));
	if (!ends && frame && frame->node->kind == ADVI_YAML_MAP && !frame->keyed)
		return take_key(b, frame, event);
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(b, event);
	case YAML_ALIAS_EVENT:
		return add_alias(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return begin(b, event, ADVI_YAML_LIST);
	case YAML_MAPPING_START_EVENT:
		return begin(b, event, ADVI_YAML_MAP);
	default:
		end(b);
		return 0;
	}
}

static int no_yaml(struct builder *b)
{
	size_t line = b->parser.problem_mark.line ? b->parser.problem_mark.line
						  : b->parser.context_mark.line;
	const char *problem = b->parser.problem ? b->parser.problem : "it is no YAML";
	const char *context = b->parser.context;

	advi_yaml_fail(b->yaml, (unsigned)line + 1, b->err, "%s%s%s", problem, context ? " " : "",
		       context ? context : "");
	return advi_fail_at(b->err, ADV_EINPUT, (unsigned)line + 1,
			    (unsigned)b->parser.problem_mark.column + 1);
}

/* Takes events until the stream ends; the second document is one too many. */
static int build(struct builder *b)
{
	unsigned documents = 0;

	for (;;) {
		yaml_event_t event;
		yaml_event_type_t type;
		int r = 0;

		if (!yaml_parser_parse(&b->parser, &event))
			return no_yaml(b);
		type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
			r = advi_yaml_fail(b->yaml, line_of(&event), b->err,
					   "a second document begins; one was expected");
		else if (type >= YAML_ALIAS_EVENT)
			r = add(b, &event);
		yaml_event_delete(&event);
		if (r < 0 || type == YAML_STREAM_END_EVENT)
			return r;
	}
}

int advi_yaml_parse(struct advi_yaml *out, struct advi_str text, const char *name,
		    struct adv_err *err)
{
	static const struct advi_str mark = {"\xEF\xBB\xBF", 3};
	struct builder *b;
	int r;

	*out = (struct advi_yaml){.name = name};
	/* Some editors put it in front of UTF-8. */
	if (advi_str_starts(text, mark))
		text = advi_str_from(text, mark.len);
	if (text.len > ADVI_YAML_BYTES)
		return advi_fail(err, ADV_EINPUT, "%s: larger than the %d MiB allowed", name,
				 ADVI_YAML_BYTES >> 20);
	/* libyaml would also take UTF-16; nobody means that. */
	if (!advi_str_utf8(text))
		return advi_fail(err, ADV_EINPUT, "%s: not UTF-8 text", name);
	b = advi_calloc(1, sizeof(*b));
	b->yaml = out;
	b->err = err;
	if (!yaml_parser_initialize(&b->parser))
		abort();
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b->parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
				     text.len);
	r = build(b);
	while (b->depth)
		end(b);
	yaml_parser_delete(&b->parser);
	advi_map_clear(&b->anchors);
	free(b);
	if (r == 0 && !out->root)
		r = advi_fail(err, ADV_EINPUT, "%s: there is nothing in it", name);
	if (r < 0)
		advi_yaml_clear(out);
	return r;
}

void advi_yaml_clear(struct advi_yaml *yaml)
{
	advi_arena_clear(&yaml->arena);
	yaml->root = NULL;
}
