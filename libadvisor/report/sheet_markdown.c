/* SPDX-License-Identifier: BSD-3-Clause */
/* A report as Markdown, for a wiki or a folder of pages. */
#include "base/text.h"
#include "report/sheet.h"

/* What Markdown would take for its own, or HTML, gets a backslash in front. */
static void put_text(FILE *file, const char *text)
{
	ADVI_AUTO_PTR char *copy = advi_strdup(text);

	advi_text_mask(copy);
	for (const char *at = copy; *at; at++) {
		if (strchr("\\`*_{}[]<>#|~!&", *at))
			fputc('\\', file);
		fputc(*at, file);
	}
}

static void put_row(const struct advi_sheet *sheet, const struct advi_section *section, size_t row,
		    FILE *file)
{
	fputc('|', file);
	for (size_t i = 0; i < section->column_count; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)1 << 24);

		if (!section->columns[i].title)
			continue;
		advi_sheet_cell_text(sheet, &section->columns[i], &section->cells.at[row + i],
				     &text);
		fputc(' ', file);
		if (section->columns[i].kind == ADVI_SHEET_LINK)
			fprintf(file, "[%s](%s)", advi_buf_str(&text).ptr, advi_buf_str(&text).ptr);
		else
			put_text(file, advi_buf_str(&text).ptr);
		fputs(" |", file);
	}
	fputc('\n', file);
}

static void put_table(const struct advi_sheet *sheet, const struct advi_section *section,
		      FILE *file)
{
	fputc('|', file);
	for (size_t i = 0; i < section->column_count; i++)
		if (section->columns[i].title)
			fprintf(file, " %s |",
				section->columns[i].kind == ADVI_SHEET_FLAG
					? ""
					: section->columns[i].title);
	fputs("\n|", file);
	for (size_t i = 0; i < section->column_count; i++)
		if (section->columns[i].title)
			fputs(advi_sheet_is_text(section->columns[i].kind) ? "---|" : "--:|", file);
	fputc('\n', file);
	for (size_t row = 0; row < section->cells.count; row += section->column_count)
		put_row(sheet, section, row, file);
}

void advi_sheet_markdown(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style)
{
	(void)style;
	fputs("# ", file);
	put_text(file, sheet->title);
	fputc('\n', file);
	for (size_t i = 0; i < sheet->sections.count; i++) {
		const struct advi_section *section = &sheet->sections.at[i];

		if (section->data_only || (!section->cells.count && !section->folded &&
					   !section->sentences.count && !section->empty))
			continue;
		if (section->title[0]) {
			fputs("\n## ", file);
			put_text(file, section->title);
			fputc('\n', file);
		}
		fputc('\n', file);
		if (section->columns && section->cells.count)
			put_table(sheet, section, file);
		else if (section->columns && section->empty && !section->folded)
			fprintf(file, "%s\n", section->empty);
		if (section->folded)
			fprintf(file, "\nand %zu of fewer than %llu users each\n", section->folded,
				(unsigned long long)sheet->min_users);
		for (size_t j = 0; j < section->sentences.count; j++) {
			fputs(section->columns ? "\n" : "- ", file);
			put_text(file, section->sentences.at[j]);
			fputc('\n', file);
		}
	}
}
