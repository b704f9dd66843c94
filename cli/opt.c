/* SPDX-License-Identifier: BSD-3-Clause */
/* Options and help, both from one table. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct globals globals = {"auto", "auto", false};

static bool help_wanted;

static const struct opt common[] = {
	{0, "color", OPT_WORD, &globals.color, "auto|always|never", "colour"},
	{0, "progress", OPT_WORD, &globals.progress, "auto|always|never", "progress"},
	{'q', "quiet", OPT_FLAG, &globals.quiet, NULL, "only errors on standard error"},
	{'h', "help", OPT_FLAG, &help_wanted, NULL, "show this help"},
};

enum { COMMON = sizeof(common) / sizeof(common[0]), OPTIONS_MOST = 128 };

const struct opt *opt_row(const struct command *command, size_t i)
{
	size_t shared = command->shared ? command->shared->count : 0;

	if (i < command->opt_count)
		return &command->opts[i];
	i -= command->opt_count;
	if (i < shared)
		return &command->shared->at[i];
	i -= shared;
	return i < COMMON ? &common[i] : NULL;
}

static const struct opt *by_name(const struct command *command, const char *name, size_t length)
{
	const struct opt *opt;

	for (size_t i = 0; (opt = opt_row(command, i)); i++)
		if (strlen(opt->name) == length && strncmp(opt->name, name, length) == 0)
			return opt;
	return NULL;
}

static const struct opt *by_letter(const struct command *command, char letter)
{
	const struct opt *opt;

	for (size_t i = 0; (opt = opt_row(command, i)); i++)
		if (opt->letter == letter)
			return opt;
	return NULL;
}

static bool read_count(const char *text, bool units, uint64_t *out)
{
	static const char letters[] = "KMGT";
	const char *unit;
	char *end;
	unsigned long long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoull(text, &end, 10);
	*out = value;
	if (*end == '\0')
		return value < UINT64_MAX;
	unit = units ? strchr(letters, *end) : NULL;
	if (!unit || (end[1] != '\0' && strcmp(end + 1, "iB") != 0 && strcmp(end + 1, "B") != 0))
		return false;
	for (const char *at = letters; at <= unit; at++)
		if (__builtin_mul_overflow(*out, 1024, out))
			return false;
	return true;
}

static bool is_month(const char *text)
{
	for (int i = 0; i < 7; i++)
		if (i == 4 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	return text[7] == '\0' && strcmp(text + 5, "01") >= 0 && strcmp(text + 5, "12") <= 0;
}

static bool add_items(struct opt_list *list, char *text)
{
	for (char *rest = text; rest;) {
		char *item = strsep(&rest, ",");

		if (*item == '\0')
			continue;
		if (list->count == sizeof(list->at) / sizeof(list->at[0]))
			return false;
		list->at[list->count++] = item;
	}
	return true;
}

/* "; did you mean 'x'?" where a word comes near, else nothing. */
static const char *meant(const char *text, const char *const *words, size_t count)
{
	static char said[160];
	const char *near = adv_nearest(text, words, count);

	said[0] = '\0';
	if (near)
		snprintf(said, sizeof(said), "; did you mean '%s'?", near);
	return said;
}

enum { WORDS_MOST = 64, WORDS_BYTES = 512 };

/* Takes "a|b|c" apart, in 'room'. */
static size_t split_words(const char *list, char room[WORDS_BYTES], const char *out[WORDS_MOST])
{
	size_t count = 0;

	snprintf(room, WORDS_BYTES, "%s", list);
	for (char *rest = room, *word; (word = strsep(&rest, "|")) && count < WORDS_MOST;)
		out[count++] = word;
	return count;
}

static bool is_word(const struct opt *opt, const char *value)
{
	const char *words[WORDS_MOST];
	char room[WORDS_BYTES], said[WORDS_BYTES] = "";
	size_t count = split_words(opt->arg, room, words), used = 0;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], value) == 0)
			return true;
		used += (size_t)snprintf(said + used, sizeof(said) - used, "%s%s",
					 i == 0          ? ""
					 : i + 1 < count ? ", "
							 : " or ",
					 words[i]);
	}
	term_usage("--%s takes %s, not '%s'%s", opt->name, said, value, meant(value, words, count));
	return false;
}

static bool are_words(const struct opt *opt, const struct opt_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!is_word(opt, list->at[i]))
			return false;
	return true;
}

static bool set(const struct opt *opt, char *value)
{
	switch (opt->kind) {
	case OPT_FLAG:
		*(bool *)opt->to = true;
		return true;
	case OPT_MONTH:
		if (!is_month(value)) {
			term_usage("--%s takes a month such as 2025-03, not '%s'", opt->name,
				   value);
			return false;
		}
		*(const char **)opt->to = value;
		return true;
	case OPT_TEXT:
		*(const char **)opt->to = value;
		return true;
	case OPT_WORD:
		*(const char **)opt->to = value;
		return is_word(opt, value);
	case OPT_WORDS:
	case OPT_LIST:
		if (add_items(opt->to, value))
			return opt->kind == OPT_LIST || are_words(opt, opt->to);
		term_usage("--%s takes at most 64 values", opt->name);
		return false;
	case OPT_COUNT:
	case OPT_BYTES:
		if (read_count(value, opt->kind == OPT_BYTES, opt->to))
			return true;
		term_usage("--%s takes a %s, not '%s'", opt->name,
			   opt->kind == OPT_BYTES ? "size such as 500M or 2G" : "whole number",
			   value);
		return false;
	}
	return false;
}

static void no_option(const struct command *command, const char *arg)
{
	const char *names[OPTIONS_MOST];
	char name[64];
	size_t count = 0;
	const struct opt *opt;
	const char *near;

	for (; count < OPTIONS_MOST && (opt = opt_row(command, count)); count++)
		names[count] = opt->name;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg + 1 + (arg[1] == '-'), "="),
		 arg + 1 + (arg[1] == '-'));
	near = arg[1] == '-' || name[1] ? adv_nearest(name, names, count) : NULL;
	if (near)
		term_usage("'%s' has no option '%s'; did you mean '--%s'?", command->name, arg,
			   near);
	else
		term_usage("'%s' has no option '%s'; see 'conda-advisor %s --help'", command->name,
			   arg, command->name);
}

/* Takes one argument that begins with '-', and its value from the next one where it needs that. */
static bool take(const struct command *command, char **argv, int argc, int *at)
{
	char *arg = argv[*at], *value = NULL;
	const struct opt *opt;

	if (arg[1] == '-') {
		size_t length = strcspn(arg + 2, "=");

		opt = by_name(command, arg + 2, length);
		value = arg[2 + length] == '=' ? arg + 3 + length : NULL;
	} else {
		opt = by_letter(command, arg[1]);
		value = arg[2] ? arg + 2 : NULL;
	}
	if (!opt) {
		no_option(command, arg);
		return false;
	}
	if (opt->kind == OPT_FLAG && value) {
		if (arg[1] == '-')
			term_usage("--%s takes no value", opt->name);
		else
			term_usage("'%s': -%c takes nothing behind it; write options apart", arg,
				   opt->letter);
		return false;
	}
	if (opt->kind != OPT_FLAG && !value) {
		if (*at + 1 >= argc) {
			term_usage("--%s needs a value: %s", opt->name, opt->arg);
			return false;
		}
		value = argv[++*at];
	}
	return set(opt, value);
}

bool opt_parse(const struct command *command, int *argc, char **argv)
{
	int operands = 0;
	bool only_operands = false;

	for (int i = 0; i < *argc; i++) {
		if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0')
			argv[operands++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			only_operands = true;
		else if (!take(command, argv, *argc, &i))
			return false;
		if (help_wanted) {
			opt_help(command, stdout);
			exit(term_flush(0));
		}
	}
	*argc = operands;
	if (operands < command->min_args ||
	    (command->max_args >= 0 && operands > command->max_args)) {
		term_usage("usage: conda-advisor %s %s", command->name, command->synopsis);
		return false;
	}
	return true;
}

int opt_no_verb(const struct command *command, const char *verb)
{
	const char *words[WORDS_MOST];
	char room[WORDS_BYTES], list[WORDS_BYTES];
	size_t count;

	snprintf(list, sizeof(list), "%s", command->verbs);
	for (char *at = list; *at; at++)
		*at = (char)(*at == ' ' ? '|' : *at);
	count = split_words(list, room, words);
	for (char *at = list; *at; at++)
		*at = (char)(*at == '|' ? ' ' : *at);
	return term_usage("%s takes one of: %s; not '%s'%s", command->name, list, verb,
			  meant(verb, words, count));
}

static void print_row(const struct opt *opt, FILE *file)
{
	char left[64];
	int used = snprintf(left, sizeof(left), "%c%c%s --%s%s%s", opt->letter ? '-' : ' ',
			    opt->letter ? opt->letter : ' ', opt->letter ? "," : " ", opt->name,
			    opt->arg ? " " : "", opt->arg ? opt->arg : "");

	fprintf(file, "  %-28s%s%s\n", left, used > 27 ? "\n                              " : "",
		opt->help);
}

void opt_help(const struct command *command, FILE *file)
{
	fprintf(file, "conda-advisor %s: %s\n\nUsage: conda-advisor %s %s\n", command->name,
		command->purpose, command->name, command->synopsis);
	if (command->details)
		fprintf(file, "\n%s\n", command->details);
	fputs("\nOptions:\n", file);
	for (size_t i = 0; opt_row(command, i); i++)
		print_row(opt_row(command, i), file);
	if (command->examples)
		fprintf(file, "\nExamples:\n%s\n", command->examples);
}
