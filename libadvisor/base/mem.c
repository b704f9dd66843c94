/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that is there or the program ends. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void *or_die(void *memory, size_t size)
{
	if (memory)
		return memory;
	fprintf(stderr, "libadvisor: out of memory (%zu bytes asked for)\n", size);
	abort();
}

void *advi_malloc(size_t size)
{
	return or_die(malloc(size ? size : 1), size);
}

void *advi_calloc(size_t count, size_t size)
{
	return or_die(calloc(count ? count : 1, size ? size : 1), count);
}

void *advi_realloc(void *old, size_t count, size_t size)
{
	return or_die(reallocarray(old, count ? count : 1, size ? size : 1), count);
}

char *advi_strdup(const char *text)
{
	return or_die(strdup(text), strlen(text));
}

char *advi_format(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return or_die(length < 0 ? NULL : text, 0);
}
