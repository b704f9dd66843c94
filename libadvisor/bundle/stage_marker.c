/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading and writing markers (schema advisor.staged/1). */
#include "bundle/stage_marker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "io/json_scan.h"
#include "io/json_write.h"

enum { MARKER_BYTES = 65536 };

static bool read_text(struct advi_json *json, struct advi_arena *arena, const char **out)
{
	struct advi_str text;

	if (!advi_json_string(json, &text))
		return false;
	*out = advi_arena_str(arena, text);
	return true;
}

static void read_stamp(struct advi_json *json, struct advi_stamp *stamp)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		uint64_t *to = advi_str_is(key, "changed")    ? &stamp->changed
			       : advi_str_is(key, "device")   ? &stamp->device
			       : advi_str_is(key, "inode")    ? &stamp->inode
			       : advi_str_is(key, "modified") ? &stamp->modified
			       : advi_str_is(key, "size")     ? &stamp->size
							      : NULL;

		if (to)
			advi_json_u64(json, to);
		else
			advi_json_skip(json);
	}
}

static bool parse(struct advi_marker *marker, struct advi_arena *arena, struct advi_json *json)
{
	const char *schema = NULL;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {
		{"boot", &marker->boot},     {"digest", &marker->digest},
		{"name", &marker->name},     {"mount", &marker->mount},
		{"method", &marker->method}, {"schema", &schema},
		{"prefix", &marker->prefix}, {"fingerprint", &marker->fingerprint},
		{"way", &marker->way},       {"over", &marker->over},
		{"base", &marker->base},     {"site_packages", &marker->site_packages},
		{"built", &marker->built},
	};
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		size_t i = 0;

		while (i < ADVI_COUNT(texts) && !advi_str_is(key, texts[i].key))
			i++;
		if (i < ADVI_COUNT(texts))
			read_text(json, arena, texts[i].to);
		else if (advi_str_is(key, "bytes"))
			advi_json_u64(json, &marker->bytes);
		else if (advi_str_is(key, "image"))
			read_stamp(json, &marker->image);
		else if (advi_str_is(key, "source"))
			read_stamp(json, &marker->source);
		else
			advi_json_skip(json);
	}
	return advi_json_end(json) && schema && strcmp(schema, "advisor.staged/1") == 0 &&
	       marker->boot && marker->digest && marker->name && marker->mount && marker->method &&
	       marker->prefix && !marker->way == !marker->over;
}

bool advi_marker_read(struct advi_marker *marker, struct advi_arena *arena,
		      const struct advi_folder *folder, const char *name)
{
	struct adv_err ignored = ADV_ERR_INIT;
	char text[MARKER_BYTES];
	struct advi_json json;
	struct stat info;
	ssize_t got;
	bool fine;
	int fd;

	if (advi_folder_file(&fd, &info, folder, name, ADVI_TRUST_OWN, &ignored) < 0)
		return false;
	got = read(fd, text, sizeof(text));
	close(fd);
	if (got <= 0)
		return false;
	*marker = (struct advi_marker){0};
	advi_json_init(&json, (struct advi_str){text, (size_t)got});
	fine = parse(marker, arena, &json);
	advi_json_clear(&json);
	return fine;
}

static void write_stamp(struct advi_jout *out, const char *key, const struct advi_stamp *stamp)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_u64(out, "changed", stamp->changed);
	advi_jout_key_u64(out, "device", stamp->device);
	advi_jout_key_u64(out, "inode", stamp->inode);
	advi_jout_key_u64(out, "modified", stamp->modified);
	advi_jout_key_u64(out, "size", stamp->size);
	advi_jout_object_end(out);
}

static void key_text(struct advi_jout *out, const char *key, const char *text)
{
	if (text)
		advi_jout_key_text(out, key, text);
}

static void write_marker(const struct advi_marker *marker, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	key_text(&out, "base", marker->base);
	advi_jout_key_text(&out, "boot", marker->boot);
	key_text(&out, "built", marker->built);
	advi_jout_key_u64(&out, "bytes", marker->bytes);
	advi_jout_key_text(&out, "digest", marker->digest);
	key_text(&out, "fingerprint", marker->fingerprint);
	write_stamp(&out, "image", &marker->image);
	advi_jout_key_text(&out, "method", marker->method);
	advi_jout_key_text(&out, "mount", marker->mount);
	advi_jout_key_text(&out, "name", marker->name);
	key_text(&out, "over", marker->over);
	advi_jout_key_text(&out, "prefix", marker->prefix);
	advi_jout_key_text(&out, "schema", "advisor.staged/1");
	key_text(&out, "site_packages", marker->site_packages);
	write_stamp(&out, "source", &marker->source);
	key_text(&out, "way", marker->way);
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

int advi_store_mark(struct advi_store *store, const struct advi_marker *marker, struct adv_err *err)
{
	ADVI_AUTO_PTR char *part = advi_store_name(marker->digest, "json.part");
	ADVI_AUTO_PTR char *name = advi_store_name(marker->digest, "json");
	FILE *file;
	bool bad;
	int fd;

	unlinkat(store->own.fd, part, 0);
	fd = openat(store->own.fd, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return advi_fail_errno(err, "can't write '%s/%s'", store->own.path, name);
	}
	write_marker(marker, file);
	bad = ferror(file) != 0;
	if (fclose(file) != 0 || bad || renameat(store->own.fd, part, store->own.fd, name) < 0) {
		int r = advi_fail_errno(err, "can't write '%s/%s'", store->own.path, name);

		unlinkat(store->own.fd, part, 0);
		return r;
	}
	return 0;
}
