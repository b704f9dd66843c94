/* SPDX-License-Identifier: BSD-3-Clause */
/* Text within XML. */
#ifndef ADVI_REPORT_XML_H
#define ADVI_REPORT_XML_H

#include <stdio.h>

/* Writes text that was masked (base/text.h) as the content of an element or an attribute. */
void advi_xml_put(FILE *file, const char *text);

#endif
