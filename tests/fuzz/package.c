/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: a package file, from its bytes to what would be written into an image. Nothing
 * leaves the tree, comes twice, stands in a folder that is not there, or has another size than was
 * told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "bundle/install.h"
#include "bundle/order.h"
#include "io/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mount[] = "/opt/centre/env";

/* An image that is only looked at. */
struct looker {
	struct advi_sink base;
	struct advi_map folders, files;
	uint64_t told, got;
	bool open;
};

static struct looker *looker_of(struct advi_sink *sink)
{
	return (struct looker *)sink;
}

static void must(bool what)
{
	if (!what)
		abort();
}

/* A place is new, within the tree, and its folder is there. */
static void look_at_place(struct looker *looker, const char *path)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);
	const char *slash = strrchr(path, '/');
	struct advi_str folder = {path, slash ? (size_t)(slash - path) : 0};
	bool is_new;

	must(!looker->open && *path);
	must(advi_member_path(&clean, advi_str(path), NULL) == 0);
	must(advi_str_is(advi_buf_str(&clean), path) && advi_str_utf8(advi_str(path)));
	must(!slash || advi_map_get(&looker->folders, folder));
	must(!advi_map_get(&looker->folders, advi_str(path)));
	advi_map_add(&looker->files, advi_str(path), &is_new);
	must(is_new);
}

static int look_at_folder(struct advi_sink *sink, const char *path, struct adv_err *err)
{
	(void)err;
	advi_map_add(&looker_of(sink)->folders, advi_str(path), NULL);
	return 0;
}

static int look_at_link(struct advi_sink *sink, const char *path, const char *text,
			struct adv_err *err)
{
	(void)err;
	look_at_place(looker_of(sink), path);
	must(*text);
	return 0;
}

static int look_at_begin(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
			 struct adv_err *err)
{
	struct looker *looker = looker_of(sink);

	(void)err;
	look_at_place(looker, path);
	must(mode == 0644 || mode == 0755);
	looker->open = true;
	looker->told = size;
	looker->got = 0;
	return 0;
}

static int look_at_data(struct advi_sink *sink, struct advi_str data, struct adv_err *err)
{
	struct looker *looker = looker_of(sink);

	(void)err;
	looker->got += data.len;
	must(looker->open);
	return 0;
}

static int look_at_end(struct advi_sink *sink, struct adv_err *err)
{
	struct looker *looker = looker_of(sink);

	(void)err;
	must(looker->open && looker->got == looker->told);
	looker->open = false;
	return 0;
}

static const struct advi_sink_ops looking = {
	.name = "looking",
	.folder = look_at_folder,
	.link = look_at_link,
	.begin = look_at_begin,
	.data = look_at_data,
	.end = look_at_end,
};

/* What a prefix that is too long for a binary is asked before anything is installed. */
static bool has_room(const struct advi_package *package)
{
	for (size_t i = 0; i < package->paths.count; i++)
		if (package->paths.at[i].placeholder && package->paths.at[i].binary &&
		    strlen(package->paths.at[i].placeholder) < strlen(mount))
			return false;
	return true;
}

static int install(struct advi_package *package, struct looker *looker, struct adv_err *err)
{
	struct adv_bundle_summary summary = {0};
	struct advi_layout layout = {0};
	struct advi_install install = {.layout = &layout,
				       .sink = &looker->base,
				       .mount = advi_str(mount),
				       .summary = &summary};
	int r = advi_layout_make(&layout, &package, 1, err);

	if (r == 0)
		advi_layout_fold(&layout);
	for (size_t i = 0; i < layout.folders.count && r == 0; i++)
		r = look_at_folder(&looker->base, layout.folders.at[i], err);
	if (r == 0 && has_room(package))
		r = advi_install_package(&install, package, err);
	if (r == 0)
		advi_layout_settle(&layout);
	advi_layout_clear(&layout);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct looker looker = {.base = {.ops = &looking}};
	struct advi_package package = {0};
	struct adv_err err = ADV_ERR_INIT;
	int fd = memfd_create("package", MFD_CLOEXEC), r;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	package.file = path;
	r = advi_package_survey(&package, &err);
	if (r == 0)
		r = install(&package, &looker, &err);
	must(r == 0 || err.text[0]);
	close(fd);
	advi_map_clear(&looker.folders);
	advi_map_clear(&looker.files);
	advi_package_clear(&package);
	return 0;
}
