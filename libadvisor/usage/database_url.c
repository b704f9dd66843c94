/* SPDX-License-Identifier: BSD-3-Clause */
/* The URL of a database. */
#include "base/mem.h"
#include "usage/database.h"

static int bad(const char *why, struct adv_err *err)
{
	return advi_fail(
		err, ADV_EUSAGE,
		"a database is named mysql://USER@HOST/DATABASE?socket=PATH&defaults=FILE: %s",
		why);
}

static char *text_of(struct advi_str text)
{
	return text.len ? advi_str_dup(text) : NULL;
}

static int read_options(struct advi_database_url *out, struct advi_str query, struct adv_err *err)
{
	static const struct {
		struct advi_str name;
		size_t offset;
	} names[] = {
		{{"socket=", 7}, offsetof(struct advi_database_url, socket)},
		{{"defaults=", 9}, offsetof(struct advi_database_url, defaults)},
	};
	struct advi_str part;

	while (query.len && advi_str_split(&query, '&', &part)) {
		bool found = false;

		for (size_t i = 0; i < ADVI_COUNT(names); i++) {
			char **to = (char **)(void *)((char *)out + names[i].offset);

			if (!advi_str_starts(part, names[i].name))
				continue;
			free(*to);
			*to = text_of(advi_str_from(part, names[i].name.len));
			found = true;
		}
		if (!found)
			return bad("only socket and defaults may follow the '?'", err);
	}
	return 0;
}

static int read_host(struct advi_database_url *out, struct advi_str host, struct adv_err *err)
{
	size_t at = advi_str_find(host, '@'), colon;
	uint64_t port;

	if (at < host.len) {
		if (advi_str_find((struct advi_str){host.ptr, at}, ':') < at)
			return bad("a password on the command line can be seen by everybody; put "
				   "it into an option file (~/.my.cnf) or MYSQL_PWD",
				   err);
		out->user = text_of((struct advi_str){host.ptr, at});
		host = advi_str_from(host, at + 1);
	}
	colon = advi_str_find(host, ':');
	if (colon < host.len) {
		if (!advi_str_u64(advi_str_from(host, colon + 1), &port) || !port || port > 65535)
			return bad("the port is no number from 1 to 65535", err);
		out->port = (unsigned)port;
	}
	out->host = text_of((struct advi_str){host.ptr, colon});
	return 0;
}

int advi_database_url_read(struct advi_database_url *out, const char *url, struct adv_err *err)
{
	static const struct advi_str schemes[] = {{"mysql://", 8}, {"mariadb://", 10}};
	struct advi_str text = advi_str(url), rest = {NULL, 0}, query;
	size_t slash, mark;
	int r;

	*out = (struct advi_database_url){0};
	for (size_t i = 0; i < ADVI_COUNT(schemes) && !rest.ptr; i++)
		if (advi_str_starts(text, schemes[i]))
			rest = advi_str_from(text, schemes[i].len);
	if (!rest.ptr)
		return bad("it begins with mysql:// or mariadb://", err);
	mark = advi_str_find(rest, '?');
	query = advi_str_from(rest, mark + 1);
	rest.len = mark;
	slash = advi_str_find(rest, '/');
	r = read_host(out, (struct advi_str){rest.ptr, slash}, err);
	if (r == 0)
		r = read_options(out, query, err);
	out->database = text_of(advi_str_from(rest, slash + 1));
	if (r == 0 && !out->database)
		r = bad("the database is missing", err);
	return r;
}

void advi_database_url_clear(struct advi_database_url *url)
{
	free(url->host);
	free(url->user);
	free(url->database);
	free(url->socket);
	free(url->defaults);
	*url = (struct advi_database_url){0};
}
