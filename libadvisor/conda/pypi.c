/* SPDX-License-Identifier: BSD-3-Clause */
/* Packages that pip installs: their names and requirements. */
#include "conda/pypi.h"

#include "base/buf.h"
#include "base/mem.h"
#include "io/http.h"

enum { TEXT_CAP = 64 * 1024 };

static bool is_separator(char byte)
{
	return byte == '-' || byte == '_' || byte == '.';
}

static bool is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9');
}

struct advi_str advi_pypi_normal(struct advi_str name, char *out)
{
	size_t length = 0;

	for (size_t i = 0; i < name.len; i++) {
		char byte = name.ptr[i];

		if (!is_separator(byte))
			out[length++] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
		else if (!length || out[length - 1] != '-')
			out[length++] = '-';
	}
	return (struct advi_str){out, length};
}

const char *advi_pypi_name(struct advi_arena *arena, struct advi_str name)
{
	char *out = advi_arena_alloc(arena, name.len + 1);

	advi_pypi_normal(name, out);
	return out;
}

/* Every URL in it, each a word or the end of one, without what must not be seen. */
static const char *public_text(struct advi_arena *arena, struct advi_str text)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(TEXT_CAP);
	struct advi_str word;

	for (bool first = true; advi_str_split(&text, ' ', &word); first = false) {
		size_t hash = advi_str_find(word, '#');

		if (!first)
			advi_buf_byte(&out, ' ');
		advi_url_public(&out, (struct advi_str){word.ptr, hash});
		/* "#egg=name" says what it is. */
		advi_buf_add(&out, advi_str_from(word, hash));
	}
	return advi_arena_str(arena, advi_buf_str(&out));
}

/* The letters, digits and separators that a requirement begins with. */
static struct advi_str leading_name(struct advi_str text)
{
	size_t length = 0;

	while (length < text.len && (is_word(text.ptr[length]) || is_separator(text.ptr[length])))
		length++;
	while (length && is_separator(text.ptr[length - 1]))
		length--;
	return (struct advi_str){text.ptr, length};
}

/* "git+https://host/x.git#egg=name&subdirectory=y" */
static struct advi_str egg_name(struct advi_str text)
{
	static const struct advi_str egg = {"egg=", 4};

	return leading_name(advi_str_from(text, advi_str_search(text, egg) + egg.len));
}

/* The version of "name[extra]==1.2 ; marker": pinned by '==' or '===', without a '*'. */
static struct advi_str pinned_version(struct advi_str text)
{
	size_t length = 0;

	text = advi_str_trim(text);
	if (text.len && text.ptr[0] == '[')
		text = advi_str_trim(advi_str_from(text, advi_str_find(text, ']') + 1));
	if (!advi_str_starts(text, ADVI_STR("==")))
		return (struct advi_str){0};
	while (text.len && text.ptr[0] == '=')
		text = advi_str_from(text, 1);
	text = advi_str_trim(text);
	while (length < text.len && !strchr(" \t;,#\\", text.ptr[length]))
		length++;
	text.len = length;
	return advi_str_find(text, '*') < text.len ? (struct advi_str){0} : text;
}

struct advi_pip advi_pip_parse(struct advi_arena *arena, struct advi_str requirement)
{
	struct advi_pip pip = {0};
	struct advi_str name, version;
	size_t scheme = advi_str_search(requirement, ADVI_STR("://"));
	size_t at = advi_str_find(requirement, '@');

	requirement = advi_str_trim(requirement);
	pip.text = public_text(arena, requirement);
	name = leading_name(requirement);
	/* A URL, unless it is "name @ URL"; an option; a path. */
	if ((scheme < requirement.len && at > scheme) ||
	    (requirement.len && !is_word(requirement.ptr[0])))
		name = egg_name(requirement);
	pip.name = advi_pypi_name(arena, name);
	version = pinned_version(advi_str_from(
		requirement, (size_t)(name.len ? name.ptr - requirement.ptr : 0) + name.len));
	pip.version = version.len ? advi_arena_str(arena, version) : NULL;
	return pip;
}
