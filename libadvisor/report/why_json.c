/* SPDX-License-Identifier: BSD-3-Clause */
/* Reasons as data. */
#include "conda/matchspec.h"
#include "report/explain.h"

enum { LINE_CAP = 1 << 16 };

void advi_short_json(struct advi_jout *out, const struct advi_record *record)
{
	if (!record) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_text(out, "build", record->build);
	advi_jout_key_text(out, "channel", record->channel);
	advi_jout_key_text(out, "name", record->name);
	advi_jout_key_text(out, "version", record->version);
	advi_jout_object_end(out);
}

static void write_record(struct advi_jout *out, const char *key, const struct advi_record *record)
{
	advi_jout_key(out, key);
	advi_short_json(out, record);
}

static const char *relation_name(enum advi_relation relation)
{
	static const char *const names[] = {
		[ADVI_NEEDS] = "needs",
		[ADVI_ONLY_WITH] = "goes only with",
		[ADVI_SHUT_OUT] = "is shut out",
		[ADVI_IS_NOT] = "is not",
	};

	return names[relation];
}

static const char *end_name(enum advi_end end)
{
	static const char *const names[] = {
		[ADVI_END_OPEN] = "open",
		[ADVI_END_BASE] = "base has",
		[ADVI_END_JOINED] = "added before",
		[ADVI_END_LEFT] = "only one left",
		[ADVI_END_VIRTUAL] = "machine has",
		[ADVI_END_NO_VIRTUAL] = "machine has not",
		[ADVI_END_ASKED] = "base asks",
		[ADVI_END_WANTED] = "wanted too",
		[ADVI_END_PIN] = "recipe pins",
		[ADVI_END_BARRED] = "left out",
		[ADVI_END_PYTHON] = "python stays",
		[ADVI_END_KEEPS] = "does not go back",
		[ADVI_END_FORCED] = "another package",
		[ADVI_END_NOWHERE] = "no channel has",
		[ADVI_END_HIDDEN] = "channel has priority",
		[ADVI_END_UNUSABLE] = "unusable",
	};

	return names[end];
}

static void write_end(struct advi_jout *out, const struct advi_holder *end)
{
	advi_jout_object(out);
	if (end->behind) {
		write_record(out, "behind", end->behind);
		advi_jout_key_text(out, "behind_relation", relation_name(end->behind_relation));
		advi_jout_key_text(out, "behind_spec", end->behind_spec);
	}
	if (end->channel)
		advi_jout_key_text(out, "channel", end->channel);
	advi_jout_key_text(out, "kind", end_name(end->end));
	advi_jout_key_text(out, "name", end->name);
	if (end->owner)
		advi_jout_key_text(out, "owner", end->owner);
	write_record(out, "record", end->record);
	if (end->root)
		advi_jout_key_text(out, "root", end->root);
	advi_jout_key_text(out, "spec", end->spec);
	advi_jout_object_end(out);
}

static void write_chain(struct advi_jout *out, const struct advi_chain *chain)
{
	advi_jout_object(out);
	advi_jout_key(out, "end");
	write_end(out, &chain->end);
	advi_jout_key(out, "links");
	advi_jout_array(out);
	for (size_t i = 0; i < chain->count; i++) {
		advi_jout_object(out);
		write_record(out, "record", chain->links[i].record);
		advi_jout_key_text(out, "relation", relation_name(chain->links[i].relation));
		advi_jout_key_text(out, "spec", chain->links[i].spec);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_object_end(out);
}

static const char *side_name(enum advi_end kind)
{
	return kind == ADVI_END_WANTED ? "wanted" : kind == ADVI_END_PYTHON ? "python" : "base";
}

void advi_why_json(struct advi_jout *out, const struct advi_why *why)
{
	ADVI_AUTO(buf) struct advi_buf line = ADVI_BUF_INIT(LINE_CAP);

	advi_why_line(why, &line);
	advi_jout_object(out);
	advi_jout_key(out, "alone");
	advi_jout_bool(out, why->alone);
	if (why->found) {
		advi_jout_key(out, "chain");
		write_chain(out, &why->chain);
	}
	advi_jout_key(out, "clash");
	advi_jout_array(out);
	for (size_t i = 0; i < why->together.count; i++) {
		advi_jout_object(out);
		advi_jout_key_text(out, "spec", why->together.at[i].spec);
		advi_jout_key_text(out, "who", side_name(why->together.at[i].kind));
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_key(out, "text");
	advi_jout_str(out, advi_buf_str(&line));
	advi_jout_object_end(out);
}
