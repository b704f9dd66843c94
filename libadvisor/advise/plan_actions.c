/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json's sections "actions", "drops", "history" and "upgrades". */
#include "advise/plan_json.h"

#define AT(type, field) offsetof(struct type, field)

/* --- actions --- */

static void write_action(struct advi_jout *out, const struct advi_action *action)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", action->bytes);
	advi_jout_key_text(out, "confidence", action->confidence);
	advi_jout_key_text(out, "evidence", action->evidence);
	advi_jout_key_text(out, "from", action->from);
	advi_jout_key_text(out, "kind", action->kind);
	advi_jout_key_u64(out, "moves", action->moves);
	advi_jout_key_text(out, "name", action->name);
	advi_jout_key_u64(out, "packages", action->packages);
	advi_jout_key_text(out, "reason", action->reason);
	advi_jout_key_text(out, "ticket", action->ticket);
	advi_jout_key_text(out, "to", action->to);
	advi_jout_key_u64(out, "users", action->users);
	advi_jout_key_u64(out, "workloads", action->workloads);
	advi_jout_object_end(out);
}

static const struct advi_plan_field action_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, AT(advi_action, bytes), NULL, 0},
	{"confidence", ADVI_FIELD_TEXT, AT(advi_action, confidence), NULL, 0},
	{"evidence", ADVI_FIELD_TEXT, AT(advi_action, evidence), NULL, 0},
	{"from", ADVI_FIELD_TEXT, AT(advi_action, from), NULL, 0},
	{"kind", ADVI_FIELD_TEXT, AT(advi_action, kind), NULL, 0},
	{"moves", ADVI_FIELD_COUNT, AT(advi_action, moves), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_action, name), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_action, packages), NULL, 0},
	{"reason", ADVI_FIELD_TEXT, AT(advi_action, reason), NULL, 0},
	{"ticket", ADVI_FIELD_TEXT, AT(advi_action, ticket), NULL, 0},
	{"to", ADVI_FIELD_TEXT, AT(advi_action, to), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_action, users), NULL, 0},
	{"workloads", ADVI_FIELD_COUNT, AT(advi_action, workloads), NULL, 0},
};

void advi_plan_write_actions(struct advi_jout *out, const struct adv_plan *plan)
{
	ADVI_WRITE_EACH(out, "actions", &plan->actions, write_action);
}

void advi_plan_read_actions(struct advi_json *json, struct adv_plan *plan)
{
	ADVI_READ_EACH(json, plan, &plan->actions, action_fields);
}

/* --- drops --- */

static void write_drop(struct advi_jout *out, const struct advi_drop *drop)
{
	advi_jout_object(out);
	advi_jout_texts(out, "also", drop->also.at, drop->also.count);
	advi_jout_key_u64(out, "bytes", drop->bytes);
	advi_jout_key_text(out, "last", drop->last);
	advi_jout_key_text(out, "name", drop->name);
	advi_jout_key_u64(out, "packages", drop->packages);
	advi_jout_key_text(out, "version", drop->version);
	advi_jout_object_end(out);
}

static const struct advi_plan_field drop_fields[] = {
	{"also", ADVI_FIELD_LIST, AT(advi_drop, also), NULL, 0},
	{"bytes", ADVI_FIELD_COUNT, AT(advi_drop, bytes), NULL, 0},
	{"last", ADVI_FIELD_TEXT, AT(advi_drop, last), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_drop, name), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_drop, packages), NULL, 0},
	{"version", ADVI_FIELD_TEXT, AT(advi_drop, version), NULL, 0},
};

void advi_plan_write_drops(struct advi_jout *out, const struct adv_plan *plan)
{
	ADVI_WRITE_EACH(out, "drops", &plan->drops, write_drop);
}

void advi_plan_read_drops(struct advi_json *json, struct adv_plan *plan)
{
	ADVI_READ_EACH(json, plan, &plan->drops, drop_fields);
}

/* --- history --- */

static const struct advi_plan_field history_fields[] = {
	{"first", ADVI_FIELD_TEXT, AT(adv_plan, history.first), NULL, 0},
	{"last", ADVI_FIELD_TEXT, AT(adv_plan, history.last), NULL, 0},
	{"months", ADVI_FIELD_COUNT, AT(adv_plan, history.months), NULL, 0},
	{"unused_months", ADVI_FIELD_COUNT, AT(adv_plan, unused_months), NULL, 0},
	{"unused_since", ADVI_FIELD_TEXT, AT(adv_plan, unused_since), NULL, 0},
};

void advi_plan_write_history(struct advi_jout *out, const struct adv_plan *plan)
{
	advi_jout_key(out, "history");
	advi_jout_object(out);
	advi_jout_key_text(out, "first", plan->history.first);
	advi_jout_key_text(out, "last", plan->history.last);
	advi_jout_key_u64(out, "months", plan->history.months);
	advi_jout_key_u64(out, "unused_months", plan->unused_months);
	advi_jout_key_text(out, "unused_since", plan->unused_since);
	advi_jout_object_end(out);
}

void advi_plan_read_history(struct advi_json *json, struct adv_plan *plan)
{
	advi_fields_read(json, &plan->arena, plan, history_fields, ADVI_COUNT(history_fields));
}

/* --- upgrades --- */

static void write_upgrade(struct advi_jout *out, const struct advi_upgrade *upgrade)
{
	advi_jout_object(out);
	advi_jout_key(out, "asked");
	advi_jout_bool(out, upgrade->asked);
	advi_jout_key_text(out, "best", upgrade->best);
	advi_jout_key_u64(out, "bytes", upgrade->bytes);
	advi_jout_key(out, "in_base");
	advi_jout_bool(out, upgrade->in_base);
	advi_jout_key_text(out, "loosened", upgrade->loosened);
	advi_jout_texts(out, "moves", upgrade->moves.at, upgrade->moves.count);
	advi_jout_key_text(out, "name", upgrade->name);
	advi_jout_key_text(out, "newest", upgrade->newest);
	advi_jout_key_u64(out, "packages", upgrade->packages);
	advi_jout_key_u64(out, "users", upgrade->users);
	advi_jout_key_u64(out, "users_beyond", upgrade->beyond);
	advi_jout_key_u64(out, "users_newer", upgrade->newer);
	advi_jout_key_text(out, "version", upgrade->version);
	advi_jout_key_text(out, "why", upgrade->why);
	advi_jout_object_end(out);
}

static const struct advi_plan_field upgrade_fields[] = {
	{"asked", ADVI_FIELD_FLAG, AT(advi_upgrade, asked), NULL, 0},
	{"best", ADVI_FIELD_TEXT, AT(advi_upgrade, best), NULL, 0},
	{"bytes", ADVI_FIELD_COUNT, AT(advi_upgrade, bytes), NULL, 0},
	{"in_base", ADVI_FIELD_FLAG, AT(advi_upgrade, in_base), NULL, 0},
	{"loosened", ADVI_FIELD_TEXT, AT(advi_upgrade, loosened), NULL, 0},
	{"moves", ADVI_FIELD_LIST, AT(advi_upgrade, moves), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_upgrade, name), NULL, 0},
	{"newest", ADVI_FIELD_TEXT, AT(advi_upgrade, newest), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_upgrade, packages), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_upgrade, users), NULL, 0},
	{"users_beyond", ADVI_FIELD_COUNT, AT(advi_upgrade, beyond), NULL, 0},
	{"users_newer", ADVI_FIELD_COUNT, AT(advi_upgrade, newer), NULL, 0},
	{"version", ADVI_FIELD_TEXT, AT(advi_upgrade, version), NULL, 0},
	{"why", ADVI_FIELD_TEXT, AT(advi_upgrade, why), NULL, 0},
};

void advi_plan_write_upgrades(struct advi_jout *out, const struct adv_plan *plan)
{
	ADVI_WRITE_EACH(out, "upgrades", &plan->upgrades, write_upgrade);
}

void advi_plan_read_upgrades(struct advi_json *json, struct adv_plan *plan)
{
	ADVI_READ_EACH(json, plan, &plan->upgrades, upgrade_fields);
}

const char *advi_plan_check_actions(const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->actions.count; i++)
		if (!plan->actions.at[i].kind || !plan->actions.at[i].name ||
		    !plan->actions.at[i].confidence || !plan->actions.at[i].ticket)
			return "an action has no kind, name, confidence or ticket";
	for (size_t i = 0; i < plan->drops.count; i++)
		if (!plan->drops.at[i].name || !plan->drops.at[i].packages)
			return "a package of its drops has no name, or counts for none";
	for (size_t i = 0; i < plan->upgrades.count; i++)
		if (!plan->upgrades.at[i].name || !plan->upgrades.at[i].version)
			return "a package of its upgrades has no name or no version";
	return NULL;
}
