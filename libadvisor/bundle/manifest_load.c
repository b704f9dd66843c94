/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding the manifest of an image: beside it, or within. */
#include "bundle/image.h"
#include "bundle/manifest.h"
#include "bundle/meta.h"
#include "io/file.h"

enum { MANIFEST_BYTES = 1 << 30 };

static int read_inner(struct advi_buf *text, const char *path, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct advi_member member;
	struct advi_str block;
	int r = advi_image_open(&image, path, err);

	if (r < 0)
		return r;
	while ((r = advi_image_next(image, &member, err)) > 0)
		if ((advi_str_is(member.path, ADVI_INNER_MANIFEST) ||
		     advi_str_is(member.path, ADVI_LAYER_MANIFEST)) &&
		    member.kind == ADVI_MEMBER_FILE)
			break;
	if (r == 0)
		return advi_fail(
			err, ADV_EINPUT,
			"image '%s' has no manifest, beside it or within: it was not built by "
			"'bundle build'",
			path);
	while (r >= 0 && (r = advi_image_read(image, &block, err)) == 0 && block.len)
		advi_buf_add(text, block);
	return r < 0 ? r : 0;
}

int advi_manifest_load(struct advi_manifest *manifest, const char *image, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_manifest_path(image);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(MANIFEST_BYTES);
	bool beside = advi_path_exists(path);
	int r = beside ? advi_file_read(&text, path, err) : read_inner(&text, image, err);

	if (r < 0)
		return r;
	return advi_manifest_read(manifest, advi_buf_str(&text), beside ? path : image, err);
}
