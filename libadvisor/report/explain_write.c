/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations, by format. */
#include "base/err.h"
#include "report/explain.h"
#include "report/table.h"

static const struct {
	enum adv_format format;
	void (*emit)(const struct adv_explanation *ex, FILE *file, const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_explain_text},
	{ADV_FORMAT_JSON, advi_explain_json},
};

int adv_explanation_write(const struct adv_explanation *ex, enum adv_format format, FILE *file,
			  const struct adv_style *style, struct adv_err *err)
{
	return ADVI_EMIT(emitters, ex, format, file, style, "an explanation is text or JSON", err);
}
