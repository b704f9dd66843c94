dnl SPDX-License-Identifier: BSD-3-Clause
dnl libsquashfs writes the images. Without it only tar images can be built.

AC_DEFUN([ADV_SQUASHFS], [
	AC_ARG_WITH([squashfs], [AS_HELP_STRING([--without-squashfs],
		[build without squashfs images; tar images remain])], [], [with_squashfs=yes])
	AS_IF([test "x$with_squashfs" != xno], [
		PKG_CHECK_MODULES([SQFS], [libsquashfs1], [
			AC_DEFINE([HAVE_SQUASHFS], [1], [libsquashfs is there])
			AC_DEFINE_UNQUOTED([SQUASHFS_VERSION], ["`$PKG_CONFIG --modversion libsquashfs1`"],
				[The version of libsquashfs that is built with])
		], [ADV_MISSING([libsquashfs1 (or configure --without-squashfs: tar images only)],
			[libsquashfs-dev], [squashfs-tools-ng-devel], [squashfs-tools-ng])])
	])
	AM_CONDITIONAL([HAVE_SQUASHFS], [test "x$with_squashfs" != xno])
])
