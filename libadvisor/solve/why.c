/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be, in one line. */
#include "solve/why.h"

#include "conda/matchspec.h"

enum { TOGETHER_SHOWN = 12 };

void advi_why_clear(struct advi_why *why)
{
	advi_vec_clear(&why->together);
}

static const char *kept(const char *text, struct advi_arena *arena)
{
	return text ? advi_arena_dup(arena, text) : NULL;
}

void advi_why_keep(struct advi_why *why, struct advi_arena *arena)
{
	struct advi_holder *end = &why->chain.end;

	why->wanted = kept(why->wanted, arena);
	for (size_t i = 0; i < why->chain.count; i++)
		why->chain.links[i].spec = kept(why->chain.links[i].spec, arena);
	for (size_t i = 0; i < why->together.count; i++)
		why->together.at[i].spec = kept(why->together.at[i].spec, arena);
	end->name = kept(end->name, arena);
	end->spec = kept(end->spec, arena);
	end->behind_spec = kept(end->behind_spec, arena);
	end->root = kept(end->root, arena);
	end->channel = kept(end->channel, arena);
	end->owner = kept(end->owner, arena);
}

static void add_record(struct advi_buf *out, const struct advi_record *record)
{
	advi_buf_printf(out, "%s %s", record->name, record->version);
}

static void add_spec(struct advi_buf *out, const char *before, const char *spec)
{
	advi_buf_text(out, before);
	advi_spec_say(advi_str(spec), out);
}

/* python_abi is how builds say which Python they are for. */
static bool is_abi(const char *spec)
{
	return strncmp(spec, "python_abi", strlen("python_abi")) == 0;
}

void advi_why_link(const struct advi_link *link, struct advi_buf *out)
{
	add_record(out, link->record);
	switch (link->relation) {
	case ADVI_NEEDS:
		if (is_abi(link->spec))
			advi_buf_printf(out, " has no build for this Python (it needs %s)",
					link->spec);
		else
			add_spec(out, " needs ", link->spec);
		break;
	case ADVI_ONLY_WITH:
		add_spec(out, " goes only with ", link->spec);
		break;
	case ADVI_SHUT_OUT:
	case ADVI_IS_NOT:
		advi_buf_text(out, " can't be");
		break;
	}
}

/* "tensorflow 2.15.0 needs numpy <2" */
static void add_behind(struct advi_buf *out, const struct advi_holder *end)
{
	struct advi_link link = {end->behind, end->behind_relation, end->behind_spec};

	advi_why_link(&link, out);
}

static void add_nowhere(struct advi_buf *out, const struct advi_holder *end, bool alone)
{
	if (alone)
		add_spec(out, "no channel has ", end->spec ? end->spec : end->name);
	else
		advi_buf_text(out, "which no channel has");
	if (end->record)
		advi_buf_printf(out, "; the newest is %s", end->record->version);
}

static void add_hidden(struct advi_buf *out, const struct advi_holder *end)
{
	advi_buf_printf(out, "channel %s has ", end->channel);
	add_record(out, end->record);
	advi_buf_printf(out, ", but channel %s, which has priority, has %s too", end->owner,
			end->name);
}

static const char *whose(const struct advi_holder *end)
{
	return end->whose ? end->whose : "base";
}

/* "base has numpy 1.26.4, since " */
static void add_since(struct advi_buf *out, const struct advi_holder *end)
{
	if (!end->record)
		return;
	advi_buf_printf(out, "%s has ", whose(end));
	add_record(out, end->record);
	advi_buf_text(out, ", since ");
}

static void add_asker(struct advi_buf *out, const struct advi_holder *end)
{
	if (end->root_wanted)
		advi_buf_text(out, ", wanted too,");
	else
		advi_buf_printf(out, ", which %s asks for,", whose(end));
}

/* "tensorflow 2.15.0, which base asks for, needs numpy <2" */
static void add_forced(struct advi_buf *out, const struct advi_holder *end)
{
	add_since(out, end);
	if (!end->record && end->root && end->root_direct) {
		struct advi_buf part = ADVI_BUF_INIT(1 << 16);
		size_t named = strlen(end->behind->name) + 1 + strlen(end->behind->version);

		add_behind(&part, end);
		add_record(out, end->behind);
		add_asker(out, end);
		advi_buf_add(out, advi_str_from(advi_buf_str(&part), named));
		advi_buf_clear(&part);
		return;
	}
	add_behind(out, end);
	if (!end->root || end->root_direct || end->record)
		return;
	add_spec(out, ", and ", end->root);
	add_asker(out, end);
	advi_buf_printf(out, " needs %s", end->behind->name);
}

static void add_end(struct advi_buf *out, const struct advi_holder *end, bool alone)
{
	/* What stands before the record, or the spec, that is in the way. */
	static const char *const words[] = {
		[ADVI_END_BASE] = " has ",
		[ADVI_END_JOINED] = "added before: ",
		[ADVI_END_LEFT] = "all else leaves only ",
		[ADVI_END_VIRTUAL] = "the site has ",
		[ADVI_END_NO_VIRTUAL] = "the site's machines have no ",
		[ADVI_END_ASKED] = "asks for ",
		[ADVI_END_PIN] = "the recipe pins ",
		[ADVI_END_BARRED] = " is left out",
		[ADVI_END_PYTHON] = "stays with ",
		[ADVI_END_KEEPS] = "does not go back from ",
	};

	switch (end->end) {
	case ADVI_END_OPEN:
		break;
	case ADVI_END_FORCED:
		add_forced(out, end);
		break;
	case ADVI_END_NOWHERE:
		add_nowhere(out, end, alone);
		break;
	case ADVI_END_HIDDEN:
		add_hidden(out, end);
		break;
	case ADVI_END_UNUSABLE:
		advi_buf_printf(out, "no record of %s can be used: %s", end->name, end->spec);
		break;
	case ADVI_END_NO_VIRTUAL:
		advi_buf_printf(out, "%s%s", words[end->end], end->name);
		break;
	case ADVI_END_BASE:
		advi_buf_text(out, whose(end));
		/* fallthrough */
	case ADVI_END_JOINED:
	case ADVI_END_LEFT:
	case ADVI_END_VIRTUAL:
		advi_buf_text(out, words[end->end]);
		add_record(out, end->record);
		break;
	case ADVI_END_ASKED:
	case ADVI_END_PYTHON:
	case ADVI_END_KEEPS:
		add_since(out, end);
		advi_buf_printf(out, "%s ", end->record ? "it" : whose(end));
		add_spec(out, words[end->end], end->spec);
		break;
	case ADVI_END_PIN:
		add_since(out, end);
		add_spec(out, words[end->end], end->spec);
		break;
	case ADVI_END_BARRED:
		advi_buf_printf(out, "%s%s", end->spec, words[end->end]);
		break;
	case ADVI_END_WANTED:
		add_spec(out, "", end->spec);
		advi_buf_text(out, " is wanted too");
		break;
	}
	if (!end->behind || end->end == ADVI_END_FORCED)
		return;
	advi_buf_text(out, end->end == ADVI_END_BASE || end->end == ADVI_END_JOINED ? ", where "
										    : ", which ");
	add_behind(out, end);
}

void advi_why_end(const struct advi_holder *end, struct advi_buf *out)
{
	add_end(out, end, true);
}

/* Whether an end is about a name that is there, rather than about one that is not. */
static bool names_it(const struct advi_holder *end)
{
	return end->end != ADVI_END_NOWHERE && end->end != ADVI_END_UNUSABLE &&
	       end->end != ADVI_END_NO_VIRTUAL && end->end != ADVI_END_OPEN;
}

/* What goes between the last link and the end of a chain. */
static const char *join(const struct advi_chain *chain)
{
	switch (chain->end.end) {
	case ADVI_END_OPEN:
		return "";
	case ADVI_END_NO_VIRTUAL:
		return ", but ";
	case ADVI_END_NOWHERE:
		return chain->count ? ", " : "";
	default:
		return chain->count ? "; " : "";
	}
}

static void add_chain(struct advi_buf *out, const struct advi_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		const struct advi_link *link = &chain->links[i];
		struct advi_buf part = ADVI_BUF_INIT(1 << 16);

		advi_buf_text(out, i ? ", and " : "");
		advi_why_link(link, &part);
		if (i == 0 && chain->not_newest) {
			size_t named =
				strlen(link->record->name) + 1 + strlen(link->record->version);

			add_record(out, link->record);
			advi_buf_text(out, ", the newest for this Python,");
			advi_buf_add(out, advi_str_from(advi_buf_str(&part), named));
		} else {
			advi_buf_add(out, advi_buf_str(&part));
		}
		advi_buf_clear(&part);
	}
	advi_buf_text(out, join(chain));
	add_end(out, &chain->end, chain->count == 0);
}

void advi_why_line(const struct advi_why *why, struct advi_buf *out)
{
	if (why->found) {
		add_chain(out, &why->chain);
		if (!why->chain.count && names_it(&why->chain.end) && why->wanted) {
			advi_buf_text(out, "; ");
			advi_spec_say(advi_str(why->wanted), out);
			advi_buf_text(out, " was asked for");
		}
		return;
	}
	advi_buf_text(out, "these can't be had together:");
	for (size_t i = 0; i < why->together.count && i < TOGETHER_SHOWN; i++) {
		advi_buf_text(out, i ? ", " : " ");
		advi_spec_say(advi_str(why->together.at[i].spec), out);
	}
	if (why->together.count > TOGETHER_SHOWN)
		advi_buf_printf(out, " and %zu more", why->together.count - TOGETHER_SHOWN);
}
