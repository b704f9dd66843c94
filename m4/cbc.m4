dnl SPDX-License-Identifier: BSD-3-Clause
dnl CBC (COIN-OR) proves a choice optimal. Without it a greedy with swaps chooses, unproved.

AC_DEFUN([ADV_CBC], [
	AC_ARG_WITH([cbc], [AS_HELP_STRING([--without-cbc],
		[choose by a greedy with swaps, without a proof])], [], [with_cbc=auto])
	AS_IF([test "x$with_cbc" != xno], [
		PKG_CHECK_MODULES([CBC], [cbc >= 2.10], [
			with_cbc="yes ($($PKG_CONFIG --modversion cbc))"
			AC_DEFINE([HAVE_CBC], [1], [CBC is there])
		], [
			AS_IF([test "x$with_cbc" = xyes], [ADV_MISSING([cbc >= 2.10],
				[coinor-libcbc-dev], [coin-or-Cbc-devel], [coin-or-cbc])])
			with_cbc="no: recommend chooses by a greedy with swaps and proves nothing (it needs coinor-libcbc-dev; Fedora: coin-or-Cbc-devel; conda-forge: coin-or-cbc)"
			CBC_CFLAGS= CBC_LIBS=
		])
	])
	AS_IF([test "x$with_cbc" = xno],
		[with_cbc="no: recommend chooses by a greedy with swaps and proves nothing, as asked"])
	AC_SUBST([CBC_CFLAGS])
	AC_SUBST([CBC_LIBS])
])
