/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about age: of builds, of packages that nobody releases any more, of Python itself. */
#include <time.h>

#include "advise/check.h"
#include "base/map.h"
#include "conda/version.h"

enum { DAY = 86400 };

/* Seconds since 1970 of a build; 0: not known. Old records have seconds, newer ones milliseconds.
 */
static int64_t time_of(const struct advi_record *record)
{
	static const uint64_t last_second =
		253402300799; /* of the year 9999; libsolv's limit too */
	uint64_t stamp = record ? record->timestamp : 0;

	stamp = stamp > last_second ? stamp / 1000 : stamp;
	return stamp > last_second ? 0 : (int64_t)stamp;
}

/* "2025-03-14" */
static const char *day_of(struct adv_check *check, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;
	char text[32];

	gmtime_r(&time, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return advi_arena_dup(&check->arena, text);
}

static int64_t days_since(const struct adv_check *check, int64_t seconds)
{
	return (check->date - seconds) / DAY;
}

int advi_rule_too_young(struct adv_check *check, const struct advi_rule_set *set,
			const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		int64_t time = time_of(part->record);

		if (time && days_since(check, time) < (int64_t)set->days)
			advi_find_part(check, ADVI_RULE_TOO_YOUNG, part,
				       "was built on %s, less than %llu days ago",
				       day_of(check, time), (unsigned long long)set->days)
				->help = "take an older one, or wait";
	}
	return 0;
}

int advi_rule_too_old(struct adv_check *check, const struct advi_rule_set *set,
		      const struct adv_watch *watch, struct adv_err *err)
{
	(void)watch, (void)err;
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		int64_t time = time_of(part->record);

		if (time && days_since(check, time) > (int64_t)set->days)
			advi_find_part(check, ADVI_RULE_TOO_OLD, part,
				       "was built on %s, more than %llu days ago",
				       day_of(check, time), (unsigned long long)set->days)
				->help = "look for a newer one, or for what took its place";
	}
	return 0;
}

/* --- packages of which the newest build is old --- */

/* Name -> the time of its newest build. */
static int find_newest(struct advi_map *newest, struct adv_check *check,
		       const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR struct advi_str *names = advi_calloc(check->now.conda + 1, sizeof(*names));
	advi_record_refs records = {0};
	int r;

	for (size_t i = 0; i < check->now.conda; i++)
		names[i] = advi_str(check->now.parts.at[i].name);
	r = advi_world_read(check->world, names, check->now.conda, &records, watch, err);
	for (size_t i = 0; r == 0 && i < records.count; i++) {
		uint64_t time = (uint64_t)time_of(records.at[i]);
		struct advi_map_entry *entry =
			advi_map_add(newest, advi_str(records.at[i]->name), NULL);

		entry->number = time > entry->number ? time : entry->number;
	}
	advi_vec_clear(&records);
	return r;
}

int advi_rule_unmaintained(struct adv_check *check, const struct advi_rule_set *set,
			   const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO(map) struct advi_map newest = {0};
	int r = find_newest(&newest, check, watch, err);

	for (size_t i = 0; r == 0 && i < check->now.conda; i++) {
		const struct advi_part *part = &check->now.parts.at[i];
		const struct advi_map_entry *entry = advi_map_get(&newest, advi_str(part->name));
		int64_t time = entry ? (int64_t)entry->number : 0;

		if (time && days_since(check, time) > (int64_t)set->days)
			advi_find_part(check, ADVI_RULE_UNMAINTAINED, part,
				       "has had no new build since %s", day_of(check, time))
				->help = "look for what took its place";
	}
	return r;
}

/* --- Python --- */

/*
 * The last day on which a minor version is looked after, by the Python developer's guide,
 * "Status of Python versions" (https://devguide.python.org/versions/); of those still to come the
 * last day of the month that is planned.
 */
static const struct {
	const char *version, *end;
} pythons[] = {
	{"2.7", "2020-01-01"},  {"3.4", "2019-03-18"},  {"3.5", "2020-09-30"},
	{"3.6", "2021-12-23"},  {"3.7", "2023-06-27"},  {"3.8", "2024-10-07"},
	{"3.9", "2025-10-31"},  {"3.10", "2026-10-31"}, {"3.11", "2027-10-31"},
	{"3.12", "2028-10-31"}, {"3.13", "2029-10-31"}, {"3.14", "2030-10-31"},
};

/* Midnight, UTC, at the end of a day. */
static int64_t end_of(const char *day)
{
	struct tm tm = {0};

	if (!strptime(day, "%Y-%m-%d", &tm))
		return INT64_MAX;
	return (int64_t)timegm(&tm) + DAY;
}

static bool is_minor_of(const char *minor, const char *version)
{
	size_t length = strlen(minor);

	return strncmp(version, minor, length) == 0 &&
	       (version[length] < '0' || version[length] > '9');
}

int advi_rule_python_eol(struct adv_check *check, const struct advi_rule_set *set,
			 const struct adv_watch *watch, struct adv_err *err)
{
	const struct advi_part *part = advi_content_find(&check->now, "python", false);

	(void)watch, (void)err;
	for (size_t i = 0; part && part->version && i < ADVI_COUNT(pythons); i++) {
		const char *end = pythons[i].end;
		int64_t left = end_of(end) - check->date;

		if (!is_minor_of(pythons[i].version, part->version) ||
		    left > (int64_t)set->days * DAY)
			continue;
		if (left <= 0)
			advi_find_part(check, ADVI_RULE_PYTHON_EOL, part,
				       "is not looked after any more: the end of Python %s was %s",
				       pythons[i].version, end)
				->help = "take a newer Python";
		else
			advi_find_part(check, ADVI_RULE_PYTHON_EOL, part,
				       "is looked after until %s, which is %lld days more", end,
				       (long long)(left / DAY))
				->help = "take a newer Python";
	}
	return 0;
}
