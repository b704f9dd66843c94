/* SPDX-License-Identifier: BSD-3-Clause */
/* "Did you mean": the word that a mistyped one is nearest to. */
#include "base/nearest.h"

#include <ctype.h>

#include <advisor/err.h>

enum { LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Damerau and Levenshtein's distance, in which no part is edited twice (optimal string alignment):
 * rows of the table but the last three are not needed again.
 */
static size_t distance(struct advi_str a, struct advi_str b)
{
	size_t rows[3][LONGEST + 1];

	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			row[j] = least(least(above[j] + 1, row[j - 1] + 1),
				       above[j - 1] + !same(a.ptr[i - 1], b.ptr[j - 1]));
			if (i > 1 && j > 1 && same(a.ptr[i - 1], b.ptr[j - 2]) &&
			    same(a.ptr[i - 2], b.ptr[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

const char *advi_nearest(struct advi_str text, const char *const *words, size_t count)
{
	const char *best = NULL;
	/* One slip in three letters, and one. */
	size_t nearest = text.len / 3 + 1;

	if (text.len > LONGEST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct advi_str word = advi_str(words[i]);
		size_t d = word.len > LONGEST ? SIZE_MAX : distance(text, word);

		/* Nothing of it being right is no slip. */
		if (d < nearest + !best && d < word.len) {
			nearest = d;
			best = words[i];
		}
	}
	return best;
}

const char *adv_nearest(const char *text, const char *const *words, size_t count)
{
	return advi_nearest(advi_str(text), words, count);
}
