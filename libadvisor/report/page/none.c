/* SPDX-License-Identifier: BSD-3-Clause */
/* The dashboard's page where there was neither npm nor a release: none. */
#include "report/html.h"

const unsigned char advi_page[] = {0};
const size_t advi_page_bytes = 0;
