/* SPDX-License-Identifier: BSD-3-Clause */
/* URLs of package files, taken apart. */
#include "conda/package_url.h"

#include "io/http.h"

enum { HEX_MD5 = 32, HEX_SHA256 = 64, URL_CAP = 64 << 10 };

static const char *const extensions[] = {".conda", ".tar.bz2"};

/* The index behind the last 'byte', 0 when there is none. */
static size_t behind_last(struct advi_str text, char byte)
{
	size_t at = text.len;

	while (at && text.ptr[at - 1] != byte)
		at--;
	return at;
}

static struct advi_str without_extension(struct advi_str file)
{
	for (size_t i = 0; i < ADVI_COUNT(extensions); i++)
		if (advi_str_ends(file, advi_str(extensions[i])))
			return (struct advi_str){file.ptr, file.len - strlen(extensions[i])};
	return (struct advi_str){0};
}

bool advi_is_package_file(struct advi_str text)
{
	return without_extension(text).len > 0;
}

bool advi_package_file(struct advi_record *out, struct advi_arena *arena, const char *file)
{
	struct advi_str stem = without_extension(advi_str(file));
	const char **parts[] = {&out->build, &out->version};

	for (size_t i = 0; i < ADVI_COUNT(parts); i++) {
		size_t at = behind_last(stem, '-');

		if (at < 2 || at == stem.len)
			return false;
		*parts[i] = advi_arena_str(arena, advi_str_from(stem, at));
		stem.len = at - 1;
	}
	out->name = advi_arena_str(arena, stem);
	return true;
}

bool advi_package_digest(struct advi_record *out, struct advi_arena *arena, struct advi_str hex)
{
	char *copy;

	if (!advi_str_hex(hex, HEX_MD5) && !advi_str_hex(hex, HEX_SHA256))
		return false;
	copy = advi_arena_alloc(arena, hex.len + 1);
	for (size_t i = 0; i < hex.len; i++)
		copy[i] = (char)(hex.ptr[i] >= 'A' ? hex.ptr[i] | 0x20 : hex.ptr[i]);
	*(hex.len == HEX_MD5 ? &out->md5 : &out->sha256) = copy;
	return true;
}

static bool read_fragment(struct advi_record *out, struct advi_arena *arena, struct advi_str text)
{
	static const struct {
		struct advi_str mark;
		size_t digits;
	} marks[] = {
		{{"sha256:", 7}, HEX_SHA256},
		{{"sha256=", 7}, HEX_SHA256},
		{{"md5:", 4}, HEX_MD5},
		{{"md5=", 4}, HEX_MD5},
	};

	for (size_t i = 0; i < ADVI_COUNT(marks); i++) {
		if (!advi_str_starts(text, marks[i].mark))
			continue;
		text = advi_str_from(text, marks[i].mark.len);
		return text.len == marks[i].digits && advi_package_digest(out, arena, text);
	}
	return advi_package_digest(out, arena, text);
}

static int hex_of(char byte)
{
	return byte >= '0' && byte <= '9'   ? byte - '0'
	       : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
	       : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
					    : -1;
}

/* A file's name as it is: the '!' of an epoch travels as "%21". What is no file name stays. */
static const char *decode(struct advi_arena *arena, struct advi_str text)
{
	char *out = advi_arena_alloc(arena, text.len + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.len; i++) {
		int high = text.ptr[i] == '%' && i + 2 < text.len ? hex_of(text.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_of(text.ptr[i + 2]) : -1;
		int byte = low >= 0 ? high * 16 + low : 0;

		if (byte > ' ' && byte < 0x7F && byte != '/') {
			out[length++] = (char)byte;
			i += 2;
		} else {
			out[length++] = text.ptr[i];
		}
	}
	return out;
}

/* A folder's name: of a platform, as conda has them, or "noarch". */
static bool is_subdir(struct advi_str text)
{
	static const char *const systems[] = {"linux",   "osx",        "win", "zos",
					      "freebsd", "emscripten", "wasi"};
	struct advi_str system = {text.ptr, advi_str_find(text, '-')};

	if (advi_str_is(text, "noarch"))
		return true;
	for (size_t i = 0; i < ADVI_COUNT(systems); i++)
		if (system.len < text.len && advi_str_is(system, systems[i]))
			return true;
	return false;
}

/* The part before the last '/'; empty when there is none. */
static struct advi_str parent(struct advi_str path)
{
	size_t at = behind_last(path, '/');

	return (struct advi_str){path.ptr, at ? at - 1 : 0};
}

static void split(struct advi_record *out, struct advi_arena *arena, const char *url)
{
	struct advi_str whole = advi_str(url), folder = parent(whole), channel = parent(folder);
	struct advi_str subdir = advi_str_from(folder, channel.len + 1);

	out->url = url;
	out->fn = decode(arena, advi_str_from(whole, folder.len + 1));
	out->channel = advi_arena_str(arena, channel);
	out->subdir = is_subdir(subdir) ? advi_arena_str(arena, subdir) : NULL;
}

const char *advi_url_shown(struct advi_arena *arena, struct advi_str url)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(URL_CAP);

	advi_url_public(&out, url);
	return advi_arena_str(arena, advi_buf_str(&out));
}

/* What no URL has may hide what it shows. */
static bool has_controls(struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
			return true;
	return false;
}

const char *advi_package_url(struct advi_listed *out, struct advi_arena *arena, struct advi_str url)
{
	size_t hash = advi_str_find(url, '#');
	struct advi_str place = {url.ptr, hash}, shown;

	if (has_controls(url))
		return "it has control characters";
	if (hash < url.len && !read_fragment(&out->record, arena, advi_str_from(url, hash + 1)))
		return "an md5 or sha256 in hexadecimal is expected behind '#'";
	out->from = advi_arena_str(arena, place);
	if (advi_is_url(out->from)) {
		/* A query is no part of the name: it may hold a signature. */
		shown = advi_str(advi_url_shown(arena, place));
		shown.len = advi_str_find(shown, '?');
		split(&out->record, arena, advi_arena_str(arena, shown));
	} else {
		out->record.fn =
			advi_arena_str(arena, advi_str_from(place, behind_last(place, '/')));
	}
	return *out->record.fn ? NULL : "it names no file";
}
