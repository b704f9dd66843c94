#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The layers of doc/ARCHITECTURE.md: a folder includes only itself and rows above it.

LAYERS="base io conda site usage solve advise bundle report"

rank() {
	local n=0 layer
	for layer in $LAYERS; do
		n=$((n + 1))
		[ "$layer" = "$1" ] && echo $n && return
	done
	echo 0
}

# Prints "file includes header" for every include of a folder below its own layer.
breaches() {
	local root=$1 layer target own other
	for layer in $LAYERS; do
		own=$(rank "$layer")
		grep -HoE '^ *# *include "[^"]+"' -r "$root/libadvisor/$layer" --include='*.[ch]' |
		while IFS= read -r row; do
			target=${row#*\"}
			target=${target%\"}
			case $target in
			config.h) continue ;;
			*/*) other=$(rank "${target%%/*}") ;;
			*) other=0 ;;
			esac
			if [ "$other" -eq 0 ] || [ "$other" -gt "$own" ]; then
				echo "${row%%:*} includes $target"
			fi
		done
	done
}

@test "every folder of the library is a layer" {
	for folder in "$SRCDIR"/libadvisor/*/; do
		name=$(basename "$folder")
		[ "$name" = include ] && continue
		[ "$(rank "$name")" -gt 0 ] || { echo "$name is no layer"; false; }
	done
}

@test "a folder includes only itself and layers above it" {
	run breaches "$SRCDIR"
	[ -z "$output" ] || { echo "$output"; false; }
}

@test "the check notices a breach" {
	mkdir -p "$BATS_TEST_TMPDIR/libadvisor/base" "$BATS_TEST_TMPDIR/libadvisor/io"
	for layer in $LAYERS; do mkdir -p "$BATS_TEST_TMPDIR/libadvisor/$layer"; done
	echo '#include "io/file.h"' > "$BATS_TEST_TMPDIR/libadvisor/base/bad.c"
	run breaches "$BATS_TEST_TMPDIR"
	[[ $output == *"base/bad.c includes io/file.h"* ]]
}

@test "the program includes only the public header" {
	run grep -hoE '^ *# *include [<"](advisor/|[a-z]+/)[^>"]*[>"]' -r "$SRCDIR/cli" --include='*.[ch]'
	output=$(grep -vE '<sys/' <<<"$output" || true)
	[ -z "$output" ] || { echo "$output"; false; }
}

@test "every file of code names its licence" {
	missing=$(find "$SRCDIR/libadvisor" "$SRCDIR/cli" "$SRCDIR/tests" "$SRCDIR/m4" "$SRCDIR/recipes" -type f \
		-not -path '*/fuzz/corpus/*' \( -name '*.[ch]' -o -name '*.am' -o -name 'adv*.m4' -o -name '*.bats' -o -name '*.py' -o -name '*.sh' -o -name '*.yml' \) \
		-exec grep -L 'SPDX-License-Identifier: BSD-3-Clause' {} +)
	[ -z "$missing" ] || { echo "$missing"; false; }
}
