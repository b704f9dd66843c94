/* SPDX-License-Identifier: BSD-3-Clause */
/* What the subcommands share: their table, their options, the terminal. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <advisor.h>

/* How an option's value is read, and the type that 'to' points to. */
enum opt_kind {
	OPT_FLAG,  /* bool */
	OPT_TEXT,  /* const char * */
	OPT_WORD,  /* the same: one of those that 'arg' lists, "auto|always|never" */
	OPT_LIST,  /* struct opt_list; may be given again, or with commas */
	OPT_WORDS, /* the same, of those that 'arg' lists */
	OPT_COUNT, /* uint64_t; a whole number */
	OPT_BYTES, /* uint64_t; 500M, 2G, 4096 */
	OPT_MONTH  /* const char *; YYYY-MM */
};

struct opt_list {
	const char *at[64];
	size_t count;
};

/* One row of a subcommand's options; help, parsing and completion come from it. */
struct opt {
	char letter; /* or 0 */
	const char *name;
	enum opt_kind kind;
	void *to;
	const char *arg; /* "STORE"; NULL for a flag */
	const char *help;
};

struct opts {
	const struct opt *at;
	size_t count;
};

/* One subcommand. */
struct command {
	const char *name;
	const char *synopsis; /* after the name: "-o STORE --site SITE.yml LOG..." */
	const char *purpose;  /* one line */
	const char *details;  /* a paragraph or more, may be NULL */
	const char *examples; /* lines, may be NULL */
	const char *verbs;    /* what the first operand may be, separated by blanks; or NULL */
	const struct opt *opts;
	size_t opt_count;
	const struct opts *shared;         /* options of several subcommands, or NULL */
	int min_args, max_args;            /* operands; max_args < 0: any number */
	int (*run)(int argc, char **argv); /* operands only; returns the exit status */
};

/* All of them, NULL at the end. */
extern const struct command *const commands[];

/* Options every subcommand takes; they are set before it runs. */
struct globals {
	const char *color, *progress; /* "auto", "always", "never" */
	bool quiet;
};
extern struct globals globals;

/* Parses the options of 'command'; operands move to the front of argv and are counted in *argc. */
bool opt_parse(const struct command *command, int *argc, char **argv);
/* Row i of the options that a command takes, its own first; NULL behind the last. */
const struct opt *opt_row(const struct command *command, size_t i);
/* Whether an option takes words of a list. */
static inline bool opt_words(const struct opt *opt)
{
	return opt->kind == OPT_WORD || opt->kind == OPT_WORDS;
}
/* Says that a command has no such verb, and which is near. Returns 2. */
int opt_no_verb(const struct command *command, const char *verb);
/* The versions of the program and of what it is built on, as text or JSON. */
int version_print(bool as_json);
/* Prints the help of one subcommand, or of the program when it is NULL. */
void opt_help(const struct command *command, FILE *file);

/* What the options of the network say. */
extern struct net_asked {
	struct adv_net net;
	struct opt_list mirrors; /* FROM=TO */
	uint64_t parallel;
} net_asked;
/* They, for who fetches packages; and for who reads channels. */
extern const struct opts net_opts, net_channel_opts;
/* Completes net_asked; false, and said, when an option makes no sense. */
bool net_ready(void);

/* The listener for long work: progress on a terminal, notes on stderr, Ctrl-C stops it. */
const struct adv_watch *term_watch(void);
void term_init(void);
/* Ends the progress line, so that something else can be printed. */
void term_done(void);
/* How text goes to 'file'. */
struct adv_style term_style(FILE *file);
/* Prints an error; returns the exit status of 'code'. */
int term_fail(const struct adv_err *err, int code);
/* As term_fail for a mistake on the command line. Returns 2. */
int term_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line on stderr, unless --quiet. */
void term_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What to run next: on a terminal, on standard error, unless --quiet. */
void term_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Flushes standard output; returns 'status', or 4 when it could not be written. */
int term_flush(int status);

#endif
