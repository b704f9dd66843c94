/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an environment.yml that is read is written as one that reads back as the same. */
#include <stdlib.h>

#include "conda/envfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const advi_names *a, const advi_names *b)
{
	if (a->count != b->count)
		abort();
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advi_envfile envfile, again;
	struct adv_err err = ADV_ERR_INIT;
	char *text = NULL;
	size_t length;
	FILE *file;

	if (advi_envfile_parse(&envfile, (struct advi_str){(const char *)data, size}, "input",
			       &err) < 0)
		return 0;
	file = open_memstream(&text, &length);
	if (!file)
		abort();
	advi_envfile_write(file, envfile.name, &envfile.channels, &envfile.specs);
	fclose(file);
	if (advi_envfile_parse(&again, (struct advi_str){text, length}, "written", &err) < 0)
		abort();
	same(&envfile.channels, &again.channels);
	same(&envfile.specs, &again.specs);
	advi_envfile_clear(&envfile);
	advi_envfile_clear(&again);
	free(text);
	return 0;
}
