/* SPDX-License-Identifier: BSD-3-Clause */
/* Emitters of explanations and verdicts. */
#ifndef ADVI_REPORT_EXPLAIN_H
#define ADVI_REPORT_EXPLAIN_H

#include <advisor/report.h>

#include "advise/explain.h"
#include "io/json_write.h"

void advi_explain_text(const struct adv_explanation *ex, FILE *file, const struct adv_style *style);
void advi_explain_json(const struct adv_explanation *ex, FILE *file, const struct adv_style *style);

/* Of a matrix: a line a cell, then each answer once with the cells that have it. */
void advi_matrix_text(const struct adv_explanation *ex, FILE *file, const struct adv_style *style);
/* Schema advisor.explain-matrix/1. */
void advi_matrix_json(const struct adv_explanation *ex, FILE *file);
/* What stands in the document of one explanation, in an object that is open. */
void advi_explain_members(struct advi_jout *out, const struct adv_explanation *ex);

/* Who is interested in them, when that was asked for: sections, and the key "demand". */
void advi_interests_text(const struct adv_explanation *ex, FILE *file,
			 const struct adv_style *style);
void advi_interests_json(struct advi_jout *out, const struct adv_explanation *ex);

/* A reason as a JSON object: the line, the set that clashes, the chain. */
void advi_why_json(struct advi_jout *out, const struct advi_why *why);
/* A record as a JSON object: build, channel, name, version; null for NULL. */
void advi_short_json(struct advi_jout *out, const struct advi_record *record);

#endif
