/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to be done, of every kind, from the plan's sections: how sure, and in one sentence. */
#include "advise/actions.h"

#include "base/text.h"

enum { TICKET_CAP = 4096 };

const char *advi_confidence(uint64_t users, bool stale, bool moves)
{
	static const char *const levels[] = {"low", "medium", "high"};
	int level = users >= ADVI_MANY_USERS ? 2 : users >= 2 ? 1 : 0;

	level -= stale + moves;
	return levels[level > 0 ? level : 0];
}

/* Whether nobody used it of late. Without a history nobody can tell. */
static bool is_stale(const struct advi_ground *ground, const char *name)
{
	const struct advi_package_history *of =
		ground->history ? advi_history_of(ground->history, name) : NULL;

	return of && of->last &&
	       advi_months_between(ground->history->last, of->last) >= ADVI_STALE_MONTHS;
}

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

static struct advi_action *begin(struct adv_plan *plan, const char *kind, const char *name)
{
	struct advi_action *action = advi_vec_new(&plan->actions);

	action->kind = kind;
	action->name = name;
	action->evidence = "none";
	return action;
}

static void ticket(struct adv_plan *plan, struct advi_action *action, struct advi_buf *text)
{
	action->ticket = advi_arena_str(&plan->arena, advi_buf_str(text));
}

/* --- add --- */

static void say_add(struct advi_buf *text, const struct advi_addition *addition)
{
	advi_buf_printf(text, "Add %s %s to base: ", addition->name, addition->record.version);
	count(text, addition->users, "user imports it", "users import it");
	advi_buf_text(text, " from elsewhere");
	if (addition->users_freed) {
		advi_buf_text(text, ", and with it base has all that ");
		count(text, addition->users_freed, "more user needs", "more users need");
	}
	if (!addition->closure_packages) {
		advi_buf_text(text, "; it comes with what is added before it.");
		return;
	}
	advi_buf_text(text, "; ");
	if (addition->closure_packages > 1) {
		advi_buf_text(text, "with ");
		count(text, addition->closure_packages - 1, "package that it needs it is ",
		      "packages that it needs it is ");
	} else {
		advi_buf_text(text, "it is ");
	}
	advi_text_bytes(text, addition->closure_bytes);
	advi_buf_text(text, " to download, and ");
	if (addition->moves.count)
		count(text, addition->moves.count, "package that base has changes.",
		      "packages that base has change.");
	else
		advi_buf_text(text, "nothing that base has changes.");
}

static void add_additions(struct adv_plan *plan, const struct advi_ground *ground)
{
	for (size_t i = 0; i < plan->additions.count; i++) {
		const struct advi_addition *addition = &plan->additions.at[i];
		struct advi_action *action = begin(plan, "add", addition->name);
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TICKET_CAP);

		action->evidence = addition->evidence;
		action->users = addition->users;
		action->workloads = addition->workloads;
		action->to = addition->record.version;
		action->packages = addition->closure_packages;
		action->bytes = addition->closure_bytes;
		action->moves = addition->moves.count;
		action->confidence =
			advi_confidence(addition->users, is_stale(ground, addition->name),
					addition->moves.count > 0);
		say_add(&text, addition);
		ticket(plan, action, &text);
	}
}

/* --- upgrade --- */

static void say_upgrade(struct advi_buf *text, const struct advi_upgrade *upgrade)
{
	advi_buf_printf(text, "Upgrade %s in base from %s to %s: ", upgrade->name, upgrade->version,
			upgrade->best);
	count(text, upgrade->newer, "user brings a newer version than base has",
	      "users bring newer versions than base has");
	if (upgrade->beyond) {
		advi_buf_text(text, ", of which ");
		count(text, upgrade->beyond, "has one that base can't have yet",
		      "have one that base can't have yet");
	}
	advi_buf_text(text, "; ");
	if (upgrade->loosened)
		advi_buf_printf(text, "base asks for %s, which gives way; ", upgrade->loosened);
	if (upgrade->moves.count)
		count(text, upgrade->moves.count, "other package of base changes with it.",
		      "other packages of base change with it.");
	else
		advi_buf_text(text, "no other package of base changes.");
}

static void say_stuck(struct advi_buf *text, const struct advi_upgrade *upgrade)
{
	advi_buf_printf(text, "Leave %s at %s for now, though ", upgrade->name, upgrade->version);
	count(text, upgrade->newer,
	      "user brings a newer version: ", "users bring newer versions: ");
	if (upgrade->why)
		advi_buf_printf(text, "%s.", upgrade->why);
	else
		advi_buf_text(text, "the channels have no newer one.");
}

static void add_upgrades(struct adv_plan *plan, bool possible)
{
	for (size_t i = 0; i < plan->upgrades.count; i++) {
		const struct advi_upgrade *upgrade = &plan->upgrades.at[i];
		bool is_possible = upgrade->best && upgrade->newer > upgrade->beyond;
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TICKET_CAP);
		struct advi_action *action;

		if (!upgrade->in_base || !upgrade->asked || is_possible != possible)
			continue;
		action = begin(plan, possible ? "upgrade" : "leave", upgrade->name);
		action->evidence = "import";
		action->users = upgrade->newer;
		action->from = upgrade->version;
		action->reason = upgrade->why;
		action->confidence = "high";
		if (possible) {
			action->to = upgrade->best;
			action->packages = upgrade->packages;
			action->bytes = upgrade->bytes;
			action->moves = upgrade->moves.count;
			action->confidence =
				advi_confidence(upgrade->newer, false, upgrade->moves.count > 0);
			say_upgrade(&text, upgrade);
		} else {
			say_stuck(&text, upgrade);
		}
		ticket(plan, action, &text);
	}
}

/* --- drop --- */

static void say_drop(struct adv_plan *plan, struct advi_buf *text, const struct advi_drop *drop)
{
	advi_buf_printf(text, "Drop %s from base: ", drop->name);
	if (drop->last)
		advi_buf_printf(text, "nobody has used it since %s", drop->last);
	else
		advi_buf_printf(text, "nobody was seen to use it since %s", plan->history.first);
	advi_buf_text(text, ", and nothing that stays needs it; ");
	if (drop->also.count) {
		advi_buf_text(text, "with ");
		count(text, drop->also.count, "package that only it needs, ",
		      "packages that only it needs, ");
	}
	advi_text_bytes(text, drop->bytes);
	advi_buf_text(text, " less to download.");
}

static void add_drops(struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->drops.count; i++) {
		const struct advi_drop *drop = &plan->drops.at[i];
		struct advi_action *action = begin(plan, "drop", drop->name);
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TICKET_CAP);

		action->from = drop->version;
		action->packages = drop->packages;
		action->bytes = drop->bytes;
		/* What was used once and is not any more is known to be seen by the logger. */
		action->confidence = drop->last ? "high" : "medium";
		say_drop(plan, &text, drop);
		ticket(plan, action, &text);
	}
}

/* --- bundle --- */

static void add_bundles(struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->bundles.count; i++) {
		const struct advi_plan_bundle *bundle = &plan->bundles.at[i];
		struct advi_action *action = begin(plan, "bundle", bundle->name);
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TICKET_CAP);

		action->evidence = "import";
		action->users = bundle->users;
		action->workloads = bundle->workloads;
		action->packages = bundle->packages;
		action->bytes = bundle->bytes;
		action->confidence = advi_confidence(bundle->users, false, false);
		advi_buf_printf(&text, "Offer the bundle %s %s: ", bundle->name,
				strcmp(bundle->kind, "layer") == 0 ? "on top of base"
								   : "beside base");
		count(&text, bundle->packages, "package of its own, ", "packages of its own, ");
		advi_text_bytes(&text, bundle->bytes);
		advi_buf_text(&text, " to download, for ");
		count(&text, bundle->users, "user, of whom ", "users, of whom ");
		count(&text, bundle->users_freed, "needs nothing else then.",
		      "need nothing else then.");
		ticket(plan, action, &text);
	}
}

/* --- module, leave --- */

static void say_refusal(struct advi_buf *text, const struct advi_refusal *refusal, bool module)
{
	if (module) {
		advi_buf_text(text, "Point ");
		count(text, refusal->users, "user", "users");
		advi_buf_printf(text,
				" of %s to the centre's module, which is built for the "
				"machine's MPI or drivers.",
				refusal->name);
		return;
	}
	advi_buf_printf(text, "Leave %s out of base for now, though ", refusal->name);
	count(text, refusal->users,
	      "user imports it from elsewhere: ", "users import it from elsewhere: ");
	advi_buf_printf(text, "%s.", refusal->reason ? refusal->reason : "it was refused");
}

static void add_refusals(struct adv_plan *plan, bool module)
{
	for (size_t i = 0; i < plan->refused.count; i++) {
		const struct advi_refusal *refusal = &plan->refused.at[i];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TICKET_CAP);
		struct advi_action *action;

		if ((strcmp(refusal->kind, "module") == 0) != module)
			continue;
		action = begin(plan, module ? "module" : "leave", refusal->name);
		action->evidence = refusal->evidence;
		action->users = refusal->users;
		action->workloads = refusal->workloads;
		action->reason = refusal->reason;
		/* Another budget decides otherwise; all else was asked or is ruled. */
		action->confidence = strcmp(refusal->kind, "budget") == 0 ? "medium" : "high";
		say_refusal(&text, refusal, module);
		ticket(plan, action, &text);
	}
}

void advi_actions_fill(struct adv_plan *plan, const struct advi_ground *ground)
{
	add_additions(plan, ground);
	add_upgrades(plan, true);
	add_drops(plan);
	add_bundles(plan);
	add_refusals(plan, true);
	add_refusals(plan, false);
	add_upgrades(plan, false);
}
