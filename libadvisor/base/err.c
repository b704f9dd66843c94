/* SPDX-License-Identifier: BSD-3-Clause */
/* Making and wrapping errors. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

ADVI_PRINTF(4, 0)
static void set_text(struct adv_err *err, int code, int sys, const char *format, va_list args)
{
	err->code = code;
	err->sys = sys;
	err->line = err->column = 0;
	vsnprintf(err->text, sizeof(err->text), format, args);
	/* Names from files stand in it, and it goes to terminals. */
	advi_text_mask(err->text);
}

int advi_fail(struct adv_err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	set_text(err, code, 0, format, args);
	va_end(args);
	return code;
}

int advi_fail_at(struct adv_err *err, int code, unsigned line, unsigned column)
{
	if (err) {
		err->line = line;
		err->column = column;
	}
	return code;
}

int advi_fail_errno(struct adv_err *err, const char *format, ...)
{
	int sys = errno;
	size_t used;
	va_list args;

	if (!err)
		return ADV_EENV;
	va_start(args, format);
	set_text(err, ADV_EENV, sys, format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(sys));
	return ADV_EENV;
}

int advi_while(struct adv_err *err, int code, const char *format, ...)
{
	char context[sizeof(err->text)];
	char inner[sizeof(err->text)];
	va_list args;
	int length;

	if (!err)
		return code;
	va_start(args, format);
	length = vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	if (length < 0)
		return code;
	snprintf(inner, sizeof(inner), "%s", err->text);
	snprintf(err->text, sizeof(err->text), "%.500s: %.500s", context, inner);
	advi_text_mask(err->text);
	return code;
}

int adv_exit_status(int code)
{
	static const int status[] = {0, 1, 2, 3, 4, 130};

	if (code >= 0)
		return 0;
	return -code < (int)(sizeof(status) / sizeof(status[0])) ? status[-code] : 4;
}

int advi_progress(const struct adv_watch *watch, const char *phase, const char *unit, uint64_t done,
		  uint64_t total, struct adv_err *err)
{
	struct adv_progress progress = {phase, unit, done, total};

	if (!watch || !watch->progress || !watch->progress(watch->context, &progress))
		return 0;
	return advi_fail(err, ADV_ECANCEL, "stopped while %s", phase);
}

void advi_note(const struct adv_watch *watch, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (!watch || !watch->note)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_text_mask(text);
	watch->note(watch->context, text);
}
