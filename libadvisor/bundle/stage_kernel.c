/* SPDX-License-Identifier: BSD-3-Clause */
/* A mount by the kernel, on a loop device that is made from our own descriptor (loop(4)). */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "bundle/stage_method.h"

enum { TRIES = 64 };

/*
 * Binds the descriptor to a loop device, which goes by itself when nothing uses it any more: also
 * when we are killed before it is mounted. False with errno.
 */
static bool bind_file(int device, int file)
{
	struct loop_info64 info = {.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR};
	int sys;

#ifdef LOOP_CONFIGURE
	struct loop_config config = {.fd = (unsigned)file, .info = info};

	if (ioctl(device, LOOP_CONFIGURE, &config) == 0)
		return true;
	if (errno != EINVAL && errno != ENOTTY && errno != ENOSYS)
		return false;
#endif
	/* before Linux 5.8 */
	if (ioctl(device, LOOP_SET_FD, file) < 0)
		return false;
	if (ioctl(device, LOOP_SET_STATUS64, &info) == 0)
		return true;
	sys = errno;
	ioctl(device, LOOP_CLR_FD, 0);
	errno = sys;
	return false;
}

/* Another may take the device that was free a moment ago. */
int advi_loop_open(char path[ADVI_LOOP_PATH], int file, struct adv_err *err)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), device = -1, r = 0;

	if (control < 0)
		return advi_fail_errno(err, "can't open /dev/loop-control");
	for (int i = 0; i < TRIES && device < 0 && r == 0; i++) {
		int number = ioctl(control, LOOP_CTL_GET_FREE);

		if (number < 0) {
			r = advi_fail_errno(err, "there is no free loop device");
			break;
		}
		snprintf(path, ADVI_LOOP_PATH, "/dev/loop%d", number);
		/* read-only from the start: the descriptor of the image is */
		device = open(path, O_RDONLY | O_CLOEXEC);
		if (device < 0) {
			r = advi_fail_errno(err, "can't open '%s'", path);
		} else if (!bind_file(device, file)) {
			if (errno != EBUSY)
				r = advi_fail_errno(err, "can't set '%s' up", path);
			close(device);
			device = -1;
		}
	}
	close(control);
	if (r == 0 && device < 0)
		r = advi_fail(err, ADV_EENV, "every free loop device is taken by others at once");
	return r < 0 ? r : device;
}

static int kernel_mount(struct advi_store *store, const struct advi_verified *image,
			const struct advi_target *target, const struct adv_watch *watch,
			struct adv_err *err)
{
	char device_path[ADVI_LOOP_PATH], point_path[32];
	int point, device, r;

	(void)store;
	(void)watch;
	if (geteuid() != 0)
		return advi_fail(err, ADV_EENV, "only root may");
	r = advi_target_point(&point, target, err);
	if (r < 0)
		return r;
	device = advi_loop_open(device_path, image->fd, err);
	if (device < 0) {
		close(point);
		return device;
	}
	snprintf(point_path, sizeof(point_path), "/proc/self/fd/%d", point);
	if (mount(device_path, point_path, "squashfs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
		r = advi_fail_errno(err, "the kernel can't mount it%s",
				    errno == ENODEV   ? ": it has no squashfs"
				    : errno == EINVAL ? ": it may lack the image's codec"
						      : "");
	close(device);
	close(point);
	return r;
}

static int kernel_unmount(struct advi_store *store, const struct advi_mounted *mounted, bool force,
			  struct adv_err *err)
{
	(void)store;
	return advi_unmount(mounted->path, force, err);
}

const struct advi_method advi_method_kernel = {
	.name = "kernel",
	.mount = kernel_mount,
	.unmount = kernel_unmount,
};
