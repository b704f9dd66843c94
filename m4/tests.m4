dnl SPDX-License-Identifier: BSD-3-Clause
dnl Tools of the test suite and of the documentation: their absence costs tests or pages only,
dnl and is said in the summary.

AC_DEFUN([ADV_TEST_TOOLS], [
	PKG_CHECK_MODULES([CMOCKA], [cmocka >= 1.1.3], [have_cmocka=yes], [have_cmocka=no])
	AM_CONDITIONAL([HAVE_CMOCKA], [test $have_cmocka = yes])
	AC_CHECK_PROGS([BATS], [bats])
	AC_CHECK_PROGS([SCDOC], [scdoc])
	AC_CHECK_PROGS([VALGRIND], [valgrind])
	AC_CHECK_PROGS([PYTHON3], [python3])
	AM_CONDITIONAL([HAVE_BATS], [test -n "$BATS"])
	AM_CONDITIONAL([HAVE_SCDOC], [test -n "$SCDOC"])
])

AC_DEFUN([ADV_SUMMARY], [
	AS_ECHO(["
conda-advisor $PACKAGE_VERSION
  libraries:$(AS_ECHO(["$adv_found"]) | tr '\n' ' ')
  libsolv:       $adv_solv_kind
  squashfs:      $with_squashfs
  libmariadb:    $with_mariadb
  CBC:           $with_cbc
  dashboard:     $with_pages
  warnings:      $adv_warnings
  sanitizers:    $enable_sanitizers
  unit tests:    $have_cmocka (cmocka)
  program tests: ${BATS:-no (bats)}
  man pages:     ${SCDOC:-no (scdoc)}
  installs to:   $prefix

Next: make, make check, make install"])
])
