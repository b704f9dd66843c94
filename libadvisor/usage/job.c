/* SPDX-License-Identifier: BSD-3-Clause */
/* The small parts of schedulers' files: numbers of jobs, times and lengths. */
#include "usage/job.h"

enum { DAY = 24 * 60 * 60 };

struct advi_str advi_job_number(struct advi_str name)
{
	size_t length = 0;

	while (length < name.len && ((name.ptr[length] >= '0' && name.ptr[length] <= '9') ||
				     name.ptr[length] == '[' || name.ptr[length] == ']'))
		length++;
	return (struct advi_str){name.ptr, length};
}

int64_t advi_job_ticks(struct advi_str text)
{
	uint64_t days = 0, total = 0, part;
	size_t dash = advi_str_find(text, '-'), parts = 0;
	struct advi_str piece;

	if (dash < text.len) {
		if (!advi_str_u64((struct advi_str){text.ptr, dash}, &days) || days > 100000)
			return -1;
		text = advi_str_from(text, dash + 1);
	}
	text.len = advi_str_find(text, '.');
	while (advi_str_split(&text, ':', &piece)) {
		if (++parts > 3 || !advi_str_u64(piece, &part) || part > 1000000)
			return -1;
		total = total * 60 + part;
	}
	return parts >= 2 ? (int64_t)((days * DAY + total) * 10000) : -1;
}

/* Days from 1970-01-01 in the Gregorian calendar, years counted from March. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t shifted = month > 2 ? month - 3 : month + 9;

	year -= month <= 2;
	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * shifted + 2) / 5 + day - 1 -
	       719468;
}

int64_t advi_job_time(struct advi_str text)
{
	static const char form[] = "0000-00-00T00:00:00";
	static const uint8_t at[] = {0, 5, 8, 11, 14, 17}, length[] = {4, 2, 2, 2, 2, 2};
	uint64_t value[6];

	if (text.len != sizeof(form) - 1)
		return 0;
	for (size_t i = 0; i < text.len; i++)
		if (form[i] != '0' && form[i] != text.ptr[i])
			return 0;
	for (size_t i = 0; i < 6; i++)
		if (!advi_str_u64((struct advi_str){text.ptr + at[i], length[i]}, &value[i]))
			return 0;
	if (value[0] < 1970 || value[1] < 1 || value[1] > 12 || value[2] < 1 || value[2] > 31)
		return 0;
	return days_of((int64_t)value[0], (int64_t)value[1], (int64_t)value[2]) * DAY +
	       (int64_t)(value[3] * 3600 + value[4] * 60 + value[5]);
}

bool advi_job_months(struct advi_job_seen *job, int64_t start, int64_t end)
{
	job->first = start >= DAY ? advi_month_of((double)(start - DAY)) : 0;
	job->last = end > 0 ? advi_month_of((double)(end + DAY)) : ADVI_NO_MONTH;
	return job->first && job->last && job->first <= job->last;
}
