/* SPDX-License-Identifier: BSD-3-Clause */
/* Manifest, bill of materials and signature of an image. */
#include "bundle/conclude.h"

#include "bundle/sbom.h"
#include "bundle/sign.h"

enum { TEXT_BYTES = 1 << 30 };

static struct advi_buf bill_of(const struct advi_manifest *manifest)
{
	struct advi_buf out = ADVI_BUF_INIT(TEXT_BYTES);
	FILE *file = open_memstream(&out.ptr, &out.len);

	if (!file)
		abort();
	advi_sbom_write(manifest, file);
	fclose(file);
	return out;
}

/* The bill of materials is made from what the manifest says of packages. */
static int make_bill(struct advi_buf *out, const struct advi_manifest_source *from,
		     struct adv_err *err)
{
	struct advi_manifest_source brief = *from;
	struct advi_manifest manifest = {0};
	struct advi_buf text;
	int r;

	brief.image_sha256 = NULL;
	text = advi_manifest_text(&brief);
	r = advi_manifest_read(&manifest, advi_buf_str(&text), "manifest", err);
	manifest.image_sha256 = from->image_sha256;
	if (r == 0)
		*out = bill_of(&manifest);
	advi_manifest_clear(&manifest);
	advi_buf_clear(&text);
	return r;
}

static int put(const char *path, struct advi_str text, struct adv_err *err)
{
	struct advi_out out = {0};
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	fwrite(text.ptr, 1, text.len, out.file);
	r = advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}

int advi_conclude(struct advi_out *image, struct advi_manifest_source *from,
		  const struct adv_bundle_options *options, struct adv_err *err)
{
	ADVI_AUTO_PTR char *name = advi_strdup(image->path);
	ADVI_AUTO_PTR char *path = advi_manifest_path(name);
	ADVI_AUTO(buf) struct advi_buf bill = {0}, text = {0};
	char hex[ADVI_HEX_SIZE];
	int r = make_bill(&bill, from, err);

	if (r < 0)
		return r;
	advi_sha256(advi_buf_str(&bill), hex);
	from->sbom_sha256 = hex;
	text = advi_manifest_text(from);
	/* the image last: one that has its name has all that tells of it, but for a signature */
	if (options->sbom)
		r = put(options->sbom, advi_buf_str(&bill), err);
	if (r == 0)
		r = put(path, advi_buf_str(&text), err);
	if (r == 0)
		r = advi_out_commit(image, err);
	if (r < 0 || !options->sign)
		return r;
	r = advi_sign(name, advi_buf_str(&text), options->sign, err);
	return r < 0 ? advi_while(err, r, "'%s' is built, and not signed", name) : 0;
}

/* Reads the manifest beside an image, which must tell the image's digest. */
static int read_manifest(struct advi_buf *text, struct advi_manifest *manifest, const char *image,
			 struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(image);
	int r = advi_file_read(text, path, err);

	if (r == 0)
		r = advi_manifest_read(manifest, advi_buf_str(text), path, err);
	if (r == 0 && !manifest->image_sha256)
		r = advi_fail(err, ADV_EINPUT, "'%s' lacks the image's digest", path);
	return r;
}

int adv_bundle_sbom(const char *image, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_BYTES), bill = {0};
	struct advi_manifest manifest = {0};
	int r = read_manifest(&text, &manifest, image, err);

	if (r == 0) {
		bill = bill_of(&manifest);
		r = put(path, advi_buf_str(&bill), err);
	}
	advi_manifest_clear(&manifest);
	return r;
}

int adv_bundle_sign(const char *image, const char *key, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_BYTES);
	struct advi_manifest manifest = {0};
	int r = advi_sign_check_key(key, err);

	if (r == 0)
		r = read_manifest(&text, &manifest, image, err);
	if (r == 0)
		r = advi_sign(image, advi_buf_str(&text), key, err);
	advi_manifest_clear(&manifest);
	return r;
}
