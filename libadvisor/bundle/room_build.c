/* SPDX-License-Identifier: BSD-3-Clause */
/* The root folder of a room: what it sees of this machine, and the image. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "bundle/room.h"
#include "bundle/stage_method.h"

/* The new root is put together here, over what others left there. */
#define ROOT "/tmp"
enum { READY_TRIES = 1000, PATH_BYTES = 4096 };

/* What programs of this machine need to run; read-only. */
static const char *const shown[] = {"/usr",   "/bin",    "/sbin", "/lib", "/lib32",
				    "/lib64", "/libx32", "/etc",  "/sys"};
static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};
static const struct {
	const char *path;
	mode_t mode;
} own[] = {
	{"/tmp", 01777}, {"/home", 0755},     {"/home/room", 0777}, {"/root", 0700},
	{"/run", 0755},  {"/var", 0755},      {"/var/tmp", 01777},  {"/proc", 0755},
	{"/dev", 0755},  {"/dev/shm", 01777},
};

static char *in_root(const char *path)
{
	return advi_format(ROOT "%s", path);
}

/* A mount that we are not root of keeps what it forbids. */
static unsigned long locked_flags(const char *path)
{
	static const struct {
		unsigned long have, flag;
	} flags[] = {{ST_NOSUID, MS_NOSUID},         {ST_NODEV, MS_NODEV},
		     {ST_NOEXEC, MS_NOEXEC},         {ST_NOATIME, MS_NOATIME},
		     {ST_NODIRATIME, MS_NODIRATIME}, {ST_RELATIME, MS_RELATIME}};
	unsigned long found = 0;
	struct statvfs info;

	if (statvfs(path, &info) < 0)
		return 0;
	for (size_t i = 0; i < ADVI_COUNT(flags); i++)
		found |= info.f_flag & flags[i].have ? flags[i].flag : 0;
	return found;
}

static int bind(const char *from, const char *to, bool read_only, struct adv_err *err)
{
	if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
		return advi_fail_errno(err, "'%s' can't be shown", from);
	/* what lies below it keeps being writable to whom it was */
	if (read_only)
		mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | locked_flags(to), NULL);
	return 0;
}

static int show(const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *to = in_root(path);
	char text[PATH_BYTES];
	struct stat info;
	ssize_t length;

	if (lstat(path, &info) < 0)
		return 0;
	if (S_ISLNK(info.st_mode)) {
		length = readlink(path, text, sizeof(text) - 1);
		text[length > 0 ? length : 0] = '\0';
		return symlink(text, to) == 0 ? 0 : advi_fail_errno(err, "'%s' can't be made", to);
	}
	if (!S_ISDIR(info.st_mode))
		return 0;
	if (mkdir(to, 0755) < 0)
		return advi_fail_errno(err, "'%s' can't be made", to);
	return bind(path, to, true, err);
}

static void show_device(const char *name)
{
	ADVI_AUTO_PTR char *from = advi_format("/dev/%s", name);
	ADVI_AUTO_PTR char *to = in_root(from);
	int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0)
		close(fd);
	mount(from, to, NULL, MS_BIND, NULL);
}

static int make_own(struct adv_err *err)
{
	for (size_t i = 0; i < ADVI_COUNT(own); i++) {
		ADVI_AUTO_PTR char *to = in_root(own[i].path);

		if (mkdir(to, own[i].mode) < 0 || chmod(to, own[i].mode) < 0)
			return advi_fail_errno(err, "'%s' can't be made", own[i].path);
	}
	for (size_t i = 0; i < ADVI_COUNT(devices); i++)
		show_device(devices[i]);
	/* a container may not let us have one of our own */
	if (mount("proc", ROOT "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return bind("/proc", ROOT "/proc", false, err);
	return 0;
}

/*
 * Makes one more folder on the way to the image; 'above' bytes of its path are those of the folder
 * that it goes into. When that one is shown of this machine, it gets an empty one over it, unless
 * it is of the kind that programs need.
 */
static bool make_folder(struct advi_buf *path, size_t above)
{
	bool made = mkdir(path->ptr, 0755) == 0 || errno == EEXIST;

	if (made)
		return true;
	path->ptr[above] = '\0';
	made = strchr(path->ptr + sizeof(ROOT), '/') &&
	       mount("tmpfs", path->ptr, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0;
	path->ptr[above] = '/';
	return made && mkdir(path->ptr, 0755) == 0;
}

static int make_point(const char *mount_path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf path = ADVI_BUF_INIT(PATH_BYTES);
	struct advi_str rest = advi_str(mount_path), part;

	advi_buf_text(&path, ROOT);
	while (advi_str_split(&rest, '/', &part)) {
		size_t above = path.len;

		if (!part.len)
			continue;
		advi_buf_printf(&path, "/%.*s", ADVI_ARGS(part));
		if (path.full || !make_folder(&path, above))
			return advi_fail_errno(err, "the mount path '%s' can't be made",
					       mount_path);
	}
	return 0;
}

static int wait_ready(const char *path, struct adv_err *err)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	struct stat before, now;

	if (stat(ROOT, &before) < 0)
		return advi_fail_errno(err, "can't look at '" ROOT "'");
	for (int i = 0; i < READY_TRIES; i++) {
		if (stat(path, &now) == 0 && now.st_dev != before.st_dev)
			return 0;
		nanosleep(&pause, NULL);
	}
	return advi_fail(err, ADV_EENV, "squashfuse_ll does not answer");
}

static int show_kernel(int image, const char *to, struct adv_err *err)
{
	char device[ADVI_LOOP_PATH];
	int fd = advi_loop_open(device, image, err), r = 0;

	if (fd < 0)
		return fd;
	if (mount(device, to, "squashfs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
		r = advi_fail_errno(err, "the kernel can't mount it");
	close(fd);
	return r;
}

static int show_fuse(int image, const char *to, struct adv_err *err)
{
	int r = advi_fuse_start(image, "ro,nosuid,nodev,allow_other", to, err);

	return r == 0 ? wait_ready(to, err) : r;
}

/* 'tree' is a handle from before the new root hid the folder. */
static int show_tree(int tree, const char *to, struct adv_err *err)
{
	char from[32];

	snprintf(from, sizeof(from), "/proc/self/fd/%d", tree);
	return bind(from, to, true, err);
}

/* Something to show: an image, or the handle of a tree. */
struct shown {
	enum advi_room_view view;
	int image, tree;
};

static int show_at(const struct shown *what, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *to = in_root(path);
	int r = make_point(path, err);

	if (r < 0)
		return r;
	switch (what->view) {
	case ADVI_ROOM_KERNEL:
		return show_kernel(what->image, to, err);
	case ADVI_ROOM_FUSE:
		return show_fuse(what->image, to, err);
	default:
		return show_tree(what->tree, to, err);
	}
}

/* Both as one tree: each is seen in a place of its own first. */
static int show_overlay(const struct shown *base, const struct shown *layer, const char *path,
			struct adv_err *err)
{
	static const char below[] = "lowerdir=" ROOT "/run/layer:" ROOT "/run/base";
	ADVI_AUTO_PTR char *to = in_root(path);
	int r = show_at(base, "/run/base", err);

	if (r == 0)
		r = show_at(layer, "/run/layer", err);
	if (r == 0)
		r = make_point(path, err);
	if (r == 0 && mount("overlay", to, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, below) < 0)
		r = advi_fail_errno(err, "the layer can't be laid over its base");
	return r;
}

static int show_images(const struct advi_room_wish *wish, int tree, int layer_tree,
		       struct adv_err *err)
{
	const struct advi_room_layer *layer = wish->layer;
	const struct shown base = {wish->view, wish->image, tree};
	const struct shown over = {wish->view, layer ? layer->image : -1, layer_tree};
	int r;

	if (layer && layer->overlay)
		return show_overlay(&base, &over, wish->mount, err);
	r = show_at(&base, wish->mount, err);
	return r == 0 && layer ? show_at(&over, layer->mount, err) : r;
}

static int hold_tree(const char *path, struct adv_err *err)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? advi_fail_errno(err, "can't open '%s'", path) : fd;
}

static int move_in(struct adv_err *err)
{
	if (chdir(ROOT) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/home/room") < 0)
		return advi_fail_errno(err, "the new root can't be entered");
	return 0;
}

int advi_room_build(const struct advi_room_wish *wish, struct adv_err *err)
{
	bool trees = wish->view == ADVI_ROOM_TREE;
	int tree = -1, layer_tree = -1, r = 0;

	umask(022);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return advi_fail_errno(err, "mounts can't be made our own");
	/* before the new root hides them */
	if (trees && (tree = hold_tree(wish->tree, err)) < 0)
		return tree;
	if (trees && wish->layer && (layer_tree = hold_tree(wish->layer->tree, err)) < 0)
		return layer_tree;
	if (mount("tmpfs", ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") < 0)
		return advi_fail_errno(err, "a folder in memory can't be mounted");
	for (size_t i = 0; i < ADVI_COUNT(shown) && r == 0; i++)
		r = show(shown[i], err);
	if (r == 0)
		r = make_own(err);
	if (r == 0)
		r = show_images(wish, tree, layer_tree, err);
	if (tree >= 0)
		close(tree);
	if (layer_tree >= 0)
		close(layer_tree);
	return r == 0 ? move_in(err) : r;
}
