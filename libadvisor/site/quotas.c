/* SPDX-License-Identifier: BSD-3-Clause */
/* Quotas: what the domains or the projects of a centre are to get at least. */
#include "site/read.h"

#include "base/buf.h"

/* A row of the recipe: whom it is about, and one number or both. */
struct row {
	const char *of[ADVI_GROUPS];
	uint64_t least[ADVI_QUOTA_MEASURES];
	bool asks[ADVI_QUOTA_MEASURES];
};

static const char *const groups[ADVI_GROUPS] = {
	[ADVI_GROUP_DOMAIN] = "domain",
	[ADVI_GROUP_PROJECT] = "project",
};
static const char *const measures[ADVI_QUOTA_MEASURES] = {
	[ADVI_QUOTA_USERS] = "users",
	[ADVI_QUOTA_SHARE] = "share",
};

const char *advi_quota_group_name(enum advi_quota_group group)
{
	return groups[group];
}

const char *advi_quota_measure_name(enum advi_quota_measure measure)
{
	return measures[measure];
}

/* --- reading --- */

static int read_users(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct row *row = reader->target;

	if (!advi_yaml_u64(value, &row->least[ADVI_QUOTA_USERS]))
		return advi_yaml_fail(reader->yaml, value->line, reader->err,
				      "'users' takes a number of users, such as 3, not '%.*s'",
				      ADVI_ARGS(value->text));
	row->asks[ADVI_QUOTA_USERS] = true;
	return 0;
}

static int read_share(struct advi_yaml_reader *reader, const struct advi_yaml_node *value)
{
	struct row *row = reader->target;
	struct advi_str text = value->text;
	uint64_t percent = 0;
	size_t digits = 0;

	for (;
	     digits < text.len && digits < 4 && text.ptr[digits] >= '0' && text.ptr[digits] <= '9';
	     digits++)
		percent = 10 * percent + (uint64_t)(text.ptr[digits] - '0');
	text = advi_str_trim((struct advi_str){text.ptr + digits, text.len - digits});
	if (value->kind != ADVI_YAML_SCALAR || !digits || !advi_str_is(text, "%") || percent > 100)
		return advi_yaml_fail(reader->yaml, value->line, reader->err,
				      "'share' takes whole percents up to 100%%, such as 25%%, "
				      "not '%.*s'",
				      ADVI_ARGS(value->text));
	row->least[ADVI_QUOTA_SHARE] = percent;
	row->asks[ADVI_QUOTA_SHARE] = true;
	return 0;
}

static const struct advi_yaml_row quota_rows[] = {
	{.key = "domain",
	 .type = ADVI_YAML_TEXT,
	 .offset = offsetof(struct row, of[ADVI_GROUP_DOMAIN])},
	{.key = "project",
	 .type = ADVI_YAML_TEXT,
	 .offset = offsetof(struct row, of[ADVI_GROUP_PROJECT])},
	{.key = "users", .type = ADVI_YAML_ANY, .read = read_users},
	{.key = "share", .type = ADVI_YAML_ANY, .read = read_share},
};

/* A rule that says otherwise of the same, or NULL. */
static const struct advi_quota_rule *find_rival(const struct adv_site *site,
						const struct advi_quota_rule *rule)
{
	for (size_t i = 0; i < site->quotas.count; i++) {
		const struct advi_quota_rule *other = &site->quotas.at[i];

		if (other->group == rule->group && other->measure == rule->measure &&
		    strcmp(other->pattern, rule->pattern) == 0)
			return other;
	}
	return NULL;
}

static int add_rule(struct advi_yaml_reader *reader, struct adv_site *site,
		    const struct advi_quota_rule *rule)
{
	const struct advi_quota_rule *rival = find_rival(site, rule);

	if (rival)
		return advi_yaml_fail(reader->yaml, rule->line, reader->err,
				      "'%s' of %s '%s' is in 'quotas' already (line %u); keep one",
				      measures[rule->measure], groups[rule->group], rule->pattern,
				      rival->line);
	if (site->quotas.count >= ADVI_MOST_QUOTAS)
		return advi_yaml_fail(reader->yaml, rule->line, reader->err,
				      "'quotas' has more than %d rows; a pattern says the same of "
				      "many",
				      ADVI_MOST_QUOTAS);
	advi_vec_push(&site->quotas, *rule);
	return 0;
}

static int read_row(struct advi_yaml_reader *reader, struct adv_site *site,
		    const struct advi_yaml_node *item)
{
	struct row row = {0};
	struct advi_yaml_reader inner = *reader;
	enum advi_quota_group group;
	int r;

	inner.target = &row;
	r = advi_yaml_rows(&inner, item, "a quota", quota_rows, ADVI_COUNT(quota_rows));
	if (r < 0)
		return r;
	group = row.of[ADVI_GROUP_DOMAIN] ? ADVI_GROUP_DOMAIN : ADVI_GROUP_PROJECT;
	if (!row.of[ADVI_GROUP_DOMAIN] == !row.of[ADVI_GROUP_PROJECT] || !row.of[group][0])
		return advi_yaml_fail(reader->yaml, item->line, reader->err,
				      "a quota is of a 'domain' or of a 'project', one of both");
	if (!row.asks[ADVI_QUOTA_USERS] && !row.asks[ADVI_QUOTA_SHARE])
		return advi_yaml_fail(reader->yaml, item->line, reader->err,
				      "a quota asks for 'users' or for a 'share'");
	for (size_t m = 0; m < ADVI_QUOTA_MEASURES && r == 0; m++)
		if (row.asks[m])
			r = add_rule(reader, site,
				     &(struct advi_quota_rule){group, (enum advi_quota_measure)m,
							       row.of[group], row.least[m],
							       item->line});
	return r;
}

int advi_site_read_quotas(struct advi_yaml_reader *reader, const struct advi_yaml_node *list)
{
	struct advi_site_draft *draft = reader->target;
	int r = 0;

	for (const struct advi_yaml_node *at = list->first; at && r == 0; at = at->next)
		r = read_row(reader, &draft->site, at);
	return r;
}

/* The closest pattern first, so that the order in which they are written decides nothing. */
static int closest_first(const void *a, const void *b)
{
	const struct advi_quota_rule *left = a, *right = b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	if (left->measure != right->measure)
		return left->measure < right->measure ? -1 : 1;
	return advi_site_closer(left->pattern, right->pattern);
}

void advi_site_settle_quotas(struct adv_site *site)
{
	advi_vec_sort(&site->quotas, closest_first);
}

/* --- asking --- */

uint64_t advi_site_quota(const struct adv_site *site, enum advi_quota_group group,
			 enum advi_quota_measure measure, const char *name)
{
	for (size_t i = 0; i < site->quotas.count; i++) {
		const struct advi_quota_rule *rule = &site->quotas.at[i];

		if (rule->group != group || rule->measure != measure)
			continue;
		if (strcmp(rule->pattern, name) == 0 || (strcmp(name, ADVI_GROUP_UNKNOWN) != 0 &&
							 advi_site_matches(rule->pattern, name)))
			return rule->least;
	}
	return 0;
}

/* --- writing --- */

void advi_site_write_quotas(const struct adv_site *site, struct advi_jout *out)
{
	if (!site->quotas.count)
		return;
	advi_jout_key(out, "quotas");
	advi_jout_array(out);
	for (size_t i = 0; i < site->quotas.count; i++) {
		const struct advi_quota_rule *rule = &site->quotas.at[i];

		advi_jout_object(out);
		advi_jout_key_text(out, groups[rule->group], rule->pattern);
		if (rule->measure == ADVI_QUOTA_USERS) {
			advi_jout_key_u64(out, "users", rule->least);
		} else {
			ADVI_AUTO_PTR char *share =
				advi_format("%llu%%", (unsigned long long)rule->least);

			advi_jout_key_text(out, "share", share);
		}
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}
