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
	for (size_t i = 0; i < ADVI_COUNT(emitters); i++) {
		if (emitters[i].format != format)
			continue;
		emitters[i].emit(ex, file, style);
		return advi_print_end(file, err);
	}
	return advi_fail(err, ADV_EUSAGE, "an explanation is text or JSON");
}
