/* SPDX-License-Identifier: BSD-3-Clause */
/* Which paths a package has: info/paths.json, or the files it replaced. */
#include "bundle/paths.h"

#include "base/map.h"
#include "io/archive.h"

enum { PATHS = 4 << 20, HEX_SHA256 = 64, PLACEHOLDER_BYTES = 1024 };

/* The placeholder of has_prefix lines that name none; in two parts, so that this library's own
 * binary does not hold it and is not rewritten when it is itself installed from a package. */
static const char default_placeholder[2][32] = {"/opt/anaconda1", "anaconda2anaconda3"};

int advi_info_fail(const struct advi_json *json, const char *name, struct adv_err *err)
{
	size_t line, column;

	advi_json_where(json, &line, &column);
	return advi_fail(err, ADV_EINPUT, "%s, line %zu: %s", name, line,
			 json->problem ? json->problem : "something follows its end");
}

int advi_path_clean(const char **out, struct advi_arena *arena, struct advi_str path,
		    struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);
	int r = advi_member_path(&clean, path, err);

	if (r == 0 && clean.len == 0)
		r = advi_fail(err, ADV_EINPUT, "an empty path");
	if (r == 0)
		*out = advi_arena_str(arena, advi_buf_str(&clean));
	return r;
}

/* Adds an empty entry for 'path'; NULL in '*out' for one that is never installed. */
static int add_path(struct advi_paths *paths, struct advi_arena *arena, struct advi_str path,
		    struct advi_path **out, struct adv_err *err)
{
	const char *clean;
	int r = advi_path_clean(&clean, arena, path, err);

	*out = NULL;
	if (r < 0)
		return r;
	if (paths->count >= PATHS)
		return advi_fail(err, ADV_EINPUT, "it lists more than %d paths", PATHS);
	if (strncmp(clean, "info/", 5) == 0)
		return 0;
	if (!advi_str_utf8(advi_str(clean)))
		return advi_fail(err, ADV_EINPUT,
				 "path '%s' is no UTF-8, so that no record could name it", clean);
	if (strncmp(clean, "conda-meta/", 11) == 0 || strcmp(clean, "conda-meta") == 0)
		return advi_fail(err, ADV_EINPUT, "'%s' is the environment's own and no package's",
				 clean);
	*out = advi_vec_new(paths);
	(*out)->source = clean;
	return 0;
}

static bool read_type(struct advi_json *json, struct advi_path *path)
{
	struct advi_str text;

	if (!advi_json_string(json, &text))
		return false;
	if (advi_str_is(text, "hardlink"))
		path->type = ADVI_PATH_FILE;
	else if (advi_str_is(text, "softlink"))
		path->type = ADVI_PATH_LINK;
	else if (advi_str_is(text, "directory"))
		path->type = ADVI_PATH_FOLDER;
	else
		return advi_json_fail(json, "'path_type' is none of hardlink, softlink, directory");
	return true;
}

static bool read_mode(struct advi_json *json, struct advi_path *path)
{
	struct advi_str text;

	if (!advi_json_string(json, &text))
		return false;
	path->binary = advi_str_is(text, "binary");
	return path->binary || advi_str_is(text, "text") ||
	       advi_json_fail(json, "'file_mode' is neither text nor binary");
}

static bool read_placeholder(struct advi_json *json, struct advi_arena *arena,
			     struct advi_path *path)
{
	struct advi_str text;

	if (!advi_json_string(json, &text))
		return false;
	if (text.len > PLACEHOLDER_BYTES || advi_str_find(text, '\0') < text.len)
		return advi_json_fail(json, "'prefix_placeholder' is no path");
	path->placeholder = text.len ? advi_arena_str(arena, text) : NULL;
	return true;
}

static bool read_sha256(struct advi_json *json, struct advi_arena *arena, struct advi_path *path)
{
	struct advi_str text;

	if (!advi_json_string(json, &text))
		return false;
	if (text.len != HEX_SHA256)
		return advi_json_fail(json, "'sha256' is no SHA-256 digest");
	path->sha256 = advi_arena_str(arena, text);
	return true;
}

/* A member of an entry whose value may be null, which says nothing. */
static bool read_member(struct advi_json *json, struct advi_str key, struct advi_arena *arena,
			struct advi_path *path, const char **name)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		return advi_json_skip(json);
	if (advi_str_is(key, "_path")) {
		if (!advi_json_string(json, &text))
			return false;
		if (advi_str_find(text, '\0') < text.len)
			return advi_json_fail(json, "'_path' holds a NUL");
		*name = advi_arena_str(arena, text);
		return true;
	}
	if (advi_str_is(key, "path_type"))
		return read_type(json, path);
	if (advi_str_is(key, "file_mode"))
		return read_mode(json, path);
	if (advi_str_is(key, "prefix_placeholder"))
		return read_placeholder(json, arena, path);
	if (advi_str_is(key, "sha256"))
		return read_sha256(json, arena, path);
	if (advi_str_is(key, "size_in_bytes"))
		return path->has_size = advi_json_u64(json, &path->size);
	if (advi_str_is(key, "no_link"))
		return advi_json_bool(json, &path->no_link);
	return advi_json_skip(json);
}

static int read_entry(struct advi_json *json, struct advi_paths *out, struct advi_arena *arena,
		      struct adv_err *err)
{
	struct advi_path entry = {0}, *added;
	const char *name = NULL;
	struct advi_str key;
	int r;

	for (advi_json_object(json); advi_json_key(json, &key);)
		read_member(json, key, arena, &entry, &name);
	if (!json->problem && !name)
		advi_json_fail(json, "an entry of 'paths' has no '_path'");
	if (json->problem)
		return 0;
	r = add_path(out, arena, advi_str(name), &added, err);
	if (r < 0 || !added)
		return r < 0 ? advi_while(err, r, "info/paths.json") : 0;
	entry.source = added->source;
	*added = entry;
	return 0;
}

/* Drops entries that are there twice, the later ones; ADV_EINPUT when they differ. */
static int drop_doubles(struct advi_paths *paths, struct adv_err *err)
{
	struct advi_map seen = {0};
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < paths->count && r == 0; i++) {
		struct advi_path *path = &paths->at[i];
		bool is_new;
		uint64_t *index = &advi_map_add(&seen, advi_str(path->source), &is_new)->number;

		if (is_new) {
			*index = kept;
			paths->at[kept++] = *path;
		} else if (path->type != paths->at[*index].type) {
			r = advi_fail(err, ADV_EINPUT, "'%s' is listed twice", path->source);
		}
	}
	paths->count = kept;
	advi_map_clear(&seen);
	return r;
}

int advi_paths_read_json(struct advi_paths *out, struct advi_arena *arena, struct advi_str text,
			 struct adv_err *err)
{
	struct advi_json json;
	struct advi_str key;
	uint64_t version = 0;
	bool listed = false;
	int r = 0;

	advi_json_init(&json, text);
	for (advi_json_object(&json); r == 0 && advi_json_key(&json, &key);) {
		if (advi_str_is(key, "paths_version")) {
			advi_json_u64(&json, &version);
		} else if (advi_str_is(key, "paths")) {
			listed = true;
			for (advi_json_array(&json); r == 0 && advi_json_item(&json);)
				r = read_entry(&json, out, arena, err);
		} else {
			advi_json_skip(&json);
		}
	}
	if (r == 0 && !advi_json_end(&json))
		r = advi_info_fail(&json, "info/paths.json", err);
	else if (r == 0 && (!listed || version != 1))
		r = advi_fail(err, ADV_EINPUT, "info/paths.json: it has no 'paths' of version 1");
	advi_json_clear(&json);
	return r == 0 ? drop_doubles(out, err) : r;
}

/* One line of a text without its end; false at the end of the text. */
static bool next_line(struct advi_str *rest, struct advi_str *line)
{
	if (!rest->len || !advi_str_split(rest, '\n', line))
		return false;
	*line = advi_str_trim(*line);
	return true;
}

static struct advi_str strip_quotes(struct advi_str text)
{
	while (text.len && (text.ptr[0] == '"' || text.ptr[0] == '\''))
		text = advi_str_from(text, 1);
	while (text.len && (text.ptr[text.len - 1] == '"' || text.ptr[text.len - 1] == '\''))
		text.len--;
	return text;
}

/* The next field of a has_prefix line, as Python's shlex without POSIX rules splits it. */
static bool next_field(struct advi_str *rest, struct advi_str *field, struct adv_err *err, int *r)
{
	size_t end = 0;

	*rest = advi_str_trim(*rest);
	if (!rest->len)
		return false;
	if (rest->ptr[0] == '"' || rest->ptr[0] == '\'') {
		struct advi_str inner = advi_str_from(*rest, 1);

		end = advi_str_find(inner, rest->ptr[0]) + 2;
		if (end > rest->len) {
			*r = advi_fail(err, ADV_EINPUT, "info/has_prefix: a quote is not closed");
			return false;
		}
	} else {
		while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != '\t')
			end++;
	}
	*field = strip_quotes((struct advi_str){rest->ptr, end});
	*rest = advi_str_from(*rest, end);
	return true;
}

/* The entry of a path that a file of info/ names; NULL when info/files has it not. */
static struct advi_path *find(struct advi_paths *paths, const struct advi_map *index,
			      struct advi_str name)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);
	struct advi_map_entry *entry;

	if (advi_member_path(&clean, name, NULL) < 0)
		return NULL;
	entry = advi_map_get(index, advi_buf_str(&clean));
	return entry ? &paths->at[entry->number] : NULL;
}

static int read_prefix_line(struct advi_paths *paths, const struct advi_map *index,
			    struct advi_arena *arena, struct advi_str line, struct adv_err *err)
{
	struct advi_str field[3], rest = line;
	struct advi_path *path;
	size_t count = 0;
	int r = 0;

	while (count < ADVI_COUNT(field) && next_field(&rest, &field[count], err, &r))
		count++;
	if (r < 0 || count == 0)
		return r;
	if (count == 2 || advi_str_trim(rest).len ||
	    (count == 3 && !advi_str_is(field[1], "text") && !advi_str_is(field[1], "binary")))
		return advi_fail(
			err, ADV_EINPUT,
			"info/has_prefix: '%.*s' is neither a path nor placeholder, mode and path",
			ADVI_ARGS(line));
	path = find(paths, index, field[count - 1]);
	if (!path)
		return 0;
	if (count == 3 && (field[0].len == 0 || field[0].len > PLACEHOLDER_BYTES))
		return advi_fail(err, ADV_EINPUT,
				 "info/has_prefix: '%.*s' has no usable placeholder",
				 ADVI_ARGS(line));
	path->binary = count == 3 && advi_str_is(field[1], "binary");
	path->placeholder = count == 3 ? advi_arena_str(arena, field[0])
				       : advi_arena_printf(arena, "%s%s", default_placeholder[0],
							   default_placeholder[1]);
	return 0;
}

static void read_no_link(struct advi_paths *paths, const struct advi_map *index,
			 struct advi_str text)
{
	struct advi_str line;

	while (next_line(&text, &line)) {
		struct advi_path *path = find(paths, index, line);

		if (path)
			path->no_link = true;
	}
}

int advi_paths_read_files(struct advi_paths *out, struct advi_arena *arena,
			  const struct advi_info_texts *texts, struct adv_err *err)
{
	struct advi_str rest = texts->files, line;
	struct advi_map index = {0};
	struct advi_path *added;
	int r = 0;

	if (advi_str_find(texts->files, '\0') < texts->files.len ||
	    advi_str_find(texts->has_prefix, '\0') < texts->has_prefix.len)
		return advi_fail(err, ADV_EINPUT, "info/files or info/has_prefix is no text");
	while (r == 0 && next_line(&rest, &line))
		if (line.len)
			r = add_path(out, arena, line, &added, err);
	if (r < 0)
		return advi_while(err, r, "info/files");
	r = drop_doubles(out, err);
	for (size_t i = 0; i < out->count; i++)
		advi_map_add(&index, advi_str(out->at[i].source), NULL)->number = i;
	rest = texts->has_prefix;
	while (r == 0 && next_line(&rest, &line))
		r = read_prefix_line(out, &index, arena, line, err);
	read_no_link(out, &index, texts->no_link);
	read_no_link(out, &index, texts->no_softlink);
	advi_map_clear(&index);
	return r;
}
