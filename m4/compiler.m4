dnl SPDX-License-Identifier: BSD-3-Clause
dnl Warnings (errors on request) and sanitizers.

AC_DEFUN([ADV_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])],
		[], [enable_werror=no])
	WARN_CFLAGS="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition dnl
-Wwrite-strings -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2 -Wno-missing-field-initializers"
	adv_warnings="on"
	AS_IF([test "x$enable_werror" = xyes], [
		WARN_CFLAGS="$WARN_CFLAGS -Werror"
		adv_warnings="errors"
	])
	AC_SUBST([WARN_CFLAGS])
])

AC_DEFUN([ADV_SANITIZE], [
	AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers],
		[build with AddressSanitizer and UndefinedBehaviorSanitizer])],
		[], [enable_sanitizers=no])
	AS_IF([test "x$enable_sanitizers" = xyes], [
		SAN_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
	])
	AM_CONDITIONAL([SANITIZED], [test "x$enable_sanitizers" = xyes])
	AC_SUBST([SAN_CFLAGS])
])
