/* SPDX-License-Identifier: BSD-3-Clause */
/* Detached signatures of manifests, made and checked by ssh-keygen or minisign. */
#ifndef ADVI_BUNDLE_SIGN_H
#define ADVI_BUNDLE_SIGN_H

#include <advisor/bundle.h>

#include "base/buf.h"

/* Whether a file can be a key to sign with: ADV_EINPUT when it is neither an SSH nor a minisign
 * one. */
int advi_sign_check_key(const char *key, struct adv_err *err);
/* Signs 'text', the manifest of an image, into IMAGE.manifest.json.sig or .minisig. */
int advi_sign(const char *image, struct advi_str text, const char *key, struct adv_err *err);

/*
 * Checks the signature beside the manifest 'text' of an image; '*signer' (the caller frees it)
 * becomes who signed. ADV_NO with the reason when there is none, or it does not hold.
 */
int advi_sign_verify(char **signer, const char *image, struct advi_str text,
		     const struct adv_verify_options *options, struct adv_err *err);

#endif
