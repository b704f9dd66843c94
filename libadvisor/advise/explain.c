/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether packages can join base, what it takes, and what stands in the way. */
#include "advise/explain.h"

#include "conda/envfile.h"

enum { WISHES = 256, CLASHES = 5, LINE_CAP = 1024 };

/* What all questions of an explanation share. */
struct inquiry {
	struct adv_explanation *ex;
	struct adv_world *world;
	const struct advi_env *base;
	const char *const *specs;
	size_t count;
	const struct adv_watch *watch;
	struct adv_err *err;
};

const char *advi_verdict_name(enum advi_verdict verdict)
{
	static const char *const names[] = {"there", "joins", "moves", "refused"};

	return names[verdict];
}

static const char *said(struct advi_arena *arena, const char *spec)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LINE_CAP);

	advi_spec_say(advi_str(spec), &text);
	return advi_arena_str(arena, advi_buf_str(&text));
}

/* --- the wishes --- */

static int add_wish(struct inquiry *q, const char *text)
{
	struct advi_arena *arena = &q->ex->arena;
	struct advi_wish *wish;
	struct advi_matchspec spec;
	int r = advi_matchspec_parse(&spec, arena, advi_str(text), q->err);

	if (r < 0)
		return r;
	if (!advi_matchspec_name(&spec).len)
		return advi_fail(q->err, ADV_EINPUT,
				 "'%s' names no package: give a name, such as 'numpy >=2'", text);
	wish = advi_vec_new(&q->ex->wishes);
	wish->spec = said(arena, text);
	wish->name = advi_arena_str(arena, advi_matchspec_name(&spec));
	wish->there = advi_env_find(q->base, wish->name);
	return 0;
}

/* --- one question, all of it --- */

static void fill_changes(struct advi_change_set *out, const struct advi_env *base,
			 const struct advi_env *after, const struct advi_answer *answer)
{
	out->added_bytes = answer->added_bytes;
	for (size_t i = 0; i < answer->added.count; i++)
		advi_vec_push(&out->added, answer->added.at[i]);
	for (size_t i = 0; i < base->records.count; i++) {
		const struct advi_record *from = base->records.at[i];
		const struct advi_record *to = advi_env_find(after, from->name);

		if (to != from)
			advi_vec_push(&out->moves, ((struct advi_move){from, to}));
	}
}

static enum advi_verdict judge(const struct advi_answer *answer)
{
	if (!answer->possible)
		return ADVI_VERDICT_REFUSED;
	if (answer->changed.count || answer->removed.count)
		return ADVI_VERDICT_MOVES;
	return answer->added.count ? ADVI_VERDICT_JOINS : ADVI_VERDICT_THERE;
}

/* Asks for wishes [at, at + count), and tells 'wish' (may be NULL) and 'changes' (likewise). */
static int ask(struct inquiry *q, size_t at, size_t count, enum advi_verdict *verdict,
	       struct advi_change_set *changes)
{
	struct advi_answer answer;
	struct advi_env after;
	int r = advi_world_extend(q->world, q->base, q->specs + at, count, ADVI_FAVOURED, &after,
				  &answer, q->watch, q->err);

	if (r == 0) {
		*verdict = judge(&answer);
		for (size_t i = at; i < at + count && answer.possible; i++)
			q->ex->wishes.at[i].record =
				advi_env_find(&after, q->ex->wishes.at[i].name);
		if (changes && answer.possible)
			fill_changes(changes, q->base, &after, &answer);
		if (*verdict == ADVI_VERDICT_MOVES && count == 1 && answer.why)
			q->ex->wishes.at[at].why_line = advi_arena_dup(&q->ex->arena, answer.why);
	}
	advi_env_clear(&after);
	advi_answer_clear(&answer);
	return r;
}

static int explain(struct inquiry *q, const char *const *specs, size_t count, struct advi_why *why)
{
	return advi_explain_join(why, q->world, q->base, specs, count, &q->ex->arena, q->watch,
				 q->err);
}

/* --- one package --- */

/* The newest version for base's Python, when it is newer than what is, or would be, there. */
static const struct advi_record *newer_than(const struct advi_versions *versions,
					    const struct advi_record *record,
					    struct advi_arena *arena)
{
	struct advi_version have, there;

	if (!record || !versions->here ||
	    advi_version_parse(&have, arena, advi_str(record->version), NULL) < 0 ||
	    advi_version_parse(&there, arena, advi_str(versions->here->version), NULL) < 0)
		return NULL;
	return advi_version_cmp(&there, &have) > 0 ? versions->here : NULL;
}

/* The newest that is possible, where the newest is not. */
static int find_best(struct inquiry *q)
{
	const struct advi_wish *wish = &q->ex->wishes.at[0];
	struct advi_newer newer = {0};
	int r = 0;

	if (wish->there)
		r = advi_world_newer(q->world, q->base, wish->name, ADVI_FAVOURED, &newer, q->watch,
				     q->err);
	q->ex->newer.best = newer.best;
	advi_newer_clear(&newer);
	return r;
}

static int look_for_newer(struct inquiry *q)
{
	struct adv_explanation *ex = q->ex;
	struct advi_newer_look *look = &ex->newer;
	const char *spec;
	struct advi_answer answer;
	struct advi_env after;
	int r;

	look->target = newer_than(&ex->versions, ex->wishes.at[0].record, &ex->arena);
	if (!look->target)
		return 0;
	spec = advi_arena_printf(&ex->arena, "%s ==%s", look->target->name, look->target->version);
	r = advi_world_extend(q->world, q->base, &spec, 1, ADVI_FAVOURED, &after, &answer, q->watch,
			      q->err);
	look->possible = r == 0 && answer.possible;
	look->moves = answer.changed.count + answer.removed.count;
	advi_env_clear(&after);
	advi_answer_clear(&answer);
	if (r == 0 && !look->possible)
		r = find_best(q);
	if (r == 0 && !look->possible)
		r = explain(q, &spec, 1, &look->why);
	look->why.wanted = NULL; /* nobody asked for just that version */
	if (r == 0 && !look->possible && !look->why.alone)
		r = advi_ways_base(&look->way, &look->has_way, q->world, q->base, &spec, 1,
				   &look->why, &ex->arena, q->watch, q->err);
	return r;
}

static int one_package(struct inquiry *q)
{
	struct adv_explanation *ex = q->ex;
	struct advi_wish *wish = &ex->wishes.at[0];
	int r = advi_versions_find(&ex->versions, q->world, q->base, wish->name,
				   wish->verdict == ADVI_VERDICT_REFUSED ? q->specs[0] : NULL,
				   wish->record, &ex->arena, q->watch, q->err);

	if (r < 0)
		return r;
	if (wish->verdict != ADVI_VERDICT_REFUSED)
		return look_for_newer(q);
	return advi_ways_find(&ex->ways, q->world, q->base, q->specs, q->count, &ex->why,
			      &ex->arena, q->watch, q->err);
}

/* --- several --- */

static int each_alone(struct inquiry *q)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < q->count; i++) {
		struct advi_wish *wish = &q->ex->wishes.at[i];

		r = advi_progress(q->watch, "asking", "packages", i, q->count, q->err);
		if (r == 0)
			r = ask(q, i, 1, &wish->verdict, NULL);
		if (r == 0 && wish->verdict == ADVI_VERDICT_REFUSED)
			r = explain(q, &q->specs[i], 1, &wish->why);
	}
	return r;
}

/* Minimal sets of those that could join alone: after each, one of its wishes is left out. */
static int find_clashes(struct inquiry *q)
{
	struct adv_explanation *ex = q->ex;
	advi_names left = {0};
	int r = 0;

	for (size_t i = 0; i < q->count; i++)
		if (ex->wishes.at[i].verdict != ADVI_VERDICT_REFUSED)
			advi_vec_push(&left, q->specs[i]);
	while (r == 0 && left.count > 1) {
		struct advi_why why;
		size_t last = SIZE_MAX;

		r = explain(q, left.at, left.count, &why);
		if (r < 0 || !why.together.count || ex->clashes.count == CLASHES) {
			ex->more_clashes = r == 0 && why.together.count > 0;
			advi_why_clear(&why);
			break;
		}
		for (size_t n = 0; n < left.count; n++)
			for (size_t i = 0; i < why.together.count; i++)
				if (why.together.at[i].kind == ADVI_END_WANTED &&
				    advi_explain_same(why.together.at[i].spec, left.at[n]))
					last = n;
		advi_vec_push(&ex->clashes, why);
		if (last == SIZE_MAX)
			break;
		memmove(&left.at[last], &left.at[last + 1],
			(left.count - last - 1) * sizeof(*left.at));
		left.count--;
	}
	advi_vec_clear(&left);
	return r;
}

/* As many as fit; where some exclude others, those that come first win. */
static int take_in_order(struct inquiry *q)
{
	struct advi_question *wishes = advi_calloc(q->count, sizeof(*wishes));
	struct advi_joint joint;
	int r;

	for (size_t i = 0; i < q->count; i++)
		wishes[i] = (struct advi_question){&q->specs[i], 1};
	r = advi_world_join(q->world, q->base, wishes, q->count, ADVI_FAVOURED, &joint, q->watch,
			    q->err);
	for (size_t i = 0; r == 0 && i < q->count; i++)
		advi_vec_push(&q->ex->fits, joint.in[i]);
	advi_joint_clear(&joint);
	free(wishes);
	return r;
}

static int several(struct inquiry *q)
{
	int r = each_alone(q);

	if (r == 0)
		r = find_clashes(q);
	return r == 0 ? take_in_order(q) : r;
}

static int inquire(struct inquiry *q)
{
	struct adv_explanation *ex = q->ex;
	int r = advi_world_want(q->world, q->specs, q->count, q->watch, q->err);

	for (size_t i = 0; r == 0 && i < q->count; i++)
		r = add_wish(q, q->specs[i]);
	if (r == 0)
		r = ask(q, 0, q->count, &ex->verdict, &ex->changes);
	if (r == 0 && ex->verdict == ADVI_VERDICT_REFUSED)
		r = explain(q, q->specs, q->count, &ex->why);
	if (r < 0)
		return r;
	if (q->count > 1)
		return ex->verdict == ADVI_VERDICT_REFUSED ? several(q) : 0;
	ex->wishes.at[0].verdict = ex->verdict;
	return one_package(q);
}

int adv_explain(struct adv_explanation **out, struct adv_world *world, const char *const *specs,
		size_t count, const struct adv_watch *watch, struct adv_err *err)
{
	ADV_AUTO(explanation) struct adv_explanation *ex = advi_calloc(1, sizeof(*ex));
	struct inquiry q = {ex, world, advi_world_base(world), specs, count, watch, err};
	int r;

	if (!count || count > WISHES)
		return advi_fail(err, ADV_EUSAGE, "between 1 and %d packages are explained at once",
				 WISHES);
	r = inquire(&q);
	if (r < 0)
		return r;
	*out = advi_take(ex);
	return 0;
}

bool adv_explanation_possible(const struct adv_explanation *ex)
{
	for (size_t i = 0; i < ex->cells.count; i++)
		if (!ex->cells.at[i].ex || !adv_explanation_possible(ex->cells.at[i].ex))
			return false;
	return ex->verdict != ADVI_VERDICT_REFUSED;
}

void adv_explanation_free(struct adv_explanation *ex)
{
	if (!ex)
		return;
	for (size_t i = 0; i < ex->cells.count; i++) {
		adv_explanation_free(ex->cells.at[i].ex);
		adv_world_free(ex->cells.at[i].world);
	}
	advi_vec_clear(&ex->cells);
	for (size_t i = 0; i < ex->wishes.count; i++)
		advi_why_clear(&ex->wishes.at[i].why);
	for (size_t i = 0; i < ex->clashes.count; i++)
		advi_why_clear(&ex->clashes.at[i]);
	for (size_t i = 0; i < ex->interests.count; i++)
		advi_interest_clear(&ex->interests.at[i]);
	advi_vec_clear(&ex->interests);
	advi_vec_clear(&ex->wishes);
	advi_vec_clear(&ex->clashes);
	advi_vec_clear(&ex->fits);
	advi_vec_clear(&ex->changes.added);
	advi_vec_clear(&ex->changes.moves);
	advi_why_clear(&ex->why);
	advi_why_clear(&ex->newer.why);
	advi_way_clear(&ex->newer.way);
	advi_ways_clear(&ex->ways);
	advi_versions_clear(&ex->versions);
	advi_arena_clear(&ex->arena);
	free(ex);
}
