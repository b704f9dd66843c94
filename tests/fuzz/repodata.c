/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: repodata.json. The index says what a slow and obvious reader says. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conda/repodata_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("repodata", MFD_CLOEXEC);
	char path[64];

	if (fd < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	twin_compare((struct advi_str){(const char *)data, size}, path, "/proc/no/such/folder");
	close(fd);
	return 0;
}
