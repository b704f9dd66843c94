/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing environment.yml. */
#include "conda/envfile.h"
#include "io/json_write.h"

/* Words that YAML 1.1 takes for something else than text. */
static bool is_word(struct advi_str text)
{
	static const char *const words[] = {"y",     "n",  "yes", "no",   "true",
					    "false", "on", "off", "null", "~"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text.len == strlen(words[i]) && strncasecmp(text.ptr, words[i], text.len) == 0)
			return true;
	return false;
}

/* Whether it can stand without quotes: begins with a letter or '_', and has no byte of YAML's. */
static bool is_plain(struct advi_str text)
{
	if (!text.len || !(text.ptr[0] == '_' || (text.ptr[0] | 32) >= 'a') ||
	    (text.ptr[0] | 32) > 'z')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];

		if (!((byte | 32) >= 'a' && (byte | 32) <= 'z') &&
		    !strchr("0123456789_-./=<>!+*,| ", byte) &&
		    !(byte == ':' && i + 1 < text.len && text.ptr[i + 1] != ' '))
			return false;
	}
	return text.ptr[text.len - 1] != ' ' && !is_word(text);
}

static void write_text(FILE *file, const char *text)
{
	if (is_plain(advi_str(text)))
		fputs(text, file);
	else
		advi_json_quote(file, advi_str(text));
}

static void write_items(FILE *file, const char *indent, const advi_names *items)
{
	for (size_t i = 0; i < items->count; i++) {
		fprintf(file, "%s- ", indent);
		write_text(file, items->at[i]);
		fputc('\n', file);
	}
}

void advi_envfile_write(FILE *file, const char *name, const advi_names *channels,
			const advi_names *specs, const advi_names *pip)
{
	if (name) {
		fputs("name: ", file);
		write_text(file, name);
		fputc('\n', file);
	}
	fprintf(file, "channels:%s\n", channels->count ? "" : " []");
	write_items(file, "  ", channels);
	fprintf(file, "dependencies:%s\n", specs->count || pip->count ? "" : " []");
	write_items(file, "  ", specs);
	if (pip->count)
		fputs("  - pip:\n", file);
	write_items(file, "      ", pip);
}
