/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of forms in which an environment is written down, and telling them by their content. */
#include <sys/stat.h>

#include "base/buf.h"
#include "conda/form.h"
#include "conda/prefix.h"
#include "io/file.h"

enum { FILE_BYTES = 64 << 20 };

/* Asked in this order; the last of lines and the last of YAML tell what is wrong with the rest. */
static const struct advi_form *const forms[] = {
	&advi_form_explicit,  &advi_form_table, &advi_form_export,     &advi_form_specs,
	&advi_form_json_list, &advi_form_pixi,  &advi_form_conda_lock, &advi_form_environment,
};

static int empty(const struct advi_form_input *input, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT, "%s: there is nothing in it", input->path);
}

/* "KEY: ...", as the first line of a map in YAML; "channel::name" is none. */
static bool is_key(struct advi_str line)
{
	size_t at = advi_str_find(line, ':');

	if (at == line.len ||
	    (at + 1 < line.len && line.ptr[at + 1] != ' ' && line.ptr[at + 1] != '\t'))
		return false;
	for (size_t i = 0; i < at; i++)
		if (strchr(" \t=<>[", line.ptr[i]))
			return false;
	return at > 0;
}

static bool is_yaml(struct advi_str line)
{
	static const char *const marks[] = {"---", "- ", "{", "[", "%YAML"};

	for (size_t i = 0; i < ADVI_COUNT(marks); i++)
		if (advi_str_starts(line, advi_str(marks[i])))
			return true;
	return is_key(line);
}

/* "a, b, c" of all forms, for those whose file is none of them. */
static void name_forms(struct advi_buf *out)
{
	for (size_t i = 0; i < ADVI_COUNT(forms); i++)
		advi_buf_printf(out, "%s%s", i ? ", " : "", forms[i]->name);
}

static int read_as(struct advi_listing *out, const struct advi_form_input *input,
		   const struct advi_form *form, bool known, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(400);
	int r;

	out->form = form->name;
	r = form->read(out, input, err);
	if (r == 0)
		r = advi_listing_finish(out, input->path, err);
	if (r == 0 || known)
		return r;
	name_forms(&names);
	return advi_while(err, r,
			  "%s: it is none of %s, nor the folder of an environment; read as %s",
			  input->path, names.ptr, form->name);
}

static int choose(struct advi_listing *out, const struct advi_form_input *input,
		  struct adv_err *err)
{
	const struct advi_form *last = NULL;

	for (size_t i = 0; i < ADVI_COUNT(forms); i++) {
		if (forms[i]->is_yaml != (input->yaml != NULL))
			continue;
		last = forms[i];
		if (last->is(input))
			return read_as(out, input, last, true, err);
	}
	return read_as(out, input, last, false, err);
}

static int choose_yaml(struct advi_listing *out, struct advi_form_input *input, struct adv_err *err)
{
	struct advi_yaml yaml;
	int r = advi_yaml_parse(&yaml, input->text, input->path, err);

	if (r < 0)
		return r;
	input->yaml = &yaml;
	r = choose(out, input, err);
	advi_yaml_clear(&yaml);
	return r;
}

/* Without the mark that some editors put in front. UTF-16 is what PowerShell's '>' writes. */
static int decode(struct advi_form_input *input, struct adv_err *err)
{
	static const struct advi_str utf8 = {"\xEF\xBB\xBF", 3};
	struct advi_str text = input->text;

	if (advi_str_starts(text, ADVI_STR("\xFF\xFE")) ||
	    advi_str_starts(text, ADVI_STR("\xFE\xFF")) ||
	    (text.len >= 2 && (!text.ptr[0] || !text.ptr[1])))
		return advi_fail(err, ADV_EINPUT,
				 "%s: it is UTF-16; make it UTF-8, for example with "
				 "'iconv -f UTF-16 -t UTF-8'",
				 input->path);
	if (advi_str_starts(text, utf8))
		input->text = advi_str_from(text, utf8.len);
	return 0;
}

int advi_listing_parse(struct advi_listing *out, struct advi_str text, const char *path,
		       const struct advi_listing_wish *wish, struct adv_err *err)
{
	static const struct advi_listing_wish none;
	struct advi_form_input input = {text, path, wish ? wish : &none, NULL};
	struct advi_str first;
	int r;

	*out = (struct advi_listing){0};
	r = decode(&input, err);
	first = advi_form_first(&input);
	if (r == 0 && !first.len)
		r = empty(&input, err);
	if (r == 0)
		r = is_yaml(first) ? choose_yaml(out, &input, err) : choose(out, &input, err);
	if (r == 0 && out->platform && input.wish->platform &&
	    strcmp(out->platform, input.wish->platform) != 0)
		r = advi_fail(err, ADV_EINPUT,
			      "%s: it is for %s, and %s is wanted; give the environment of that "
			      "platform",
			      path, out->platform, input.wish->platform);
	if (r < 0)
		advi_listing_clear(out);
	return r;
}

static int read_file(struct advi_listing *out, const char *path,
		     const struct advi_listing_wish *wish, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(FILE_BYTES);
	int r = advi_file_read(&text, path, err);

	*out = (struct advi_listing){0};
	return r < 0 ? r : advi_listing_parse(out, advi_buf_str(&text), path, wish, err);
}

int advi_listing_read(struct advi_listing *out, const char *path,
		      const struct advi_listing_wish *wish, struct adv_err *err)
{
	struct advi_listing_wish named = {.platform = wish ? wish->platform : NULL};
	const char *hash = strrchr(path, '#');
	ADVI_AUTO_PTR char *file = NULL;
	struct stat info;

	if (stat(path, &info) == 0)
		return S_ISDIR(info.st_mode) ? advi_prefix_read(out, path, wish, err)
					     : read_file(out, path, wish, err);
	if (!hash || hash == path || !hash[1])
		return read_file(out, path, wish, err);
	file = advi_format("%.*s", (int)(hash - path), path);
	named.environment = hash + 1;
	return read_file(out, file, &named, err);
}
