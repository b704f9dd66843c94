/* SPDX-License-Identifier: BSD-3-Clause */
/* Another path where the manifest says that the mount path stands. */
#include "bundle/move.h"

#include "bundle/prefix.h"

/* What stands for the path meanwhile: absolute, without blanks, and in no file. */
#define TOKEN                                                                                      \
	"/\x01\x02"                                                                                \
	"conda-advisor\x02\x01"

static int check_places(const struct advi_buf *data, const struct advi_prefix_at *prefix,
			struct advi_str from, const char *path, struct adv_err *err)
{
	uint64_t end = 0;

	for (size_t i = 0; i < prefix->count; i++) {
		uint64_t at = prefix->at[i];

		if (at < end || at > data->len || from.len > data->len - at ||
		    memcmp(data->ptr + at, from.ptr, from.len) != 0)
			return advi_fail(err, ADV_EINPUT,
					 "'%s' has something else where the manifest says that the "
					 "mount path is",
					 path);
		end = at + from.len;
	}
	return 0;
}

static void move_text(struct advi_buf *data, const struct advi_prefix_at *prefix,
		      struct advi_str from, struct advi_str to)
{
	struct advi_buf marked = ADVI_BUF_INIT(data->cap), out = ADVI_BUF_INIT(data->cap);
	size_t done = 0;

	for (size_t i = 0; i < prefix->count; i++) {
		advi_buf_add(&marked, (struct advi_str){data->ptr + done, prefix->at[i] - done});
		advi_buf_text(&marked, TOKEN);
		done = prefix->at[i] + from.len;
	}
	advi_buf_add(&marked, advi_str_from(advi_buf_str(data), done));
	advi_prefix_text(&out, advi_buf_str(&marked), ADVI_STR(TOKEN), to, NULL);
	out.full |= marked.full;
	advi_buf_clear(&marked);
	advi_buf_clear(data);
	*data = out;
}

/* A text that ends with a zero byte, of which places from 'first' to 'last' are in it. */
struct string {
	size_t first, last;
	size_t from, end, room; /* in the file: its beginning, its end, where its zeros end */
};

static bool find_string(const struct advi_buf *data, const struct advi_prefix_at *prefix,
			struct advi_str from, size_t first, struct string *out)
{
	struct advi_str rest = advi_str_from(advi_buf_str(data), prefix->at[first]);
	size_t more;

	*out = (struct string){.first = first, .last = first, .from = prefix->at[first]};
	out->end = out->from + advi_str_find(rest, '\0');
	while (out->last < prefix->count && prefix->at[out->last] < out->end)
		out->last++;
	if (__builtin_mul_overflow(out->last - first, prefix->room - from.len, &more) ||
	    more > data->len - out->end)
		return false;
	out->room = out->end + more;
	for (size_t i = out->end; i < out->room; i++)
		if (data->ptr[i])
			return false;
	return true;
}

static void move_string(struct advi_buf *data, const struct advi_prefix_at *prefix,
			struct advi_str from, struct advi_str to, const struct string *string)
{
	struct advi_buf out = ADVI_BUF_INIT(data->cap);
	size_t done = string->from;

	for (size_t i = string->first; i < string->last; i++) {
		advi_buf_add(&out, (struct advi_str){data->ptr + done, prefix->at[i] - done});
		advi_buf_add(&out, to);
		done = prefix->at[i] + from.len;
	}
	advi_buf_add(&out, (struct advi_str){data->ptr + done, string->end - done});
	memset(data->ptr + string->from, 0, string->room - string->from);
	memcpy(data->ptr + string->from, out.ptr, out.len);
	advi_buf_clear(&out);
}

static int move_binary(struct advi_buf *data, const struct advi_prefix_at *prefix,
		       struct advi_str from, struct advi_str to, const char *path,
		       struct adv_err *err)
{
	struct string string;

	if (to.len > prefix->room)
		return advi_fail(err, ADV_EINPUT,
				 "'%s' has room for a path of %llu bytes, and '%.*s' has %zu; "
				 "choose a shorter one",
				 path, (unsigned long long)prefix->room, ADVI_ARGS(to), to.len);
	for (int change = 0; change < 2; change++)
		for (size_t i = 0; i < prefix->count; i = string.last) {
			if (prefix->room < from.len || !find_string(data, prefix, from, i, &string))
				return advi_fail(err, ADV_EINPUT,
						 "'%s' has less room for another path than its "
						 "manifest says",
						 path);
			if (change)
				move_string(data, prefix, from, to, &string);
		}
	return 0;
}

int advi_move_prefix(struct advi_buf *data, const struct advi_prefix_at *prefix,
		     struct advi_str from, struct advi_str to, const char *path,
		     struct adv_err *err)
{
	int r = check_places(data, prefix, from, path, err);

	if (r < 0 || !prefix->count)
		return r;
	if (prefix->use == ADVI_PREFIX_BINARY)
		return move_binary(data, prefix, from, to, path, err);
	move_text(data, prefix, from, to);
	return data->full ? advi_fail(err, ADV_EINPUT, "'%s' is too large with another path", path)
			  : 0;
}
