/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether an explanation is true. */
#include "truth.h"

#include "conda/matchspec.h"

static bool listed(const struct advi_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->at[i], text) == 0)
			return true;
	return false;
}

static bool is_there(const struct truth *t, const struct advi_record *record)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->records[i] == record)
			return true;
	return false;
}

static bool says(const struct advi_record *record, enum advi_relation relation, const char *spec)
{
	return listed(relation == ADVI_NEEDS ? &record->depends : &record->constrains, spec);
}

static bool means(const char *spec, const struct advi_record *record)
{
	struct advi_arena arena = {0};
	struct advi_matchspec parsed;
	struct advi_version version;
	bool yes = advi_matchspec_parse(&parsed, &arena, advi_str(spec), NULL) == 0 &&
		   advi_version_parse(&version, &arena, advi_str(record->version), NULL) == 0 &&
		   advi_matchspec_match(&parsed, record, &version);

	advi_arena_clear(&arena);
	return yes;
}

static bool same_spec(const char *a, const char *b)
{
	ADVI_AUTO(buf) struct advi_buf x = ADVI_BUF_INIT(4096), y = ADVI_BUF_INIT(4096);
	struct advi_arena arena = {0};
	struct advi_matchspec parsed;

	if (advi_matchspec_parse(&parsed, &arena, advi_str(a), NULL) == 0)
		advi_matchspec_print(&parsed, &x);
	if (advi_matchspec_parse(&parsed, &arena, advi_str(b), NULL) == 0)
		advi_matchspec_print(&parsed, &y);
	advi_arena_clear(&arena);
	return x.len && advi_str_eq(advi_buf_str(&x), advi_buf_str(&y));
}

static bool among(const case_lines *lines, const char *spec)
{
	for (size_t i = 0; i < lines->count; i++)
		if (same_spec(lines->at[i], spec))
			return true;
	return false;
}

/* Whether any record of a channel, or virtual package, is meant by both; NULL means anything. */
static bool meet(const struct truth *t, const char *name, const char *a, const char *b)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->records[i]->name, name) == 0 && (!a || means(a, t->records[i])) &&
		    (!b || means(b, t->records[i])) &&
		    (!b || !t->possible || t->possible(t->context, t->records[i])))
			return true;
	for (size_t i = 0; i < t->virtual_count; i++) {
		struct advi_record made = {.name = t->virtuals[i].name,
					   .version = t->virtuals[i].version,
					   .build = t->virtuals[i].build};

		if (strcmp(made.name, name) == 0 && (!a || means(a, &made)) &&
		    (!b || means(b, &made)))
			return true;
	}
	return false;
}

static char *wrong_links(const struct truth *t, const struct advi_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		const struct advi_link *link = &chain->links[i];

		if (!is_there(t, link->record))
			return advi_format("%s is in no channel", link->record->name);
		if (link->relation != ADVI_NEEDS && link->relation != ADVI_ONLY_WITH)
			continue;
		if (!says(link->record, link->relation, link->spec))
			return advi_format("%s %s does not say '%s'", link->record->name,
					   link->record->version, link->spec);
		if (i + 1 < chain->count && !means(link->spec, chain->links[i + 1].record))
			return advi_format("'%s' does not mean %s %s", link->spec,
					   chain->links[i + 1].record->name,
					   chain->links[i + 1].record->version);
	}
	return NULL;
}

/* The last need of a chain, about the name at its end; NULL where it has none. */
static const char *last_need(const struct advi_chain *chain, const struct advi_why *why)
{
	const struct advi_link *last = chain->count ? &chain->links[chain->count - 1] : NULL;

	if (!last)
		return why->wanted;
	return last->relation == ADVI_NEEDS || last->relation == ADVI_ONLY_WITH ? last->spec : NULL;
}

/* The end, as a spec that opposes the last need; NULL where there is none to compare. */
static char *wrong_end(const struct truth *t, const struct advi_why *why)
{
	const struct advi_holder *end = &why->chain.end;
	const char *need = last_need(&why->chain, why), *against = end->spec;

	switch (end->end) {
	case ADVI_END_OPEN:
		return why->chain.count == ADVI_CHAIN_LINKS ? NULL : advi_format("it ends nowhere");
	case ADVI_END_ASKED:
		if (!among(t->asked, end->spec))
			return advi_format("base does not ask for '%s'", end->spec);
		break;
	case ADVI_END_WANTED:
		if (!among(t->wanted, end->spec))
			return advi_format("'%s' is not wanted", end->spec);
		break;
	case ADVI_END_PIN:
		if (!among(t->pins, end->spec))
			return advi_format("'%s' is no pin", end->spec);
		break;
	case ADVI_END_FORCED:
		if (!is_there(t, end->behind) ||
		    !says(end->behind, end->behind_relation, end->behind_spec))
			return advi_format("%s does not say '%s'", end->behind->name,
					   end->behind_spec);
		against = end->behind_spec;
		break;
	case ADVI_END_NOWHERE:
	case ADVI_END_NO_VIRTUAL:
		against = NULL;
		break;
	case ADVI_END_VIRTUAL:
	case ADVI_END_BASE:
	case ADVI_END_LEFT:
	case ADVI_END_JOINED:
		/* python_abi is told as Python */
		return need && strcmp(end->name, end->record->name) == 0 && means(need, end->record)
			       ? advi_format("'%s' means %s %s", need, end->record->name,
					     end->record->version)
			       : NULL;
	default:
		break;
	}
	if (strcmp(end->name, "python") == 0 && need && strncmp(need, "python_abi", 10) == 0)
		return NULL;
	return need && meet(t, end->name, need, against)
		       ? advi_format("something is both '%s' and '%s'", need,
				     against ? against : "anything")
		       : NULL;
}

char *truth(const struct truth *t, const struct advi_why *why)
{
	char *wrong;

	if (!why->found)
		return NULL;
	wrong = wrong_links(t, &why->chain);
	return wrong ? wrong : wrong_end(t, why);
}
