/* SPDX-License-Identifier: BSD-3-Clause */
/* An integer program as others read it. */
#include "advise/lp.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void write_row(const struct advi_program *program, const struct advi_row *row, double bound,
		      const char *sign, size_t number, FILE *file)
{
	fprintf(file, "r%zu%s:", number, sign[0] == '<' ? "u" : "l");
	for (uint32_t i = row->first; i < row->first + row->count; i++)
		fprintf(file, "%s %+.17g x%u", (i - row->first) % 8 ? "" : "\n",
			program->cells.at[i].factor, program->cells.at[i].column);
	fprintf(file, " %s %.17g\n", sign, bound);
}

bool lp_write(const struct advi_program *program, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fprintf(file, "Maximize\nobj:");
	for (size_t i = 0; i < program->columns.count; i++)
		if (program->columns.at[i].objective != 0)
			fprintf(file, "\n %+.17g x%zu", program->columns.at[i].objective, i);
	fprintf(file, "\nSubject To\n");
	for (size_t i = 0; i < program->rows.count; i++) {
		const struct advi_row *row = &program->rows.at[i];

		if (isfinite(row->upper))
			write_row(program, row, row->upper, "<=", i, file);
		if (isfinite(row->lower))
			write_row(program, row, row->lower, ">=", i, file);
	}
	fprintf(file, "Bounds\n");
	for (size_t i = 0; i < program->columns.count; i++)
		fprintf(file, " %.17g <= x%zu <= %.17g\n", program->columns.at[i].lower, i,
			program->columns.at[i].upper);
	fprintf(file, "Generals\n");
	for (size_t i = 0; i < program->columns.count; i++)
		if (program->columns.at[i].integer)
			fprintf(file, " x%zu\n", i);
	fprintf(file, "End\n");
	return fclose(file) == 0;
}

double lp_optimum(const char *path)
{
	char command[512], line[512];
	double value = NAN, found;
	bool proved = false;
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "cbc '%s' ratioGap 0 allowableGap 1e-7 solve quit 2>/dev/null", path);
	pipe = popen(command, "r");
	if (!pipe)
		return NAN;
	while (fgets(line, sizeof(line), pipe)) {
		proved = proved || strncmp(line, "Result - Optimal solution found", 31) == 0;
		if (sscanf(line, "Objective value: %lf", &found) == 1)
			value = found;
	}
	pclose(pipe);
	return proved ? value : NAN;
}
