/* SPDX-License-Identifier: BSD-3-Clause */
/* How an environment differs from base. */
#include "advise/check.h"
#include "advise/oracle.h"
#include "conda/version.h"

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What is not known of either is no difference. */
static bool is_same(const struct advi_part *from, const struct advi_part *to)
{
	if (from->pip || !from->build || !to->build)
		return same_text(from->version, to->version);
	return same_text(from->version, to->version) && same_text(from->build, to->build);
}

static enum advi_change_kind kind_of(const struct advi_part *from, const struct advi_part *to)
{
	int order;

	if (!from || !to)
		return from ? ADVI_REMOVED : ADVI_ADDED;
	order = advi_version_cmp_text(advi_str(to->version ? to->version : ""),
				      advi_str(from->version ? from->version : ""));
	return order > 0 ? ADVI_UP : order < 0 ? ADVI_DOWN : ADVI_REBUILT;
}

static void weigh(struct adv_check *check, const struct advi_part *part, int64_t sign)
{
	if (!part || part->pip)
		return;
	if (!part->record || !part->record->size) {
		check->unsized_changes++;
		return;
	}
	check->bytes_more += sign * (int64_t)part->record->size;
	check->files_more += sign * (int64_t)advi_files_estimate(part->record);
}

static void add(struct adv_check *check, const struct advi_part *from, const struct advi_part *to)
{
	if (from && to && is_same(from, to))
		return;
	advi_vec_push(&check->changes, ((struct advi_change){kind_of(from, to), from, to}));
	weigh(check, from, -1);
	weigh(check, to, 1);
}

static int order_of(const struct advi_part *a, const struct advi_part *b)
{
	if (!a || !b)
		return a ? -1 : 1;
	if (a->pip != b->pip)
		return a->pip ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int by_kind(const void *a, const void *b)
{
	const struct advi_change *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return order_of(x->from ? x->from : x->to, y->from ? y->from : y->to);
}

void advi_check_compare(struct adv_check *check)
{
	const struct advi_content *before = &check->before, *now = check->after;
	size_t b = 0, n = 0;

	while (b < before->parts.count || n < now->parts.count) {
		const struct advi_part *from =
			b < before->parts.count ? &before->parts.at[b] : NULL;
		const struct advi_part *to = n < now->parts.count ? &now->parts.at[n] : NULL;
		int order = order_of(from, to);

		add(check, order <= 0 ? from : NULL, order >= 0 ? to : NULL);
		b += order <= 0;
		n += order >= 0;
	}
	advi_vec_sort(&check->changes, by_kind);
}
