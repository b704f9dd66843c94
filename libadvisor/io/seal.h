/* SPDX-License-Identifier: BSD-3-Clause */
/* Sealing: bytes that only who has the key can read, and that nobody can change unseen. */
#ifndef ADVI_IO_SEAL_H
#define ADVI_IO_SEAL_H

#include "base/buf.h"

enum { ADVI_SEAL_KEY_BYTES = 32 };

/*
 * Appends 'text' to 'out', encrypted with AES-256 in counter mode under a key derived from 'key',
 * behind 16 bytes of HMAC-SHA256 over 'about' and 'text' that are the first counter, too (a
 * synthetic IV, as RFC 5297 has it): the same text about the same thing gives the same bytes.
 */
void advi_seal(struct advi_buf *out, const char key[ADVI_SEAL_KEY_BYTES], struct advi_str about,
	       struct advi_str text);
/* The reverse; false when it was sealed by another key, about something else, or is damaged. */
bool advi_unseal(struct advi_buf *out, const char key[ADVI_SEAL_KEY_BYTES], struct advi_str about,
		 struct advi_str sealed);

#endif
