/* SPDX-License-Identifier: BSD-3-Clause */
/* Keyed pseudonyms: the same name is the same person in a store, and nobody outside knows whom. */
#ifndef ADVI_USAGE_PSEUDONYM_H
#define ADVI_USAGE_PSEUDONYM_H

#include "base/err.h"
#include "base/map.h"
#include "io/digest.h"

enum { ADVI_KEY_BYTES = 32 };

struct advi_pseudonyms {
	bool names; /* no pseudonyms: everything stays as it is */
	bool has_key;
	const char *path; /* of the key file, borrowed: made when a key is needed after all */
	char key[ADVI_KEY_BYTES];
	struct advi_map known; /* name -> pseudonym */
};

/*
 * Reads the key from a file, or with 'make' writes a new one there, readable by its owner alone.
 * ADV_EINPUT when the file holds no key.
 */
int advi_pseudonyms_open(struct advi_pseudonyms *out, const char *path, bool make,
			 const struct adv_watch *watch, struct adv_err *err);
void advi_pseudonyms_clear(struct advi_pseudonyms *pseudonyms);

/* "~" and 16 hexadecimal digits of HMAC-SHA256(key, name), or the name itself; valid a long time.
 */
struct advi_str advi_pseudonym(struct advi_pseudonyms *pseudonyms, struct advi_str name);

/* Reads or makes the key where names are kept, too: some things are never written in clear. */
int advi_pseudonyms_need_key(struct advi_pseudonyms *pseudonyms, struct adv_err *err);

/* What tells keys apart without giving them away. */
void advi_pseudonyms_mark(const struct advi_pseudonyms *pseudonyms, char mark[ADVI_HEX_SIZE]);

#endif
