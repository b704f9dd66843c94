/* SPDX-License-Identifier: BSD-3-Clause */
/* Typed growing arrays. */
#include "base/vec.h"

#include <string.h>

void advi_vec_widen(void **at, size_t *room, size_t size)
{
	*room = *room ? *room * 2 : 8;
	*at = advi_realloc(*at, *room, size);
}

void *advi_vec_grow(void **at, size_t *count, size_t *room, size_t size)
{
	char *element;

	if (*count == *room)
		advi_vec_widen(at, room, size);
	element = (char *)*at + *count * size;
	memset(element, 0, size);
	(*count)++;
	return element;
}

bool advi_names_have(const advi_names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], text) == 0)
			return true;
	return false;
}
