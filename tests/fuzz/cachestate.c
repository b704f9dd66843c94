/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a state file of the cache. What it names is in its own folder. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conda/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/advisor-fuzz.XXXXXX";
	struct advi_cachestate state = {0};
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	advi_cachestate_read(&state, path);
	unlink(path);
	if (state.file && (strchr(state.file, '/') || state.file[0] == '.'))
		abort();
	advi_cachestate_fresh(&state, 1700000000);
	advi_cachestate_clear(&state);
	return 0;
}
