/* SPDX-License-Identifier: BSD-3-Clause */
/* Keyed pseudonyms (HMAC-SHA256). */
#include "usage/pseudonym.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

enum {
	DIGITS = 16, /* of a pseudonym: 64 bits, a collision among 1e6 names in 1e7 stores */
	KNOWN_NAMES = 1000000, /* remembered at once; more are computed again */
	KEY_FILE_BYTES = 4096
};

static int write_key(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t put = write(fd, text, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		text += put;
		length -= (size_t)put;
	}
	return fsync(fd);
}

/*
 * Puts a whole file in its place: 1, 0 when another program, as another task of an array job, was
 * faster, or -1 with errno. Some file systems have no hard links.
 */
static int place_key(const char *temp, const char *path)
{
	bool placed = link(temp, path) == 0 ||
		      (errno != EEXIST &&
		       renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0);
	int why = errno;

	unlink(temp);
	errno = why;
	return placed ? 1 : why == EEXIST ? 0 : -1;
}

/*
 * Makes a key and its file, which stands there whole or not at all: 1, 0 when another program made
 * one in the meantime, or an error.
 */
static int make_key(struct advi_pseudonyms *out, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *temp = advi_format("%s.XXXXXX", path);
	char text[2 * ADVI_KEY_BYTES + 2];
	int fd, r;

	if (getrandom(out->key, sizeof(out->key), 0) != (ssize_t)sizeof(out->key))
		return advi_fail_errno(err, "can't make a key for pseudonyms");
	for (size_t i = 0; i < sizeof(out->key); i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned)(unsigned char)out->key[i]);
	text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	fd = mkostemp(temp, O_CLOEXEC); /* 0600 */
	if (fd < 0)
		return advi_fail_errno(err, "can't write the key file '%s'", path);
	r = write_key(fd, text, sizeof(text) - 1);
	if (r < 0)
		unlink(temp);
	else
		r = place_key(temp, path);
	if (r < 0)
		r = advi_fail_errno(err, "can't write the key file '%s'", path);
	close(fd);
	explicit_bzero(text, sizeof(text));
	return r;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_key(struct advi_pseudonyms *out, struct advi_str text)
{
	if (text.len != (size_t)2 * ADVI_KEY_BYTES)
		return false;
	for (size_t i = 0; i < ADVI_KEY_BYTES; i++) {
		int high = hex_digit(text.ptr[2 * i]), low = hex_digit(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out->key[i] = (char)(high << 4 | low);
	}
	return true;
}

int advi_pseudonyms_open(struct advi_pseudonyms *out, const char *path, bool make,
			 const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(KEY_FILE_BYTES);
	struct stat info;
	int r;

	if (make && stat(path, &info) < 0 && errno == ENOENT) {
		r = make_key(out, path, err);
		out->has_key = r > 0;
		if (r != 0)
			return r < 0 ? r : 0;
	}
	r = advi_file_read(&text, path, err);
	if (r < 0)
		return advi_while(err, r, "reading the key of the store's pseudonyms");
	if (!parse_key(out, advi_str_trim(advi_buf_str(&text))))
		return advi_fail(err, ADV_EINPUT,
				 "'%s' is no key file: 64 hexadecimal digits were expected", path);
	if (stat(path, &info) == 0 && (info.st_mode & 077))
		advi_note(watch,
			  "others may read the key file '%s'; chmod 600 keeps pseudonyms safe",
			  path);
	explicit_bzero(text.ptr, text.len);
	out->has_key = true;
	return 0;
}

void advi_pseudonyms_clear(struct advi_pseudonyms *pseudonyms)
{
	explicit_bzero(pseudonyms->key, sizeof(pseudonyms->key));
	advi_map_clear(&pseudonyms->known);
}

struct advi_str advi_pseudonym(struct advi_pseudonyms *pseudonyms, struct advi_str name)
{
	struct advi_map_entry *entry;
	char hex[ADVI_HEX_SIZE];
	bool is_new;

	if (pseudonyms->names || !name.len)
		return name;
	if (pseudonyms->known.entries.count >= KNOWN_NAMES)
		advi_map_clear(&pseudonyms->known);
	entry = advi_map_add(&pseudonyms->known, name, &is_new);
	if (is_new) {
		char *text = advi_arena_alloc(&pseudonyms->known.keys, DIGITS + 2);

		advi_hmac_sha256((struct advi_str){pseudonyms->key, ADVI_KEY_BYTES}, name, hex);
		snprintf(text, DIGITS + 2, "~%.*s", DIGITS, hex);
		entry->pointer = text;
	}
	return advi_str(entry->pointer);
}

int advi_pseudonyms_need_key(struct advi_pseudonyms *pseudonyms, struct adv_err *err)
{
	assert(pseudonyms->has_key || pseudonyms->path);
	return pseudonyms->has_key
		       ? 0
		       : advi_pseudonyms_open(pseudonyms, pseudonyms->path, true, NULL, err);
}

void advi_pseudonyms_mark(const struct advi_pseudonyms *pseudonyms, char mark[ADVI_HEX_SIZE])
{
	if (pseudonyms->names)
		snprintf(mark, ADVI_HEX_SIZE, "names");
	else
		advi_hmac_sha256((struct advi_str){pseudonyms->key, ADVI_KEY_BYTES},
				 ADVI_STR("mark of a usage store"), mark);
}
