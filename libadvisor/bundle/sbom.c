/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing the bill of materials of an image (CycloneDX 1.6, ECMA-424). */
#include "bundle/sbom.h"

#include <time.h>

#include "bundle/spdx.h"
#include "conda/envfile.h"
#include "io/json_write.h"

enum { PURL_BYTES = 65536 };

/* --- package URLs --- */

/* All but letters, digits and ".-_~:" is encoded. */
static void add_encoded(struct advi_buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') || strchr(".-_~:", byte))
			advi_buf_byte(out, *text);
		else
			advi_buf_printf(out, "%%%02X", byte);
	}
}

void advi_sbom_purl(struct advi_buf *out, const struct advi_manifest_package *package)
{
	const char *type =
		package->fn && advi_str_ends(advi_str(package->fn), ADVI_STR(".conda")) ? "conda"
		: package->fn && advi_str_ends(advi_str(package->fn), ADVI_STR(".tar.bz2"))
			? "tar.bz2"
			: NULL;
	const struct {
		const char *name, *value;
	} qualifiers[] = {
		{"build", package->build},
		{"channel", package->channel},
		{"subdir", package->subdir},
		{"type", type},
	};
	char mark = '?';

	advi_buf_text(out, "pkg:conda/");
	add_encoded(out, package->name);
	advi_buf_byte(out, '@');
	add_encoded(out, package->version);
	for (size_t i = 0; i < ADVI_COUNT(qualifiers); i++) {
		if (!qualifiers[i].value || !*qualifiers[i].value)
			continue;
		advi_buf_printf(out, "%c%s=", mark, qualifiers[i].name);
		add_encoded(out, qualifiers[i].value);
		mark = '&';
	}
}

/* --- components --- */

struct bill {
	const struct advi_manifest *manifest;
	struct advi_jout out;
	struct advi_arena arena;
	const struct advi_manifest_package **packages; /* by name */
	const char **purls;                            /* of these */
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct advi_manifest_package *const *)a)->name,
		      (*(const struct advi_manifest_package *const *)b)->name);
}

static void collect(struct bill *bill)
{
	const struct advi_manifest *manifest = bill->manifest;

	bill->count = manifest->packages.count;
	bill->packages = advi_arena_alloc(&bill->arena, (bill->count + 1) * sizeof(void *));
	bill->purls = advi_arena_alloc(&bill->arena, (bill->count + 1) * sizeof(void *));
	for (size_t i = 0; i < bill->count; i++)
		bill->packages[i] = &manifest->packages.at[i];
	if (bill->count > 1)
		qsort(bill->packages, bill->count, sizeof(*bill->packages), by_name);
	for (size_t i = 0; i < bill->count; i++) {
		ADVI_AUTO(buf) struct advi_buf purl = ADVI_BUF_INIT(PURL_BYTES);

		advi_sbom_purl(&purl, bill->packages[i]);
		bill->purls[i] = advi_arena_str(&bill->arena, advi_buf_str(&purl));
	}
}

static void write_hash(struct advi_jout *out, const char *name, const char *hex)
{
	if (!hex)
		return;
	advi_jout_object(out);
	advi_jout_key_text(out, "alg", name);
	advi_jout_key_text(out, "content", hex);
	advi_jout_object_end(out);
}

static void write_licence(struct advi_jout *out, const char *licence)
{
	enum advi_spdx kind;

	if (!licence || !*licence)
		return;
	kind = advi_spdx_kind(advi_str(licence));
	advi_jout_key(out, "licenses");
	advi_jout_array(out);
	advi_jout_object(out);
	if (kind == ADVI_SPDX_EXPRESSION) {
		advi_jout_key_text(out, "expression", licence);
	} else {
		advi_jout_key(out, "license");
		advi_jout_object(out);
		advi_jout_key_text(out, kind == ADVI_SPDX_LICENCE ? "id" : "name", licence);
		advi_jout_object_end(out);
	}
	advi_jout_object_end(out);
	advi_jout_array_end(out);
}

static void write_source(struct advi_jout *out, const char *url)
{
	if (!url || (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
		return;
	advi_jout_key(out, "externalReferences");
	advi_jout_array(out);
	advi_jout_object(out);
	advi_jout_key_text(out, "type", "distribution");
	advi_jout_key_text(out, "url", url);
	advi_jout_object_end(out);
	advi_jout_array_end(out);
}

static void write_component(struct bill *bill, size_t index)
{
	const struct advi_manifest_package *package = bill->packages[index];
	struct advi_jout *out = &bill->out;

	advi_jout_object(out);
	advi_jout_key_text(out, "bom-ref", bill->purls[index]);
	write_source(out, package->url);
	if (package->sha256 || package->md5) {
		advi_jout_key(out, "hashes");
		advi_jout_array(out);
		write_hash(out, "MD5", package->md5);
		write_hash(out, "SHA-256", package->sha256);
		advi_jout_array_end(out);
	}
	write_licence(out, package->license);
	advi_jout_key_text(out, "name", package->name);
	advi_jout_key_text(out, "purl", bill->purls[index]);
	advi_jout_key_text(out, "type", "library");
	advi_jout_key_text(out, "version", package->version);
	advi_jout_object_end(out);
}

/* --- who needs whom --- */

static const char *purl_of(const struct bill *bill, struct advi_str name)
{
	for (size_t from = 0, to = bill->count; from < to;) {
		size_t middle = from + (to - from) / 2;
		int order = advi_str_cmp(name, advi_str(bill->packages[middle]->name));

		if (order == 0)
			return bill->purls[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

/* Virtual packages, and for a layer those of base, are none of this bill. */
static void write_dependencies(struct bill *bill, size_t index)
{
	const struct advi_list *depends = &bill->packages[index]->depends;
	struct advi_jout *out = &bill->out;
	advi_names refs = {0};

	for (size_t i = 0; i < depends->count; i++) {
		const char *purl = purl_of(bill, advi_spec_name(advi_str(depends->at[i])));

		if (purl && !advi_names_have(&refs, purl))
			advi_vec_push(&refs, purl);
	}
	advi_vec_sort(&refs, advi_cmp_cstr);
	advi_jout_object(out);
	if (refs.count)
		advi_jout_texts(out, "dependsOn", refs.at, refs.count);
	advi_jout_key_text(out, "ref", bill->purls[index]);
	advi_jout_object_end(out);
	advi_vec_clear(&refs);
}

/* --- the document --- */

/* A UUID of one's own making (RFC 9562, version 8) from the first half of the image's digest. */
static void write_serial(struct bill *bill)
{
	uint8_t bytes[16] = {0};
	char hex[33];

	advi_hex_decode(bytes, bill->manifest->image_sha256, sizeof(bytes));
	bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x80);
	bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
	advi_hex_encode(hex, bytes, sizeof(bytes));
	advi_jout_key_text(&bill->out, "serialNumber",
			   advi_arena_printf(&bill->arena, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s",
					     hex, hex + 8, hex + 12, hex + 16, hex + 20));
}

static void write_metadata(struct bill *bill)
{
	const struct advi_manifest *manifest = bill->manifest;
	struct advi_jout *out = &bill->out;
	time_t when = (time_t)manifest->epoch;
	struct tm parts;
	char text[32];

	advi_jout_key(out, "metadata");
	advi_jout_object(out);
	advi_jout_key(out, "component");
	advi_jout_object(out);
	advi_jout_key_text(out, "bom-ref", "image");
	advi_jout_key(out, "hashes");
	advi_jout_array(out);
	write_hash(out, "SHA-256", manifest->image_sha256);
	advi_jout_array_end(out);
	advi_jout_key_text(out, "name", manifest->name);
	advi_jout_key_text(out, "type", "container");
	advi_jout_object_end(out);
	if (manifest->epoch) {
		gmtime_r(&when, &parts);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
		advi_jout_key_text(out, "timestamp", text);
	}
	advi_jout_key(out, "tools");
	advi_jout_object(out);
	advi_jout_key(out, "components");
	advi_jout_array(out);
	advi_jout_object(out);
	advi_jout_key_text(out, "name", "conda-advisor");
	advi_jout_key_text(out, "type", "application");
	advi_jout_object_end(out);
	advi_jout_array_end(out);
	advi_jout_object_end(out);
	advi_jout_object_end(out);
}

void advi_sbom_write(const struct advi_manifest *manifest, FILE *file)
{
	struct bill bill = {.manifest = manifest};
	struct advi_jout *out = &bill.out;

	collect(&bill);
	advi_jout_init(out, file);
	advi_jout_object(out);
	advi_jout_key_text(out, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
	advi_jout_key_text(out, "bomFormat", "CycloneDX");
	advi_jout_key(out, "components");
	advi_jout_array(out);
	for (size_t i = 0; i < bill.count; i++)
		write_component(&bill, i);
	advi_jout_array_end(out);
	advi_jout_key(out, "dependencies");
	advi_jout_array(out);
	advi_jout_object(out);
	advi_jout_texts(out, "dependsOn", bill.purls, bill.count);
	advi_jout_key_text(out, "ref", "image");
	advi_jout_object_end(out);
	for (size_t i = 0; i < bill.count; i++)
		write_dependencies(&bill, i);
	advi_jout_array_end(out);
	write_metadata(&bill);
	write_serial(&bill);
	advi_jout_key_text(out, "specVersion", "1.6");
	advi_jout_key_u64(out, "version", 1);
	advi_jout_object_end(out);
	advi_jout_end(out);
	advi_arena_clear(&bill.arena);
}
