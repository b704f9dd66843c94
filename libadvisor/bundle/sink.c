/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of image formats. */
#include "bundle/sink.h"

#include "base/mem.h"
#include "config.h"

static const struct advi_sink_ops *const formats[] = {
#ifdef HAVE_SQUASHFS
	&advi_sink_squashfs,
#endif
	&advi_sink_tar_zst,
	&advi_sink_tar_gz,
};

/* Suffixes that mean a format beside its own. */
static const struct {
	const char *suffix, *name;
} aliases[] = {
	{".sqsh", "squashfs"}, {".sqfs", "squashfs"}, {".squash", "squashfs"},
	{".tgz", "tar.gz"},    {".tzst", "tar.zst"},
};

static const char *by_suffix(const char *file)
{
	for (size_t i = 0; i < ADVI_COUNT(formats); i++)
		if (advi_str_ends(advi_str(file), advi_str(formats[i]->suffix)))
			return formats[i]->name;
	for (size_t i = 0; i < ADVI_COUNT(aliases); i++)
		if (advi_str_ends(advi_str(file), advi_str(aliases[i].suffix)))
			return aliases[i].name;
	return "squashfs";
}

int advi_sink_find(const struct advi_sink_ops **out, const char *name, const char *file,
		   struct adv_err *err)
{
	if (!name)
		name = by_suffix(file);
	for (size_t i = 0; i < ADVI_COUNT(formats); i++) {
		if (strcmp(formats[i]->name, name) == 0) {
			*out = formats[i];
			return 0;
		}
	}
	if (strcmp(name, "squashfs") == 0)
		return advi_fail(
			err, ADV_EUSAGE,
			"this program was built without squashfs; use --format tar.zst or tar.gz");
	return advi_fail(err, ADV_EUSAGE,
			 "there is no format '%s'; use squashfs, tar.zst or tar.gz", name);
}

void advi_sink_free(struct advi_sink *sink)
{
	if (sink)
		sink->ops->free(sink);
}
