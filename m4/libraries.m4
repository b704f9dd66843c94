dnl SPDX-License-Identifier: BSD-3-Clause
dnl Looks for each library by its pkg-config module and remembers the missing ones with the
dnl packages that have them, so that one run of configure names everything.

dnl ADV_MISSING(what, Debian, Fedora, conda-forge); no Debian package: quickstart makes it
AC_DEFUN([ADV_MISSING], [
	adv_missing="${adv_missing}
  $1
      Debian, Ubuntu:  m4_default([$2], [no package; './quickstart build' makes a private one])
      Fedora, RHEL:    $3
      conda-forge:     $4"
	m4_ifnblank([$2], [adv_missing_debian="$adv_missing_debian $2"])
	adv_missing_fedora="$adv_missing_fedora $3"
	adv_missing_conda="$adv_missing_conda $4"
])

dnl ADV_LIBRARY(VARIABLE, pkg-config module, Debian, Fedora, conda-forge)
AC_DEFUN([ADV_LIBRARY], [
	PKG_CHECK_MODULES([$1], [$2], [
		ADV_LIBS_CFLAGS="$ADV_LIBS_CFLAGS $[]$1[]_CFLAGS"
		ADV_LIBS_LIBS="$ADV_LIBS_LIBS $[]$1[]_LIBS"
		adv_found="$adv_found
  m4_bpatsubst([$2], [ .*], []) $($PKG_CONFIG --modversion "m4_bpatsubst([$2], [ .*], [])")"
	], [ADV_MISSING([$2], [$3], [$4], [$5])])
])

dnl msgpack-c: its headers are all that is needed. Since version 6 its module has its own name.
AC_DEFUN([ADV_MSGPACK], [
	PKG_CHECK_MODULES([MSGPACK], [msgpack-c], [adv_msgpack=msgpack-c],
		[PKG_CHECK_MODULES([MSGPACK], [msgpack >= 1.1], [adv_msgpack=msgpack],
			[ADV_MISSING([msgpack-c], [libmsgpack-dev], [msgpack-devel], [msgpack-c])
			adv_msgpack=])])
	AS_IF([test -n "$adv_msgpack"], [
		ADV_LIBS_CFLAGS="$ADV_LIBS_CFLAGS $MSGPACK_CFLAGS"
		adv_found="$adv_found
  $adv_msgpack $($PKG_CONFIG --modversion $adv_msgpack)"
	])
])

dnl A libxxhash that was built for it picks the widest vectors that the processor has: thrice as fast.
AC_DEFUN([ADV_XXHASH_DISPATCH], [
	AC_MSG_CHECKING([whether libxxhash picks instructions when it runs])
	adv_saved_cflags=$CFLAGS
	adv_saved_libs=$LIBS
	CFLAGS="$CFLAGS $XXHASH_CFLAGS"
	LIBS="$LIBS $XXHASH_LIBS"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <xxh_x86dispatch.h>]],
		[[XXH3_state_t *state = XXH3_createState();
		return XXH3_128bits_update(state, "", 1) || XXH3_128bits("", 1).low64;]])], [
		AC_DEFINE([HAVE_XXH_DISPATCH], [1], [libxxhash has xxh_x86dispatch.h])
		AC_MSG_RESULT([yes])
	], [AC_MSG_RESULT([no])])
	CFLAGS=$adv_saved_cflags
	LIBS=$adv_saved_libs
])

AC_DEFUN([ADV_LIBRARIES], [
	adv_missing=
	adv_missing_debian=
	adv_missing_fedora=
	adv_missing_conda=
	adv_found=
	AS_IF([test -z "$PKG_CONFIG"],
		[ADV_MISSING([pkg-config], [pkg-config], [pkgconf-pkg-config], [pkg-config])])
	ADV_LIBRARY([ARCHIVE], [libarchive >= 3.4], [libarchive-dev], [libarchive-devel], [libarchive])
	ADV_LIBRARY([CJSON], [libcjson >= 1.7.14], [libcjson-dev], [cjson-devel], [cjson])
	ADV_LIBRARY([CURL], [libcurl >= 7.68], [libcurl4-openssl-dev], [libcurl-devel], [libcurl])
	ADV_LIBRARY([YAML], [yaml-0.1 >= 0.2.2], [libyaml-dev], [libyaml-devel], [yaml])
	ADV_LIBRARY([SQLITE], [sqlite3 >= 3.35], [libsqlite3-dev], [sqlite-devel], [sqlite])
	ADV_LIBRARY([ZLIB], [zlib], [zlib1g-dev], [zlib-devel], [zlib])
	ADV_LIBRARY([XXHASH], [libxxhash >= 0.8], [libxxhash-dev], [xxhash-devel], [xxhash])
	ADV_XXHASH_DISPATCH
	ADV_LIBRARY([CRYPTO], [libcrypto >= 1.1.1], [libssl-dev], [openssl-devel], [openssl])
	ADV_MSGPACK
	AC_SUBST([ADV_LIBS_CFLAGS])
	AC_SUBST([ADV_LIBS_LIBS])
])

AC_DEFUN([ADV_REFUSE_IF_INCOMPLETE], [
	AS_IF([test -n "$adv_missing"], [
		AS_IF([test -n "$adv_missing_debian"], [adv_missing_debian="
  apt-get install$adv_missing_debian"])
		AC_MSG_ERROR([conda-advisor needs what this machine does not have yet:
$adv_missing

All at once:$adv_missing_debian
  dnf install$adv_missing_fedora
  conda install -c conda-forge$adv_missing_conda

After that, run configure again. On Debian and Ubuntu './quickstart build' does all of it.])
	])
])
