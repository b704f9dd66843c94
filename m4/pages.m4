dnl SPDX-License-Identifier: BSD-3-Clause
dnl The dashboard (report --html): its page is bundled with node and npm, or comes bundled with a
dnl release. Without either, or where npm reaches no registry, 'report --html' says what is missing.

AC_DEFUN([ADV_PAGES], [
	AC_ARG_WITH([pages], [AS_HELP_STRING([--without-pages],
		[build without report --html; with it a page that can't be bundled is an error])], [], [with_pages=auto])
	AC_CHECK_PROGS([NODE], [node nodejs])
	AC_CHECK_PROGS([NPM], [npm])
	PAGES_REQUIRED=$with_pages
	AC_SUBST([PAGES_REQUIRED])
	AS_IF([test "x$with_pages" = xno], [
		with_pages="no: report --html is left out, as asked"
		have_pages=no
	], [grep -q 'sizeof(advi_page)' "$srcdir/libadvisor/report/page/bundle.c" 2> /dev/null], [
		with_pages="yes (bundled in the release)"
		have_pages=yes
	], [test -n "$NPM" && "${NODE:-false}" -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'], [
		with_pages="yes (bundled by node $("$NODE" --version) and npm)"
		have_pages=yes
	], [
		AS_IF([test "x$with_pages" = xyes], [ADV_MISSING([node >= 18 and npm],
			[nodejs npm], [nodejs nodejs-npm], [nodejs])])
		with_pages="no: report --html is left out (it needs nodejs >= 18 and npm; Fedora: nodejs-npm; conda-forge: nodejs), or build from a release"
		have_pages=no
	])
	AM_CONDITIONAL([HAVE_PAGES], [test $have_pages = yes])
])
