/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: a message of a syslog is read or refused, and slices are joined within the cap. */
#include <stdlib.h>

#include "base/mem.h"
#include "usage/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(CAP);
	struct advi_str line = {(const char *)data, size}, message;
	struct advi_block block;
	advi_slices slices = {0};

	if (!advi_block_find(line, &message) || advi_block_read(message, &block))
		return 0;
	if (!block.count || block.at >= block.count || block.count > ADVI_BLOCKS ||
	    block.version < 1 || block.version > 4)
		abort();
	/* As if it were cut in three. */
	for (unsigned i = 0; i < 3; i++)
		advi_vec_push(&slices,
			      ((struct advi_slice){
				      .at = 2 - i,
				      .value = {block.value.ptr + block.value.len * (2 - i) / 3,
						block.value.len * (3 - i) / 3 -
							block.value.len * (2 - i) / 3}}));
	advi_block_join(&slices, block.version, &text);
	if (text.len > CAP)
		abort();
	advi_vec_clear(&slices);
	return 0;
}
