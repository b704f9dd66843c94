/* SPDX-License-Identifier: BSD-3-Clause */
/* Running over the plain bytes of a JSON string, sixteen at a time; inline, since it is for inner
 * loops. */
#ifndef ADVI_IO_JSON_PLAIN_H
#define ADVI_IO_JSON_PLAIN_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first byte that is a quote, a backslash, a control character or beyond ASCII; or an end. */
static inline const char *advi_json_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
	const __m128i blank = _mm_set1_epi8(' ');

	for (; end - at >= 16; at += 16) {
		__m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
		/* Bytes are signed here, so those beyond ASCII lie below a blank, too. */
		__m128i stop = _mm_or_si128(_mm_cmplt_epi8(block, blank),
					    _mm_or_si128(_mm_cmpeq_epi8(block, quote),
							 _mm_cmpeq_epi8(block, backslash)));
		int mask = _mm_movemask_epi8(stop);

		if (mask)
			return at + __builtin_ctz((unsigned)mask);
	}
#endif
	while (at < end && *at != '"' && *at != '\\' && *at >= 0x20 && (unsigned char)*at < 0x80)
		at++;
	return at;
}

#endif
