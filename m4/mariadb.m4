dnl SPDX-License-Identifier: BSD-3-Clause
dnl libmariadb reads the XALT database. Without it 'ingest --from-db' says what is missing.

AC_DEFUN([ADV_MARIADB], [
	AC_ARG_WITH([mariadb], [AS_HELP_STRING([--without-mariadb],
		[build without ingest --from-db])], [], [with_mariadb=auto])
	AS_IF([test "x$with_mariadb" != xno], [
		PKG_CHECK_MODULES([MARIADB], [libmariadb >= 3.0], [
			with_mariadb=yes
			AC_DEFINE([HAVE_MARIADB], [1], [libmariadb is there])
			ADV_LIBS_CFLAGS="$ADV_LIBS_CFLAGS $MARIADB_CFLAGS"
			ADV_LIBS_LIBS="$ADV_LIBS_LIBS $MARIADB_LIBS"
		], [
			AS_IF([test "x$with_mariadb" = xyes], [ADV_MISSING([libmariadb >= 3.0],
				[libmariadb-dev], [mariadb-connector-c-devel], [mariadb-connector-c])])
			with_mariadb="no: ingest --from-db is left out (it needs libmariadb-dev; Fedora: mariadb-connector-c-devel; conda-forge: mariadb-connector-c)"
		])
	])
	AS_IF([test "x$with_mariadb" = xno],
		[with_mariadb="no: ingest --from-db is left out, as asked"])
])
