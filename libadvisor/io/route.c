/* SPDX-License-Identifier: BSD-3-Clause */
/* From the address of a file as it is shown to the addresses where it is asked for. */
#include "io/route.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "io/http.h"

enum { EXPANDED = 64 * 1024 };

void advi_routes_clear(struct advi_routes *routes)
{
	for (size_t i = 0; i < routes->urls.count; i++)
		free(routes->urls.at[i]);
	advi_vec_clear(&routes->urls);
}

static bool is_name_byte(char byte, bool first)
{
	return byte == '_' || (first ? isalpha((unsigned char)byte) : isalnum((unsigned char)byte));
}

/* The variable's name that begins behind '$', and the bytes that stand for it; or 0. */
static size_t variable(const char *at, struct advi_str *name)
{
	bool braces = at[1] == '{';
	const char *begin = at + 1 + braces, *end = begin;

	while (is_name_byte(*end, end == begin))
		end++;
	*name = (struct advi_str){begin, (size_t)(end - begin)};
	if (!name->len || (braces && *end != '}'))
		return 0;
	return (size_t)(end - at) + braces;
}

char *advi_expand(const char *text, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf out = ADVI_BUF_INIT(EXPANDED);
	struct advi_str name;

	while (*text) {
		size_t taken = *text == '$' ? variable(text, &name) : 0;
		ADVI_AUTO_PTR char *copy = taken ? advi_str_dup(name) : NULL;
		const char *value = copy ? getenv(copy) : NULL;

		if (taken && !value) {
			advi_fail(err, ADV_EUSAGE,
				  "the variable %s is not set in the environment, and an address "
				  "needs it",
				  copy);
			return NULL;
		}
		if (taken)
			advi_buf_text(&out, value);
		else
			advi_buf_byte(&out, *text);
		text += taken ? taken : 1;
	}
	return advi_buf_take(&out);
}

char *advi_route_of_name(const char *name, const struct adv_net *net)
{
	struct advi_str alias =
		advi_str(net && net->channel_alias ? net->channel_alias : ADVI_CHANNEL_ALIAS);

	while (alias.len && alias.ptr[alias.len - 1] == '/')
		alias.len--;
	return advi_format("%.*s/%s", ADVI_ARGS(alias), name);
}

const char *advi_url_below(const char *url, const char *above)
{
	size_t length = strlen(above);

	while (length && above[length - 1] == '/')
		length--;
	if (strncmp(url, above, length) != 0 || (url[length] && url[length] != '/'))
		return NULL;
	return url + length;
}

/* An address, and what is below it; a folder becomes file://. */
static char *below(const char *open, const char *rest)
{
	size_t length = strlen(open);

	while (length > 1 && open[length - 1] == '/')
		length--;
	return advi_format("%s%.*s%s", advi_is_url(open) ? "" : "file://", (int)length, open, rest);
}

/* Puts the credentials of the longest login that holds for an address into it. */
static int log_in(char **url, const struct adv_net *net, struct adv_err *err)
{
	size_t longest = 0;
	ADVI_AUTO_PTR char *found = NULL;

	for (size_t i = 0; i < net->login_count; i++) {
		ADVI_AUTO_PTR char *open = advi_expand(net->logins[i], NULL);
		ADVI_AUTO_PTR char *shown = advi_url_public_dup(open ? open : net->logins[i]);
		const char *rest = advi_url_below(*url, shown);

		/* A variable that is not set is trouble only where it is needed. */
		if (rest && !open) {
			free(advi_expand(net->logins[i], err));
			return ADV_EUSAGE;
		}
		if (!rest || !advi_is_url(open) || strcmp(open, shown) == 0 ||
		    strlen(shown) <= longest)
			continue;
		longest = strlen(shown);
		free(found);
		found = below(open, rest);
	}
	if (found) {
		free(*url);
		*url = advi_take(found);
	}
	return 0;
}

/* What is below a row's address, or NULL. */
static const char *below_row(const struct adv_mirror *row, const char *url,
			     const struct adv_net *net, size_t *length)
{
	ADVI_AUTO_PTR char *from = advi_is_url(row->from) ? advi_url_public_dup(row->from)
							  : advi_route_of_name(row->from, net);
	const char *rest = advi_url_below(url, from);

	if (rest)
		*length = (size_t)(rest - url);
	return rest;
}

static size_t longest_row(const char *url, const struct adv_net *net)
{
	size_t longest = 0, length = 0;

	for (size_t i = 0; i < net->mirror_count; i++)
		if (below_row(&net->mirrors[i], url, net, &length) && length > longest)
			longest = length;
	return longest;
}

static int add(struct advi_routes *out, char *url, const struct adv_net *net, struct adv_err *err)
{
	advi_vec_push(&out->urls, url);
	return log_in(&out->urls.at[out->urls.count - 1], net, err);
}

static int add_mirror(struct advi_routes *out, const char *to, const char *rest,
		      const struct adv_net *net, struct adv_err *err)
{
	ADVI_AUTO_PTR char *open = advi_expand(to, err);

	return open ? add(out, below(open, rest), net, err) : ADV_EUSAGE;
}

int advi_routes_find(struct advi_routes *out, const char *url, const struct adv_net *net,
		     struct adv_err *err)
{
	static const struct adv_net none;
	ADVI_AUTO_PTR char *shown = advi_url_public_dup(url);
	size_t longest, length = 0;
	int r = 0;

	net = net ? net : &none;
	longest = longest_row(shown, net);
	for (size_t i = 0; r == 0 && longest && i < net->mirror_count; i++) {
		const char *rest = below_row(&net->mirrors[i], shown, net, &length);

		if (rest && length == longest)
			r = add_mirror(out, net->mirrors[i].to, rest, net, err);
	}
	if (r == 0 && !out->urls.count)
		r = add(out, advi_strdup(url), net, err);
	if (r < 0)
		advi_routes_clear(out);
	return r;
}
