/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions as conda orders them. */
#include "conda/version.h"

#include "base/vec.h"

/*
 * The order is that of conda's VersionOrder: "[epoch!]version[+local]", components between '.'
 * and '_', each cut into runs of digits and of others; a component that begins with no digit has
 * a 0 before it; what is missing counts as 0; "dev" sorts before, "post" behind everything.
 */
static const struct advi_version_part zero = {ADVI_VERSION_NUMBER, true, {"", 0}};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum advi_version_kind kind_of(struct advi_str run)
{
	if (digit(*run.ptr))
		return ADVI_VERSION_NUMBER;
	return advi_str_is(run, "post") ? ADVI_VERSION_POST : ADVI_VERSION_TEXT;
}

/* The next run of digits, of stars or of others at the front of 'text'. */
static struct advi_str take_run(struct advi_str *text)
{
	struct advi_str run = *text;
	size_t n = 1;

	if (digit(*run.ptr))
		while (n < run.len && digit(run.ptr[n]))
			n++;
	else if (*run.ptr == '*')
		while (n < run.len && run.ptr[n] == '*')
			n++;
	else
		while (n < run.len && !digit(run.ptr[n]) && run.ptr[n] != '*')
			n++;
	run.len = n;
	*text = advi_str_from(*text, n);
	return run;
}

static void add_part(struct advi_version *out, enum advi_version_kind kind, struct advi_str text,
		     bool first)
{
	while (kind == ADVI_VERSION_NUMBER && text.len && *text.ptr == '0')
		text = advi_str_from(text, 1);
	/* Upper case, so that it sorts before every other text and behind '*'. */
	if (kind == ADVI_VERSION_TEXT && advi_str_is(text, "dev"))
		text = ADVI_STR("DEV");
	out->parts[out->count++] = (struct advi_version_part){kind, first, text};
}

static bool add_component(struct advi_version *out, struct advi_str text)
{
	bool first = true;

	if (!text.len)
		return false;
	if (!digit(*text.ptr)) {
		add_part(out, ADVI_VERSION_NUMBER, ADVI_STR(""), true);
		first = false;
	}
	while (text.len) {
		struct advi_str run = take_run(&text);

		add_part(out, kind_of(run), run, first);
		first = false;
	}
	return true;
}

/* Components between '.' and '_'; with 'tail' an underscore at the end belongs to the last one. */
static bool add_components(struct advi_version *out, struct advi_str text, bool tail)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		bool cut = i == text.len || text.ptr[i] == '.' || text.ptr[i] == '_';

		if (!cut || (tail && i + 1 == text.len && text.ptr[i] == '_'))
			continue;
		if (!add_component(out, (struct advi_str){text.ptr + from, i - from}))
			return false;
		from = i + 1;
	}
	return true;
}

/* A lower-case copy, dashes taken for underscores where there are none; NULL with a wrong byte. */
static char *fold(struct advi_arena *arena, struct advi_str text)
{
	bool underscore = advi_str_find(text, '_') < text.len;
	char *copy = advi_arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '-' && !underscore)
			c = '_';
		if (!digit(c) && !(c >= 'a' && c <= 'z') && c != '.' && c != '_' && c != '*' &&
		    c != '+' && c != '!')
			return NULL;
		copy[i] = c;
	}
	return copy;
}

static bool all_digits(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!digit(text.ptr[i]))
			return false;
	return text.len > 0;
}

/* 'text' is folded. Returns NULL, or what is wrong. */
static const char *parse(struct advi_version *out, struct advi_str text)
{
	size_t bang = advi_str_find(text, '!'), plus;
	struct advi_str epoch = ADVI_STR("0"), local = {0};

	if (bang < text.len) {
		epoch = (struct advi_str){text.ptr, bang};
		text = advi_str_from(text, bang + 1);
		if (!all_digits(epoch))
			return "the epoch before '!' must be a whole number";
		if (advi_str_find(text, '!') < text.len)
			return "there is more than one '!'";
	}
	plus = advi_str_find(text, '+');
	local = advi_str_from(text, plus + 1);
	if (advi_str_find(local, '+') < local.len)
		return "there is more than one '+'";
	if (plus == 0 || !text.len)
		return plus < text.len ? "nothing stands before '+'" : "nothing stands behind '!'";
	add_component(out, epoch);
	if (!add_components(out, (struct advi_str){text.ptr, plus}, true))
		return "a component is empty";
	out->local = out->count;
	if (plus < text.len && !add_components(out, local, false))
		return "a component of the local version is empty";
	return NULL;
}

/* At least as many parts as there will be: one a run, one 0 a separator, epoch and first 0. */
static size_t parts_at_most(struct advi_str text)
{
	size_t parts = 3;
	int last = -1;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		int class = digit(c) ? 0 : c == '*' ? 1 : strchr("._!+", c) ? 2 : 3;

		parts += class != last || class == 2;
		last = class;
	}
	return parts;
}

int advi_version_parse(struct advi_version *out, struct advi_arena *arena, struct advi_str text,
		       struct adv_err *err)
{
	struct advi_str trimmed = advi_str_trim(text);
	const char *wrong;
	char *copy;

	if (!trimmed.len)
		return advi_fail(err, ADV_EINPUT, "the version is empty");
	if (trimmed.len > ADVI_VERSION_CAP)
		return advi_fail(err, ADV_EINPUT, "the version has more than %d bytes",
				 ADVI_VERSION_CAP);
	copy = fold(arena, trimmed);
	if (!copy)
		return advi_fail(err, ADV_EINPUT,
				 "version '%.*s': only letters, digits and "
				 "'.', '_', '-', '+', '!', '*' may stand in it, and '-' not "
				 "beside '_'",
				 ADVI_ARGS(trimmed));
	trimmed.ptr = copy;
	*out = (struct advi_version){
		.parts = advi_arena_alloc(arena, parts_at_most(trimmed) * sizeof(*out->parts)),
	};
	wrong = parse(out, trimmed);
	if (wrong)
		return advi_fail(err, ADV_EINPUT, "version '%.*s': %s", ADVI_ARGS(trimmed), wrong);
	return 0;
}

static int cmp_part(const struct advi_version_part *a, const struct advi_version_part *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == ADVI_VERSION_POST)
		return 0;
	if (a->kind == ADVI_VERSION_NUMBER && a->text.len != b->text.len)
		return a->text.len < b->text.len ? -1 : 1;
	return advi_str_cmp(a->text, b->text);
}

/* A walk over the parts [at, end), component by component. */
struct walk {
	const struct advi_version_part *at, *end;
};

static struct walk main_of(const struct advi_version *v)
{
	return (struct walk){v->parts, v->parts + v->local};
}

static struct walk local_of(const struct advi_version *v)
{
	return (struct walk){v->parts + v->local, v->parts + v->count};
}

/* The next component as a walk of its own; an empty one at the end. */
static struct walk take_component(struct walk *walk)
{
	struct walk component = *walk;

	if (walk->at < walk->end)
		for (walk->at++; walk->at < walk->end && !walk->at->first;)
			walk->at++;
	component.end = walk->at;
	return component;
}

static int cmp_component(struct walk a, struct walk b)
{
	while (a.at < a.end || b.at < b.end) {
		int order = cmp_part(a.at < a.end ? a.at++ : &zero, b.at < b.end ? b.at++ : &zero);

		if (order)
			return order;
	}
	return 0;
}

static int cmp_walk(struct walk a, struct walk b)
{
	while (a.at < a.end || b.at < b.end) {
		struct walk ca = take_component(&a), cb = take_component(&b);
		int order = cmp_component(ca, cb);

		if (order)
			return order;
	}
	return 0;
}

int advi_version_cmp(const struct advi_version *a, const struct advi_version *b)
{
	int order = cmp_walk(main_of(a), main_of(b));

	return order ? order : cmp_walk(local_of(a), local_of(b));
}

/* Everything before the last part must be equal, and the last text may go on. */
static bool component_starts(struct walk version, struct walk prefix)
{
	const struct advi_version_part *part, *want;

	for (; prefix.at + 1 < prefix.end; prefix.at++)
		if (cmp_part(version.at < version.end ? version.at++ : &zero, prefix.at))
			return false;
	part = version.at < version.end ? version.at : &zero;
	want = prefix.at;
	if (want->kind == ADVI_VERSION_TEXT)
		return part->kind == ADVI_VERSION_TEXT && advi_str_starts(part->text, want->text);
	return cmp_part(part, want) == 0;
}

bool advi_version_starts(const struct advi_version *version, const struct advi_version *prefix)
{
	struct walk v = main_of(version), p = main_of(prefix);

	if (prefix->local < prefix->count) {
		if (cmp_walk(v, p))
			return false;
		v = local_of(version);
		p = local_of(prefix);
	}
	for (;;) {
		struct walk cv = take_component(&v), cp = take_component(&p);

		if (p.at == p.end)
			return component_starts(cv, cp);
		if (cmp_component(cv, cp))
			return false;
	}
}

int advi_version_cmp_text(struct advi_str a, struct advi_str b)
{
	struct advi_arena arena = {0};
	struct advi_version va, vb;
	bool good_a = advi_version_parse(&va, &arena, a, NULL) == 0;
	bool good_b = advi_version_parse(&vb, &arena, b, NULL) == 0;
	int order = good_a && good_b   ? advi_version_cmp(&va, &vb)
		    : good_a || good_b ? good_a - good_b
				       : advi_str_cmp(a, b);

	advi_arena_clear(&arena);
	return order;
}
