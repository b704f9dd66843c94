dnl SPDX-License-Identifier: BSD-3-Clause
dnl Looks for each library by its pkg-config module and remembers the missing ones with the
dnl packages that have them, so that one run of configure names everything.

dnl ADV_MISSING(what, Debian, Fedora, conda-forge)
AC_DEFUN([ADV_MISSING], [
	adv_missing="${adv_missing}
  $1
      Debian, Ubuntu:  apt-get install $2
      Fedora, RHEL:    dnf install $3
      conda-forge:     conda install -c conda-forge $4"
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

AC_DEFUN([ADV_LIBRARIES], [
	adv_missing=
	adv_found=
	ADV_LIBRARY([ARCHIVE], [libarchive >= 3.4], [libarchive-dev], [libarchive-devel], [libarchive])
	ADV_LIBRARY([CJSON], [libcjson >= 1.7.14], [libcjson-dev], [cjson-devel], [cjson])
	ADV_LIBRARY([CURL], [libcurl >= 7.68], [libcurl4-openssl-dev], [libcurl-devel], [libcurl])
	ADV_LIBRARY([YAML], [yaml-0.1 >= 0.2.2], [libyaml-dev], [libyaml-devel], [yaml])
	ADV_LIBRARY([SQLITE], [sqlite3 >= 3.35], [libsqlite3-dev], [sqlite-devel], [sqlite])
	ADV_LIBRARY([CRYPTO], [libcrypto >= 1.1.1], [libssl-dev], [openssl-devel], [openssl])
	AC_SUBST([ADV_LIBS_CFLAGS])
	AC_SUBST([ADV_LIBS_LIBS])
])

AC_DEFUN([ADV_REFUSE_IF_INCOMPLETE], [
	AS_IF([test -n "$adv_missing"], [
		AC_MSG_ERROR([conda-advisor needs what this machine does not have yet:
$adv_missing

After that, run configure again. On Debian and Ubuntu './quickstart build' installs all of it.])
	])
])
