/* SPDX-License-Identifier: BSD-3-Clause */
/* Text within XML. */
#include "report/xml.h"

/* What is left of controls in masked text is '?', and all of it is UTF-8. */
void advi_xml_put(FILE *file, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		default:
			fputc(*text, file);
		}
	}
}
