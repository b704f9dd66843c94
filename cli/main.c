/* SPDX-License-Identifier: BSD-3-Clause */
/* The program: a table of subcommands. */
#include <string.h>

#include "cli.h"

extern const struct command cmd_bundle, cmd_channel, cmd_check, cmd_explain, cmd_ingest,
	cmd_recommend, cmd_report, cmd_stage, cmd_usage;

static const struct command *const commands[] = {
	&cmd_ingest, &cmd_usage,  &cmd_recommend, &cmd_explain, &cmd_check,
	&cmd_report, &cmd_bundle, &cmd_stage,     &cmd_channel, NULL,
};

static void help(FILE *file)
{
	fputs("conda-advisor: what belongs in the next default conda environment, and the image of it\n\n"
	      "Usage: conda-advisor COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n",
	      file);
	for (int i = 0; commands[i]; i++)
		fprintf(file, "  %-12s%s\n", commands[i]->name, commands[i]->purpose);
	fputs("\n'conda-advisor COMMAND --help' says more; --version prints the version.\n", file);
}

static const struct command *find(const char *name)
{
	for (int i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
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
	if (strcmp(argv[1], "--version") == 0) {
		printf("conda-advisor %s\n", adv_version());
		return term_flush(0);
	}
	command = find(argv[1]);
	if (!command)
		return term_usage("there is no command '%s'; see 'conda-advisor --help'", argv[1]);
	argc -= 2;
	argv += 2;
	if (!opt_parse(command, &argc, argv))
		return 2;
	return command->run(argc, argv);
}
