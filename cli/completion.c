/* SPDX-License-Identifier: BSD-3-Clause */
/* completion: scripts for shells, written from the tables of subcommands and options. */
#include <string.h>

#include "cli.h"

/* A text within single quotes of a shell. */
static void quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
	putchar('\'');
}

/* Words that are separated by '|' or blanks, with a blank between. */
static void words(const char *text)
{
	for (; *text; text++)
		putchar(*text == '|' ? ' ' : *text);
}

static bool is_folder(const struct opt *opt)
{
	return opt->arg && (strcmp(opt->arg, "DIR") == 0 || strcmp(opt->arg, "RELEASES") == 0);
}

/* Whether a value is a file, by what the option calls it. */
static bool is_file(const struct opt *opt)
{
	static const char *const names[] = {"FILE",  "STORE", "SITE.yml",   "PATH",  "PLAN.json",
					    "IMAGE", "BASE",  "USAGE.db",   "LIST",  "KEY",
					    "LOCK",  "ENV",   "STATEMENTS", "RECIPE"};

	if (!opt->arg || opt_words(opt))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(opt->arg, names[i]) == 0)
			return true;
	return false;
}

/* --- bash --- */

static void bash_names(const struct command *command)
{
	const struct opt *opt;

	for (size_t i = 0; (opt = opt_row(command, i)); i++) {
		printf(" --%s", opt->name);
		if (opt->letter)
			printf(" -%c", opt->letter);
	}
}

/* The patterns of an option as "$command $previous". */
static void bash_pattern(const struct command *command, const struct opt *opt)
{
	printf("\t'%s --%s'", command->name, opt->name);
	if (opt->letter)
		printf("|'%s -%c'", command->name, opt->letter);
	printf(") ");
}

static void bash_values(const struct command *command)
{
	const struct opt *opt;

	for (size_t i = 0; (opt = opt_row(command, i)); i++) {
		if (opt->kind == OPT_FLAG)
			continue;
		bash_pattern(command, opt);
		if (opt_words(opt)) {
			fputs("mapfile -t COMPREPLY < <(compgen -W '", stdout);
			words(opt->arg);
			fputs("' -- \"$cur\")", stdout);
		} else if (is_folder(opt)) {
			fputs("mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); "
			      "compopt -o filenames 2> /dev/null",
			      stdout);
		} else if (is_file(opt)) {
			fputs("mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); "
			      "compopt -o filenames 2> /dev/null",
			      stdout);
		} else {
			putchar(':');
		}
		fputs("; return ;;\n", stdout);
	}
}

static void bash(void)
{
	puts("# bash completion of conda-advisor; made by 'conda-advisor completion bash'\n"
	     "_conda_advisor() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	     "\tlocal command=${COMP_WORDS[1]} names='' verbs=''\n"
	     "\tCOMPREPLY=()\n"
	     "\t# --option=value comes as three words\n"
	     "\tif [[ $cur == '=' ]]; then\n"
	     "\t\tcur=''\n"
	     "\telif [[ $prev == '=' ]]; then\n"
	     "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	     "\tfi\n"
	     "\tif ((COMP_CWORD == 1)); then");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '--help --version", stdout);
	for (int i = 0; commands[i]; i++)
		printf(" %s", commands[i]->name);
	puts("' -- \"$cur\")\n\t\treturn\n\tfi\n\tcase \"$command $prev\" in");
	for (int i = 0; commands[i]; i++)
		bash_values(commands[i]);
	puts("\tesac\n\tcase $command in");
	for (int i = 0; commands[i]; i++) {
		printf("\t%s) names='", commands[i]->name);
		bash_names(commands[i]);
		printf("' verbs='%s' ;;\n", commands[i]->verbs ? commands[i]->verbs : "");
	}
	puts("\tesac\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$names\" -- \"$cur\")\n"
	     "\telif [[ -n $verbs ]] && ((COMP_CWORD == 2)); then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$verbs\" -- \"$cur\")\n"
	     "\telse\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	     "\t\tcompopt -o filenames 2> /dev/null\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _conda_advisor conda-advisor");
}

/* --- zsh --- */

/* A description within brackets and colons of _arguments. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr("[]:\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void zsh_option(const struct opt *opt)
{
	fputs("\t\t'", stdout);
	if (opt->kind == OPT_LIST || opt->kind == OPT_WORDS)
		putchar('*');
	printf("--%s%s[", opt->name, opt->kind == OPT_FLAG ? "" : "=");
	zsh_text(opt->help);
	putchar(']');
	if (opt->kind != OPT_FLAG) {
		putchar(':');
		zsh_text(opt_words(opt) ? opt->name : opt->arg);
		putchar(':');
		if (opt_words(opt)) {
			putchar('(');
			words(opt->arg);
			putchar(')');
		} else if (is_folder(opt)) {
			fputs("_files -/", stdout);
		} else if (is_file(opt)) {
			fputs("_files", stdout);
		}
	}
	puts("' \\");
}

static void zsh(void)
{
	const struct opt *opt;

	puts("#compdef conda-advisor\n"
	     "# zsh completion of conda-advisor; made by 'conda-advisor completion zsh'\n"
	     "_conda_advisor() {\n"
	     "\tlocal -a commands\n"
	     "\tcommands=(");
	for (int i = 0; commands[i]; i++) {
		printf("\t\t'%s:", commands[i]->name);
		zsh_text(commands[i]->purpose);
		puts("'");
	}
	puts("\t)\n"
	     "\tif ((CURRENT == 2)); then\n"
	     "\t\t_describe command commands\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tlocal command=$words[2]\n"
	     "\tshift words\n"
	     "\t((CURRENT--))\n"
	     "\tcase $command in");
	for (int i = 0; commands[i]; i++) {
		printf("\t%s) _arguments -s \\\n", commands[i]->name);
		for (size_t j = 0; (opt = opt_row(commands[i], j)); j++)
			zsh_option(opt);
		if (commands[i]->verbs)
			printf("\t\t'1:verb:(%s)' \\\n", commands[i]->verbs);
		puts("\t\t'*:file:_files' ;;");
	}
	puts("\tesac\n"
	     "}\n"
	     "if [[ $funcstack[1] == _conda_advisor ]]; then\n"
	     "\t_conda_advisor \"$@\"\n"
	     "else\n"
	     "\tcompdef _conda_advisor conda-advisor\n"
	     "fi");
}

/* --- fish --- */

static void fish_option(const struct command *command, const struct opt *opt)
{
	printf("complete -c conda-advisor -n '__fish_seen_subcommand_from %s' -l %s", command->name,
	       opt->name);
	if (opt->letter)
		printf(" -s %c", opt->letter);
	fputs(" -d ", stdout);
	quoted(opt->help);
	if (opt_words(opt)) {
		fputs(" -x -a '", stdout);
		words(opt->arg);
		putchar('\'');
	} else if (is_folder(opt)) {
		fputs(" -x -a '(__fish_complete_directories)'", stdout);
	} else if (is_file(opt)) {
		fputs(" -r -F", stdout);
	} else if (opt->kind != OPT_FLAG) {
		fputs(" -x", stdout);
	}
	putchar('\n');
}

static void fish(void)
{
	const struct opt *opt;

	puts("# fish completion of conda-advisor; made by 'conda-advisor completion fish'");
	for (int i = 0; commands[i]; i++) {
		printf("complete -c conda-advisor -f -n __fish_use_subcommand -a %s -d ",
		       commands[i]->name);
		quoted(commands[i]->purpose);
		putchar('\n');
		if (commands[i]->verbs)
			printf("complete -c conda-advisor -n '__fish_seen_subcommand_from %s; and not "
			       "__fish_seen_subcommand_from %s' -a '%s'\n",
			       commands[i]->name, commands[i]->verbs, commands[i]->verbs);
		for (size_t j = 0; (opt = opt_row(commands[i], j)); j++)
			fish_option(commands[i], opt);
	}
}

static const struct {
	const char *name;
	void (*write)(void);
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

extern const struct command cmd_completion;

static int run(int argc, char **argv)
{
	(void)argc;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(argv[0], shells[i].name) != 0)
			continue;
		shells[i].write();
		return term_flush(0);
	}
	return opt_no_verb(&cmd_completion, argv[0]);
}

const struct command cmd_completion = {
	.name = "completion",
	.synopsis = "bash|zsh|fish",
	.purpose = "print what lets a shell complete commands and options",
	.details = "Packages install these scripts. By hand:\n"
		   "  bash  source <(conda-advisor completion bash), in ~/.bashrc\n"
		   "  zsh   a file _conda-advisor in a folder of $fpath\n"
		   "  fish  ~/.config/fish/completions/conda-advisor.fish",
	.examples = "  conda-advisor completion bash",
	.verbs = "bash zsh fish",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
