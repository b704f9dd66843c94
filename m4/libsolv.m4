dnl SPDX-License-Identifier: BSD-3-Clause
dnl A libsolv with conda support: a shared one where the distribution builds it so, or a private
dnl static one named by --with-libsolv=PREFIX. One without conda support compares versions wrongly
dnl without a word, so it is refused by name.

AC_DEFUN([ADV_LIBSOLV], [
	AC_ARG_WITH([libsolv], [AS_HELP_STRING([--with-libsolv=PREFIX],
		[a private static libsolv built with -DENABLE_CONDA=ON])],
		[], [with_libsolv=auto])
	adv_solv_why=
	AS_CASE([$with_libsolv],
		[auto|yes], [PKG_CHECK_MODULES([SOLV], [libsolv >= 0.7.20],
			[adv_solv_kind="shared"], [adv_solv_kind=])],
		[no], [adv_solv_kind=],
		[SOLV_CFLAGS="-I$with_libsolv/include"
		 SOLV_LIBS="-L$with_libsolv/lib -l:libsolvext.a -l:libsolv.a -lz -lbz2 -lzstd"
		 adv_solv_kind="private, static"
		 AS_IF([test ! -f "$with_libsolv/include/solv/conda.h"], [
			adv_solv_kind=; adv_solv_why="; there is none in '$with_libsolv'"])])

	AS_IF([test -n "$adv_solv_kind"], [
		adv_save_CFLAGS=$CFLAGS; adv_save_LIBS=$LIBS
		CFLAGS="$CFLAGS $SOLV_CFLAGS"; LIBS="$SOLV_LIBS $LIBS"
		AC_MSG_CHECKING([whether libsolv has conda support])
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[
			#include <solv/pool.h>
			#include <solv/conda.h>
			]], [[ return (int)pool_conda_matchspec(0, "a"); ]])],
			[AC_MSG_RESULT([yes])],
			[AC_MSG_RESULT([no]); adv_solv_why="; the $adv_solv_kind one has none"; adv_solv_kind=])
		CFLAGS=$adv_save_CFLAGS; LIBS=$adv_save_LIBS
	])
	AS_IF([test -z "$adv_solv_kind"], [
		ADV_MISSING([libsolv >= 0.7.20 with conda support$adv_solv_why], [], [libsolv-devel], [libsolv])
	])
	AC_SUBST([with_libsolv])
	AC_SUBST([SOLV_CFLAGS])
	AC_SUBST([SOLV_LIBS])
])
