/* SPDX-License-Identifier: BSD-3-Clause */
/* Verifying an image against its manifest. */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>

#include "bundle/base.h"
#include "bundle/checked.h"
#include "bundle/image.h"
#include "bundle/manifest.h"
#include "bundle/meta.h"
#include "bundle/pyc.h"
#include "bundle/sign.h"
#include "bundle/verify_prefix.h"
#include "io/digest.h"
#include "io/file.h"

enum { MANIFEST_BYTES = 1 << 30, TOLD = 100 };

struct verify {
	const char *image;
	struct advi_manifest manifest;
	struct advi_buf inner; /* the manifest within the image */
	const struct adv_verify_options *options;
	const struct adv_watch *watch;
	struct adv_bundle_summary *summary;
};

static void problem(struct verify *verify, const char *format, ...) ADVI_PRINTF(2, 3);

static void problem(struct verify *verify, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (verify->summary->problems++ >= TOLD)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_note(verify->watch, "%s", text);
}

static int check_image(struct verify *verify, struct adv_err *err)
{
	const struct advi_manifest *manifest = &verify->manifest;
	struct advi_checks checks = {.want_sha256 = true, .want_xxh3 = true};
	int r = advi_checked_file(&checks, &verify->summary->image_bytes, verify->image,
				  "verifying", verify->watch, err);

	if (r < 0)
		return r;
	if (strcmp(checks.sha256, manifest->image_sha256) != 0)
		problem(verify, "the image has SHA-256 %s, and the manifest says %s", checks.sha256,
			manifest->image_sha256);
	if (verify->summary->image_bytes != manifest->summary.image_bytes)
		problem(verify, "the image has %llu bytes, and the manifest says %llu",
			(unsigned long long)verify->summary->image_bytes,
			(unsigned long long)manifest->summary.image_bytes);
	/* stage goes by this one */
	if (manifest->image_xxh3 && strcmp(checks.xxh3, manifest->image_xxh3) != 0)
		problem(verify, "the image has XXH3 %s, and the manifest says %s", checks.xxh3,
			manifest->image_xxh3);
	return 0;
}

static void check_pyc(struct verify *verify, const char *path, struct advi_str header)
{
	switch (advi_pyc_kind(header)) {
	case ADVI_PYC_TIME:
		problem(verify, "'%s' is stale: it is valid for one time of its source only", path);
		break;
	case ADVI_PYC_CHECKED:
		problem(verify, "'%s' makes Python read its source on every import", path);
		break;
	case ADVI_PYC_OLD:
		if (advi_pyc_time(header) != verify->manifest.epoch)
			problem(verify, "'%s' is stale: it was made for another time of its source",
				path);
		break;
	default:
		break;
	}
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_object(const struct advi_elf *a, const struct advi_elf *b)
{
	if (!same(a->kind, b->kind) || !same(a->soname, b->soname) || !same(a->rpath, b->rpath) ||
	    !same(a->runpath, b->runpath) || !same(a->glibc, b->glibc) ||
	    a->program != b->program || a->needed.count != b->needed.count)
		return false;
	for (size_t i = 0; i < a->needed.count; i++)
		if (strcmp(a->needed.at[i], b->needed.at[i]) != 0)
			return false;
	return true;
}

/* Layers are checked by what the manifest says of objects. */
static void check_object(struct verify *verify, const char *path,
			 const struct advi_manifest_entry *entry, struct advi_elf_stream *stream)
{
	struct advi_arena arena = {0};
	struct advi_elf elf;
	enum advi_elf_state state = advi_elf_stream_end(stream, &elf, &arena);

	/* a manifest without a fingerprint is of a program that did not look at objects */
	if (verify->manifest.fingerprint && state != ADVI_ELF_MORE &&
	    (state == ADVI_ELF_READ ? !entry->elf || !same_object(&elf, entry->elf)
				    : entry->elf != NULL))
		problem(verify, "'%s' needs other libraries than the manifest says", path);
	advi_arena_clear(&arena);
}

/* Reads a file; what can't be read is a problem of the image and does not end the check. */
static int check_content(struct verify *verify, struct advi_image *image, const char *path,
			 const struct advi_manifest_entry *entry, struct adv_err *err)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	bool inner = strcmp(path, verify->manifest.layer.prefix ? ADVI_LAYER_MANIFEST
								: ADVI_INNER_MANIFEST) == 0;
	char header[ADVI_PYC_HEADER_BYTES], hex[ADVI_HEX_SIZE];
	struct advi_elf_stream object = {0};
	struct advi_prefix_stream prefix;
	const char *wrong;
	struct advi_str block;
	uint64_t size = 0;
	int r;

	advi_elf_stream_begin(&object, entry->size);
	advi_prefix_stream_begin(&prefix, &entry->prefix, verify->manifest.mount);
	while ((r = advi_image_read(image, &block, err)) == 0 && block.len) {
		for (size_t i = 0; i < block.len && size + i < sizeof(header); i++)
			header[size + i] = block.ptr[i];
		advi_digest_add(digest, block);
		advi_elf_stream_add(&object, block);
		advi_prefix_stream_add(&prefix, block);
		if (inner)
			advi_buf_add(&verify->inner, block);
		size += block.len;
	}
	advi_digest_end(digest, hex);
	if (r == 0)
		check_object(verify, path, entry, &object);
	advi_elf_stream_clear(&object);
	if (r < 0)
		return r;
	wrong = advi_prefix_stream_end(&prefix, verify->manifest.relocatable);
	if (wrong)
		problem(verify, "'%s' %s", path, wrong);
	if (size != entry->size)
		problem(verify, "'%s' has %llu bytes, and the manifest says %llu", path,
			(unsigned long long)size, (unsigned long long)entry->size);
	else if (strcmp(hex, entry->sha256) != 0)
		problem(verify, "'%s' has SHA-256 %s, and the manifest says %s", path, hex,
			entry->sha256);
	if (advi_str_ends(advi_str(path), ADVI_STR(".pyc")))
		check_pyc(verify, path,
			  (struct advi_str){header, size < sizeof(header) ? size : sizeof(header)});
	verify->summary->bytes += size;
	return 0;
}

static enum advi_node_kind node_kind(enum advi_member_kind kind)
{
	return kind == ADVI_MEMBER_FILE     ? ADVI_NODE_FILE
	       : kind == ADVI_MEMBER_FOLDER ? ADVI_NODE_FOLDER
					    : ADVI_NODE_LINK;
}

static void check_attributes(struct verify *verify, const char *path,
			     const struct advi_member *member,
			     const struct advi_manifest_entry *entry)
{
	if (entry->kind != ADVI_NODE_LINK && member->mode != entry->mode)
		problem(verify, "'%s' has mode %04o, and the manifest says %04o", path,
			member->mode, entry->mode);
	if (member->uid != 0 || member->gid != 0)
		problem(verify, "'%s' belongs to %u:%u and not to root", path, member->uid,
			member->gid);
	if (member->mtime != verify->manifest.epoch)
		problem(verify, "'%s' has another time than the manifest says", path);
}

static int check_member(struct verify *verify, struct advi_image *image,
			const struct advi_member *member, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_str_dup(member->path);
	struct advi_map_entry *slot = advi_map_get(&verify->manifest.index, member->path);
	struct advi_manifest_entry *entry =
		slot ? &verify->manifest.entries.at[slot->number] : NULL;

	verify->summary->files += member->kind == ADVI_MEMBER_FILE;
	verify->summary->folders += member->kind == ADVI_MEMBER_FOLDER;
	verify->summary->links += member->kind == ADVI_MEMBER_LINK;
	if (!entry || entry->seen) {
		problem(verify, entry ? "'%s' is there twice" : "'%s' is not in the manifest",
			path);
		return 0;
	}
	entry->seen = true;
	if (member->kind >= ADVI_MEMBER_HARD_LINK || node_kind(member->kind) != entry->kind) {
		problem(verify, "'%s' is of another kind than the manifest says", path);
		return 0;
	}
	check_attributes(verify, path, member, entry);
	if (entry->kind == ADVI_NODE_LINK && !advi_str_is(member->link, entry->link))
		problem(verify, "link '%s' points to '%.*s', and the manifest says '%s'", path,
			ADVI_ARGS(member->link), entry->link);
	return entry->kind == ADVI_NODE_FILE ? check_content(verify, image, path, entry, err) : 0;
}

static int check_tree(struct verify *verify, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	uint64_t total = verify->manifest.summary.bytes;
	struct advi_member member;
	int r = advi_image_open(&image, verify->image, err);

	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0) {
		r = advi_progress(verify->watch, "verifying", "bytes", verify->summary->bytes,
				  total > verify->summary->bytes ? total : 0, err);
		if (r == 0)
			r = check_member(verify, image, &member, err);
		/* What is damaged within is a finding; libarchive can't go on after it. */
		if (r == ADV_EINPUT)
			break;
		if (r < 0)
			return r;
	}
	if (r == ADV_EINPUT) {
		problem(verify, "%s", err->text);
		return 0;
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < verify->manifest.index.entries.count; i++)
		if (!verify->manifest.entries.at[i].seen)
			problem(verify, "'%s' is missing",
				verify->manifest.index.entries.at[i].key.ptr);
	return 0;
}

/* Members of a document by name, each as the text that it stands there as. */
static bool cut_members(struct advi_map *out, struct advi_arena *arena, struct advi_str text)
{
	struct advi_json json;
	struct advi_str key;
	bool fine;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		struct advi_str *value = advi_arena_alloc(arena, sizeof(*value));
		struct advi_map_entry *entry = advi_map_add(out, key, NULL);

		advi_json_peek(&json);
		*value = advi_json_rest(&json);
		advi_json_skip(&json);
		value->len -= advi_json_rest(&json).len;
		entry->pointer = value;
	}
	fine = advi_json_end(&json);
	advi_json_clear(&json);
	return fine;
}

/* What only the finished image can tell; all else is within it, too. */
static bool is_of_outer(struct advi_str key)
{
	static const char *const keys[] = {"counts", "files", "folders", "image", "sbom_sha256"};

	for (size_t i = 0; i < ADVI_COUNT(keys); i++)
		if (advi_str_is(key, keys[i]))
			return true;
	return false;
}

/* What was decided while it was built stands within as it does beside. */
static void check_decisions(struct verify *verify)
{
	struct advi_manifest inner = {0};
	const struct adv_bundle_summary *told = &verify->manifest.summary, *is = &inner.summary;

	if (advi_manifest_read(&inner, advi_buf_str(&verify->inner), "", NULL) == 0 &&
	    (told->clobbered != is->clobbered || told->scripts_skipped != is->scripts_skipped ||
	     told->pyc_missing != is->pyc_missing || told->pyc_rewritten != is->pyc_rewritten ||
	     told->pyc_compiled != is->pyc_compiled || told->ordered != is->ordered))
		problem(verify, "'counts' is described otherwise within the image");
	advi_manifest_clear(&inner);
}

/* The image holds a copy of the manifest, whose digest the manifest tells: both must agree. */
static void check_inner(struct verify *verify, struct advi_str text)
{
	struct advi_arena arena = {0};
	struct advi_map outer = {0}, inner = {0};
	size_t found = 0;

	if (verify->inner.full || !verify->inner.len ||
	    !cut_members(&inner, &arena, advi_buf_str(&verify->inner)) ||
	    !cut_members(&outer, &arena, text))
		problem(verify, "the manifest within the image can't be read");
	for (size_t i = 0; i < outer.entries.count; i++) {
		const struct advi_map_entry *entry = &outer.entries.at[i];
		const struct advi_map_entry *other = advi_map_get(&inner, entry->key);
		const struct advi_str *own = entry->pointer, *its = other ? other->pointer : NULL;

		if (is_of_outer(entry->key))
			continue;
		found++;
		if (!its || !advi_str_eq(*own, *its))
			problem(verify, "'%s' is described otherwise within the image",
				entry->key.ptr);
	}
	for (size_t i = 0; i < inner.entries.count; i++)
		if (!advi_map_get(&outer, inner.entries.at[i].key))
			problem(verify, "'%s' is described within the image only",
				inner.entries.at[i].key.ptr);
	advi_map_clear(&outer);
	advi_map_clear(&inner);
	advi_arena_clear(&arena);
}

static void check_counts(struct verify *verify)
{
	const struct adv_bundle_summary *told = &verify->manifest.summary, *is = verify->summary;
	const struct {
		const char *name;
		uint64_t told, is;
	} counts[] = {
		{"files", told->files, is->files},
		{"folders", told->folders, is->folders},
		{"links", told->links, is->links},
		{"bytes", told->bytes, is->bytes},
		{"packages", told->packages, verify->manifest.packages.count},
	};

	for (size_t i = 0; i < ADVI_COUNT(counts); i++)
		if (counts[i].told != counts[i].is)
			problem(verify, "the image has %llu %s, and the manifest says %llu",
				(unsigned long long)counts[i].is, counts[i].name,
				(unsigned long long)counts[i].told);
}

/* A layer, and whoever asks which base it is, goes by this. */
static void check_fingerprint(struct verify *verify)
{
	const struct advi_manifest *manifest = &verify->manifest;
	ADVI_AUTO_PTR struct advi_record *records =
		advi_calloc(manifest->packages.count + 1, sizeof(*records));
	ADVI_AUTO_PTR const struct advi_record **all =
		advi_calloc(manifest->packages.count + 1, sizeof(*all));
	char hex[ADVI_HEX_SIZE];

	for (size_t i = 0; i < manifest->packages.count; i++) {
		const struct advi_manifest_package *package = &manifest->packages.at[i];

		records[i] = (struct advi_record){.name = package->name,
						  .version = package->version,
						  .build = package->build,
						  .sha256 = package->sha256};
		all[i] = &records[i];
	}
	advi_base_fingerprint(all, manifest->packages.count, hex);
	if (manifest->fingerprint && strcmp(hex, manifest->fingerprint) != 0)
		problem(verify, "its packages have the fingerprint %s, and the manifest says %s",
			hex, manifest->fingerprint);
}

/* A bill that an older or newer program wrote is known by its digest. */
static int check_sbom(struct verify *verify, struct adv_err *err)
{
	const char *named = verify->options->sbom;
	ADVI_AUTO_PTR char *path =
		named ? advi_strdup(named) : advi_format("%s.cdx.json", verify->image);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	const char *told = verify->manifest.sbom_sha256;
	char hex[ADVI_HEX_SIZE];
	int r;

	if (!named && !advi_path_exists(path))
		return 0;
	r = advi_file_read(&text, path, err);
	if (r < 0)
		return r;
	verify->summary->sbom = true;
	advi_sha256(advi_buf_str(&text), hex);
	if (!told || strcmp(hex, told) != 0)
		problem(verify, "'%s' is not the bill of materials that the manifest tells of",
			path);
	return 0;
}

static int check_signature(struct verify *verify, struct advi_str text, struct adv_err *err)
{
	const struct adv_verify_options *options = verify->options;
	char *signer = NULL;
	int r;

	if (!options->allowed_signers && !options->public_key)
		return 0;
	if (options->allowed_signers && options->public_key)
		return advi_fail(err, ADV_EUSAGE,
				 "a signature is by an OpenSSH key or by a minisign key");
	r = advi_sign_verify(&signer, verify->image, text, options, err);
	if (r == ADV_NO) {
		problem(verify, "%s", err->text);
		return 0;
	}
	if (r == 0)
		snprintf(verify->summary->signer, sizeof(verify->summary->signer), "%s", signer);
	free(signer);
	return r;
}

static int verify_all(struct verify *verify, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(verify->image);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	int r = advi_image_probe(verify->image, err);
	const char *wrong;

	if (r == 0)
		r = advi_file_read(&text, path, err);
	/* what is within is beside, too */
	verify->inner = (struct advi_buf)ADVI_BUF_INIT(text.len);
	if (r == 0)
		r = advi_manifest_read(&verify->manifest, advi_buf_str(&text), path, err);
	if (r == 0 && !verify->manifest.image_sha256)
		r = advi_fail(err, ADV_EINPUT, "'%s' lacks the image's digest", path);
	if (r == 0)
		r = check_signature(verify, advi_buf_str(&text), err);
	if (r == 0)
		r = check_sbom(verify, err);
	if (r == 0)
		r = check_image(verify, err);
	if (r == 0)
		r = check_tree(verify, err);
	if (r < 0)
		return r;
	check_inner(verify, advi_buf_str(&text));
	check_decisions(verify);
	check_fingerprint(verify);
	check_counts(verify);
	wrong = advi_prefix_verify_all(&verify->manifest);
	if (wrong)
		problem(verify, "%s", wrong);
	verify->summary->packages = verify->manifest.packages.count;
	if (!verify->summary->problems)
		return 0;
	return advi_fail(err, ADV_NO, "image '%s' does not hold: %llu problem%s", verify->image,
			 (unsigned long long)verify->summary->problems,
			 verify->summary->problems == 1 ? "" : "s");
}

int adv_bundle_verify(const char *image, const struct adv_verify_options *options,
		      const struct adv_watch *watch, struct adv_bundle_summary *summary,
		      struct adv_err *err)
{
	static const struct adv_verify_options defaults = ADV_VERIFY_OPTIONS_INIT;
	struct adv_bundle_summary own_summary;
	struct adv_err own_err = ADV_ERR_INIT;
	struct verify verify = {
		.image = image,
		.options = options ? options : &defaults,
		.watch = watch,
		.summary = summary ? summary : &own_summary,
	};
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
	int r;

	if (!plain)
		abort();
	before = uselocale(plain);
	*verify.summary = (struct adv_bundle_summary){0};
	r = verify_all(&verify, err ? err : &own_err);
	advi_manifest_clear(&verify.manifest);
	advi_buf_clear(&verify.inner);
	uselocale(before);
	freelocale(plain);
	return r;
}
