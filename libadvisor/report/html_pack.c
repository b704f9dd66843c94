/* SPDX-License-Identifier: BSD-3-Clause */
/* The dashboard's groups as bytes: numbers of seven bits a byte, deflated, in base64. */
#include <zlib.h>

#include "base/err.h"
#include "report/html.h"
#include "usage/history.h"

/* Bytes that a page may hold, of any kind. */
enum { PACK_CAP = 1 << 30, PACK_VERSION = 2 };

/* LEB128, as DWARF has it. */
static void put(struct advi_buf *out, uint64_t number)
{
	for (; number > 127; number >>= 7)
		advi_buf_byte(out, (char)(number | 128));
	advi_buf_byte(out, (char)number);
}

static void put_items(struct advi_buf *out, const struct advi_html_groups *groups)
{
	put(out, groups->items.count);
	for (size_t i = 0; i < groups->items.count; i++) {
		const struct advi_html_item *item = &groups->items.at[i];

		put(out, item->module);
		put(out, item->place);
		put(out, item->kind);
		put(out, item->flags);
	}
}

/* Rising numbers: the first, then the steps. */
static void put_rising(struct advi_buf *out, const uint32_t *numbers, size_t count)
{
	put(out, count);
	for (size_t i = 0; i < count; i++)
		put(out, i ? numbers[i] - numbers[i - 1] : numbers[i]);
}

static void put_sets(struct advi_buf *out, const struct advi_html_groups *groups)
{
	put(out, groups->set_ends.count);
	for (size_t i = 0, from = 0; i < groups->set_ends.count; i++) {
		put_rising(out, groups->set_items.at + from, groups->set_ends.at[i] - from);
		from = groups->set_ends.at[i];
	}
}

static uint64_t load_code(__int128 load)
{
	return load < 0 ? 0 : load >= (__int128)UINT64_MAX ? UINT64_MAX : (uint64_t)load + 1;
}

static void put_group(struct advi_buf *out, const struct advi_html_groups *groups,
		      const struct advi_html_group *group, uint32_t last_set)
{
	put(out, group->set - last_set);
	put(out, (uint64_t)advi_months_between(group->month, groups->first) << 1 | group->counted);
	put(out, group->project);
	put(out, group->runs);
	put(out, group->jobs);
	put(out, load_code(group->load));
}

static void put_users(struct advi_buf *out, const struct advi_html_groups *groups)
{
	put(out, groups->users);
	for (size_t i = 0, user = 0, end; user < groups->users; user++, i = end) {
		for (end = i; end < groups->all.count && groups->all.at[end].user == user;)
			end++;
		put(out, end - i);
		for (size_t j = i; j < end; j++)
			put_group(out, groups, &groups->all.at[j],
				  j > i ? groups->all.at[j - 1].set : 0);
	}
}

static void put_shared(struct advi_buf *out, const struct advi_html_groups *groups)
{
	put(out, groups->shared_jobs.count);
	for (size_t i = 0, from = 0; i < groups->shared_jobs.count; i++) {
		put(out, groups->shared_jobs.at[i]);
		put_rising(out, groups->shared.at + from, groups->shared_ends.at[i] - from);
		from = groups->shared_ends.at[i];
	}
}

static int too_large(struct adv_err *err)
{
	return advi_fail(err, ADV_EUSAGE,
			 "what the page is to count from is too large for a page; ask for fewer "
			 "months");
}

static int deflated(struct advi_buf *out, struct advi_str bytes, struct adv_err *err)
{
	uLongf size = compressBound(bytes.len);
	char *to = advi_buf_room(out, size);

	if (!to || compress2((Bytef *)to, &size, (const Bytef *)bytes.ptr, bytes.len, 6) != Z_OK)
		return too_large(err);
	out->len += size;
	return 0;
}

/* RFC 4648. */
static void write_base64(FILE *file, const unsigned char *at, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < count; i += 3) {
		uint32_t three = (uint32_t)at[i] << 16 |
				 (i + 1 < count ? (uint32_t)at[i + 1] << 8 : 0) |
				 (i + 2 < count ? at[i + 2] : 0);

		putc(digits[three >> 18], file);
		putc(digits[three >> 12 & 63], file);
		putc(i + 1 < count ? digits[three >> 6 & 63] : '=', file);
		putc(i + 2 < count ? digits[three & 63] : '=', file);
	}
}

int advi_html_pack(FILE *file, const struct advi_html_groups *groups, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(PACK_CAP);
	ADVI_AUTO(buf) struct advi_buf small = ADVI_BUF_INIT(PACK_CAP);
	int r;

	put(&plain, PACK_VERSION);
	put_items(&plain, groups);
	put_sets(&plain, groups);
	put_users(&plain, groups);
	put_shared(&plain, groups);
	if (plain.full)
		return too_large(err);
	if ((r = deflated(&small, advi_buf_str(&plain), err)) == 0)
		write_base64(file, (const unsigned char *)small.ptr, small.len);
	return r;
}
