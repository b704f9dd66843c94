/* SPDX-License-Identifier: BSD-3-Clause */
/* What is staged on a node, for people and for programs. */
#include <inttypes.h>

#include "base/text.h"
#include "bundle/stage.h"
#include "io/json_write.h"

/* What the files and the kernel together say of an image. */
static const char *state_of(const struct advi_staged *staged, const struct advi_mounted *mounted)
{
	if (mounted)
		return !advi_mounted_answers(mounted) ? "dead"
		       : staged->marked               ? "mounted"
						      : "unfinished";
	if (staged->tree && staged->marked)
		return "extracted";
	return staged->marked ? "copied" : "unfinished";
}

static void write_json(const struct advi_stage_call *call, FILE *file)
{
	const struct advi_store *store = &call->store;
	struct advi_jout out;

	advi_jout_init(&out, file);
	advi_jout_object(&out);
	advi_jout_key_text(&out, "folder", store->to.path);
	advi_jout_key(&out, "images");
	advi_jout_array(&out);
	for (size_t i = 0; i < store->staged.count; i++) {
		const struct advi_staged *staged = &store->staged.at[i];
		const struct advi_mounted *mounted = advi_mounts_of(&call->mounts, staged->digest);
		const struct advi_marker *marker = staged->marked ? &staged->marker : NULL;

		advi_jout_object(&out);
		advi_jout_key(&out, "bytes");
		if (marker)
			advi_jout_u64(&out, marker->bytes);
		else
			advi_jout_null(&out);
		advi_jout_key_text(&out, "digest", staged->digest);
		advi_jout_key_text(&out, "method", marker ? marker->method : NULL);
		advi_jout_key_text(&out, "mount",
				   mounted  ? mounted->path
				   : marker ? marker->mount
					    : NULL);
		advi_jout_key_text(&out, "name", marker ? marker->name : NULL);
		advi_jout_key_text(&out, "over", marker ? marker->over : NULL);
		advi_jout_key_text(&out, "state", state_of(staged, mounted));
		advi_jout_texts(&out, "users", staged->users.at, staged->users.count);
		advi_jout_key_text(&out, "way", marker ? marker->way : NULL);
		advi_jout_object_end(&out);
	}
	advi_jout_array_end(&out);
	advi_jout_key_text(&out, "schema", "advisor.stage-status/1");
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

static void write_text(const struct advi_stage_call *call, FILE *file)
{
	const struct advi_store *store = &call->store;

	if (!store->staged.count) {
		fprintf(file, "nothing is staged in '%s'\n", store->to.path);
		return;
	}
	fprintf(file, "%-12s  %-10s  %-8s  %10s  %-24s  %s\n", "digest", "state", "method", "size",
		"mount", "users");
	for (size_t i = 0; i < store->staged.count; i++) {
		const struct advi_staged *staged = &store->staged.at[i];
		const struct advi_mounted *mounted = advi_mounts_of(&call->mounts, staged->digest);
		ADVI_AUTO(buf) struct advi_buf size = ADVI_BUF_INIT(64), path = ADVI_BUF_INIT(8192);

		advi_text_bytes(&size, staged->marked ? staged->marker.bytes : 0);
		advi_buf_text(&path, mounted          ? mounted->path
				     : staged->marked ? staged->marker.mount
						      : "-");
		if (path.ptr)
			advi_text_mask(path.ptr);
		fprintf(file, "%.12s  %-10s  %-8s  %10s  %-24s  ", staged->digest,
			state_of(staged, mounted), staged->marked ? staged->marker.method : "-",
			staged->marked ? size.ptr : "-", path.ptr);
		for (size_t k = 0; k < staged->users.count; k++)
			fprintf(file, "%s%s", k ? ", " : "", staged->users.at[k]);
		fputs(staged->users.count ? "\n" : "-\n", file);
	}
}

int adv_stage_status(const char *to, bool json, FILE *file, struct adv_err *err)
{
	struct advi_stage_call call = ADVI_STAGE_CALL_INIT;
	int r = advi_store_open(&call.store, to, false, NULL, err);
	bool none = r == ADV_NO;

	if (r == 0)
		r = advi_store_list(&call.store, err);
	if (r == 0)
		r = advi_mounts_read(&call.mounts, &call.store, err);
	if (r == 0 || none)
		(json ? write_json : write_text)(&call, file);
	advi_stage_call_clear(&call);
	return none ? 0 : r;
}
