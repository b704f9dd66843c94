/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: the URL of a database. What is taken has a database and shows no password. */
#include <stdlib.h>

#include "base/mem.h"
#include "usage/database.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO_PTR char *text = advi_str_dup((struct advi_str){(const char *)data, size});
	struct advi_database_url url = {0};
	struct adv_err err = ADV_ERR_INIT;
	int r = advi_database_url_read(&url, text, &err);

	if (r < 0 && (r != ADV_EUSAGE || !err.text[0]))
		abort();
	if (r == 0 && (!url.database || !url.database[0] || url.port > 65535 ||
		       (url.user && strchr(url.user, ':'))))
		abort();
	advi_database_url_clear(&url);
	return 0;
}
