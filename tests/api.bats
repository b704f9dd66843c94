#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The library as others see it: what it exports, its headers, an installed copy.

load says.bash

HEADERS=libadvisor/include

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# The functions that the public headers declare.
declared() {
	cat "$SRCDIR/$HEADERS"/advisor.h "$SRCDIR/$HEADERS"/advisor/*.h |
	awk '
		/^#define/ { macro = 1 }
		macro { if (!/\\$/) macro = 0; next }
		{ gsub(/\/\*[^*]*\*\//, "") }
		/\/\*/ { comment = 1; next }
		comment { if (/\*\//) comment = 0; next }
		{ print }' |
	grep -oE '\badv_[a-z0-9_]+\(' | tr -d '(' | LC_ALL=C sort -u
}

exported() {
	nm -D --defined-only "$BUILDDIR/libadvisor/.libs/libadvisor.so" |
	awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u
}

@test "what the headers declare is exported, and nothing else" {
	declared > declared
	exported > exported
	[ "$(wc -l < declared)" -gt 20 ]
	diff declared exported
}

@test "each public header compiles alone, in C and in C++" {
	for header in advisor.h $(cd "$SRCDIR/$HEADERS" && echo advisor/*.h); do
		echo "#include <$header>" > one.c
		cc -std=c99 -Wall -Wextra -Werror -I"$SRCDIR/$HEADERS" -fsyntax-only one.c
		command -v c++ > /dev/null || continue
		c++ -Wall -Wextra -Werror -I"$SRCDIR/$HEADERS" -x c++ -fsyntax-only one.c
	done
}

@test "a program builds against an installed copy and runs" {
	! sanitized || skip "sanitized"
	make -s -C "$BUILDDIR" install DESTDIR="$PWD/root" > install.log 2>&1 ||
		{ cat install.log; false; }
	lib=$(dirname "$(find "$PWD/root" -name libadvisor.pc)")/..
	prefix=$(sed -n 's/^prefix=//p' "$lib/pkgconfig/libadvisor.pc")
	cat > ten.c <<'END'
#include <stdio.h>
#include <advisor.h>

int main(void)
{
	struct adv_err err = ADV_ERR_INIT;
	ADV_AUTO(site) struct adv_site *site = NULL;
	int r = adv_site_read(&site, "/nowhere/site.yml", &err);

	printf("%s %d %s\n", adv_version(), adv_exit_status(r), err.text);
	return 0;
}
END
	export PKG_CONFIG_PATH="$lib/pkgconfig"
	flags=$(pkg-config --define-variable=prefix="$PWD/root$prefix" --cflags --libs libadvisor)
	cc -Wall -Werror ten.c -o ten $flags
	LD_LIBRARY_PATH="$lib" run ./ten
	[ "$status" -eq 0 ]
	[[ $output == "0."*" 3 "*"/nowhere/site.yml"* ]]
	"$PWD/root$prefix/bin/conda-advisor" --version
}
