/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations for several Pythons and node types. */
#include <stdlib.h>

#include "report/explain.h"
#include "report/table.h"

enum { LINE_CAP = 4096 };

/* --- text --- */

static const char *short_answer(const struct advi_cell *cell)
{
	static const char *const words[] = {
		[ADVI_VERDICT_THERE] = "there already",
		[ADVI_VERDICT_JOINS] = "can be added",
		[ADVI_VERDICT_MOVES] = "can be added, with changes to base",
		[ADVI_VERDICT_REFUSED] = "can't be added",
	};

	return cell->ex ? words[cell->ex->verdict] : "base can't be solved";
}

static bool good(const struct advi_cell *cell)
{
	return cell->ex && cell->ex->verdict != ADVI_VERDICT_REFUSED;
}

/* The whole answer of a cell as text, in new memory. */
static char *render(const struct advi_cell *cell, const struct adv_style *style)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		abort();
	if (cell->ex)
		advi_explain_text(cell->ex, file, style);
	else
		advi_print_paragraph(file, style, 0, 2, cell->base_why);
	fclose(file);
	return text;
}

static bool told(char *const *texts, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(texts[i], texts[at]) == 0)
			return true;
	return false;
}

/* "Python 3.11, gpu; Python 3.12, gpu": all cells with this answer. */
static void print_heading(const struct adv_explanation *ex, char *const *texts, size_t at,
			  FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf line = ADVI_BUF_INIT(LINE_CAP);

	for (size_t i = at; i < ex->cells.count; i++)
		if (strcmp(texts[i], texts[at]) == 0)
			advi_buf_printf(&line, "%s%s", line.len ? "; " : "", ex->cells.at[i].label);
	advi_print_line(file, style, ADVI_BOLD, "%s", advi_buf_str(&line).ptr);
}

void advi_matrix_text(const struct adv_explanation *ex, FILE *file, const struct adv_style *style)
{
	char **texts = advi_calloc(ex->cells.count, sizeof(*texts));

	for (size_t i = 0; i < ex->cells.count; i++) {
		const struct advi_cell *cell = &ex->cells.at[i];

		texts[i] = render(cell, style);
		advi_print_line(file, style, good(cell) ? ADVI_GOOD : ADVI_BAD, "%s: %s",
				cell->label, short_answer(cell));
	}
	for (size_t i = 0; i < ex->cells.count; i++) {
		if (told(texts, i))
			continue;
		fputc('\n', file);
		print_heading(ex, texts, i, file, style);
		fputs(texts[i], file);
	}
	for (size_t i = 0; i < ex->cells.count; i++)
		free(texts[i]);
	free(texts);
}

/* --- JSON --- */

static void write_cell(struct advi_jout *out, const struct advi_cell *cell)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "base_why", cell->base_why);
	advi_jout_key(out, "explanation");
	if (cell->ex) {
		advi_jout_object(out);
		advi_explain_members(out, cell->ex);
		advi_jout_object_end(out);
	} else {
		advi_jout_null(out);
	}
	advi_jout_key_text(out, "node_type", cell->variant->node_type);
	advi_jout_key_text(out, "python", cell->variant->python);
	advi_jout_object_end(out);
}

void advi_matrix_json(const struct adv_explanation *ex, FILE *file)
{
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key(&out, "cells");
	advi_jout_array(&out);
	for (size_t i = 0; i < ex->cells.count; i++)
		write_cell(&out, &ex->cells.at[i]);
	advi_jout_array_end(&out);
	advi_interests_json(&out, ex);
	advi_jout_key_text(&out, "schema", "advisor.explain-matrix/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}
