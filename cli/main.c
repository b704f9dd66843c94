/* SPDX-License-Identifier: BSD-3-Clause */
/* The program: a table of subcommands. */
#include <string.h>

#include "cli.h"

extern const struct command cmd_bundle, cmd_channel, cmd_check, cmd_completion, cmd_explain,
	cmd_ingest, cmd_recommend, cmd_report, cmd_stage, cmd_usage;

const struct command *const commands[] = {
	&cmd_ingest, &cmd_usage, &cmd_recommend, &cmd_explain,    &cmd_check, &cmd_report,
	&cmd_bundle, &cmd_stage, &cmd_channel,   &cmd_completion, NULL,
};

static void help(FILE *file)
{
	fputs("conda-advisor: what belongs in the next default conda environment, and the image of it\n\n"
	      "Usage: conda-advisor COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n",
	      file);
	for (int i = 0; commands[i]; i++)
		fprintf(file, "  %-12s%s\n", commands[i]->name, commands[i]->purpose);
	fputs("\n'conda-advisor COMMAND --help' says more; --version [--json] prints versions.\n",
	      file);
}

static const struct command *find(const char *name)
{
	for (int i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int no_command(const char *name)
{
	const char *names[32];
	size_t count = 0;
	const char *near;

	for (; commands[count] && count < sizeof(names) / sizeof(names[0]); count++)
		names[count] = commands[count]->name;
	near = adv_nearest(name, names, count);
	return near ? term_usage("there is no command '%s'; did you mean '%s'?", name, near)
		    : term_usage("there is no command '%s'; see 'conda-advisor --help'", name);
}

int main(int argc, char **argv)
{
	const struct command *command;

	term_init();
	if (argc < 2) {
		help(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		help(stdout);
		return term_flush(0);
	}
	if (strcmp(argv[1], "--version") == 0)
		return version_print(argc > 2 && strcmp(argv[2], "--json") == 0);
	command = find(argv[1]);
	if (!command)
		return no_command(argv[1]);
	argc -= 2;
	argv += 2;
	if (!opt_parse(command, &argc, argv))
		return 2;
	return command->run(argc, argv);
}
