/* SPDX-License-Identifier: BSD-3-Clause */
/* Images: built straight from packages, and verified. */
#ifndef ADVISOR_BUNDLE_H
#define ADVISOR_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <advisor/err.h>
#include <advisor/net.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How to build. NULL or 0 takes the recipe's value, or the default. */
struct adv_bundle_options {
	const char *mount;    /* where the image will be mounted: the prefix; it must be absolute */
	const char *format;   /* "squashfs", "tar.zst", "tar.gz"; NULL: by the image's name */
	const char *codec;    /* squashfs: "zstd", "lz4", "xz", "gzip" */
	unsigned level;       /* of the codec */
	uint32_t block_bytes; /* squashfs: a power of two from 4 KiB to 1 MiB; 0: 1 MiB when an
			       * order is known, else 128 KiB */
	unsigned threads;     /* 0: one a core; the image does not depend on it */
	const char *order;    /* a usage store: what people import together lies together */
	const char *trace;    /* Python statements: what they read lies together, and before that */
	/*
	 * It may be mounted anywhere: scripts find their Python, and objects their libraries,
	 * relative to themselves. What still names the mount path is listed in the manifest.
	 */
	bool relocatable;
	bool no_compile; /* leave .py of noarch packages uncompiled; nothing of the image is run */
	/*
	 * What a layer is to stand on: an image with its manifest beside it, that manifest, or the
	 * folder of an installed environment. The image gets what that lacks, made for its path;
	 * 'mount' is where the layer is seen when there is no overlay of both.
	 */
	const char *base;
	/* of a layer: libraries that every node has, as patterns ("libGL.so.*"); borrowed */
	const char *const *host_libraries;
	size_t host_library_count;
	const char
		*sbom; /* a file to write the bill of materials to (CycloneDX 1.6); "-" is stdout */
	/* an OpenSSH or minisign key that the manifest is signed with, by the tool that is
	 * installed */
	const char *sign;
	bool dry_run; /* check the source, and count its packages; fetch and build nothing */
};
#define ADV_BUNDLE_OPTIONS_INIT                                                                    \
	{                                                                                          \
		0                                                                                  \
	}

/* What was built or verified. */
struct adv_bundle_summary {
	uint64_t packages, files, folders, links;
	uint64_t bytes; /* of the files, installed */
	uint64_t image_bytes;
	uint64_t pyc_rewritten;     /* .pyc made independent of times (PEP 552) */
	uint64_t pyc_compiled;      /* .pyc of noarch packages, made by the image's own Python */
	uint64_t pyc_missing;       /* .py of noarch packages that have no .pyc */
	uint64_t ordered;           /* files that come first, in the order of reading */
	uint64_t clobbered;         /* paths that several packages have with different content */
	uint64_t scripts_skipped;   /* link scripts, never run */
	uint64_t libraries_missing; /* that its files need, and neither it nor every node has */
	uint64_t prefixed; /* built to be anywhere: files that name the mount path, though */
	uint64_t shared;   /* of a layer: files that base has, too, and that it leaves out */
	char signer[256];  /* verify: who signed; empty when that was not asked */
	bool sbom;         /* verify: a bill of materials was there, and checked */
	uint64_t problems; /* verify: what does not hold; each was told to the watch */
};

/*
 * Builds an image from a plan or a bundle recipe. The same source and options give the same
 * bytes. Beside the image, IMAGE.manifest.json says what is in it.
 * Returns 0; ADV_EINPUT for a bad source or package; ADV_EENV for network or disk; ADV_ECANCEL.
 * On failure nothing stands under the image's name; it may be NULL for a dry run.
 */
int adv_bundle_build(const char *source, const char *image, const struct adv_net *net,
		     const struct adv_bundle_options *options, const struct adv_watch *watch,
		     struct adv_bundle_summary *summary, struct adv_err *err);

/* Who may have signed, and what else is checked. NULL: nothing of the kind. */
struct adv_verify_options {
	const char
		*allowed_signers; /* as ssh-keygen reads it: the manifest must be signed by one */
	const char *signer;       /* by this one of them */
	const char *public_key;   /* of minisign: the manifest must be signed by its owner */
	const char *sbom;         /* a bill of materials; NULL: IMAGE.cdx.json, if that is there */
};
#define ADV_VERIFY_OPTIONS_INIT                                                                    \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Checks an image against its manifest: every file, link and mode, no stale .pyc; the bill of
 * materials, and with 'options' (may be NULL) the signature.
 * Returns 0, ADV_NO when something does not hold, ADV_EINPUT when it is no image, ADV_EENV when the
 * tool for the signature is not installed.
 */
int adv_bundle_verify(const char *image, const struct adv_verify_options *options,
		      const struct adv_watch *watch, struct adv_bundle_summary *summary,
		      struct adv_err *err);

/*
 * Unpacks an image into a new folder: every file is held against the manifest beside the image, and
 * what names the mount path names the folder then. summary->prefixed counts these, pyc_missing the
 * .pyc of such sources, which are left out.
 * Returns 0; ADV_EUSAGE when the folder is there or has a name that can't be written into scripts;
 * ADV_EINPUT for what is not as the manifest says, and for a path that is longer than there is room
 * for; ADV_EENV; ADV_ECANCEL. On failure there is no folder.
 */
int adv_bundle_unpack(const char *image, const char *folder, const struct adv_watch *watch,
		      struct adv_bundle_summary *summary, struct adv_err *err);

/*
 * Signs the manifest beside an image with an OpenSSH or minisign key, into
 * IMAGE.manifest.json.sig or .minisig. What holds the key may ask for a passphrase on the terminal.
 * ADV_EINPUT for what is no key; ADV_EENV when the tool is not installed, or fails.
 */
int adv_bundle_sign(const char *image, const char *key, struct adv_err *err);

/* Writes the bill of materials of an image, by the manifest beside it, to a file ("-": stdout). */
int adv_bundle_sbom(const char *image, const char *path, struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
