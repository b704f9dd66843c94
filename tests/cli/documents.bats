#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What README, manuals, --help and documents show is what the program does; and the conda recipe has what
# configure asks for.

load centre.bash
load ../says.bash

setup_file() {
	make_centre "$BATS_FILE_TMPDIR/centre"
	lacks > "$BATS_FILE_TMPDIR/lacks"
}

teardown_file() {
	"$ADVISOR" stage --release --all --force -q --to "$BATS_FILE_TMPDIR/centre/local/scratch" > /dev/null || true
}

# Patterns of examples that can't be run with what there is here.
lacks() {
	"$ADVISOR" --version --json > "$BATS_FILE_TMPDIR/version.json"
	grep -q '"squashfs": true' "$BATS_FILE_TMPDIR/version.json" || echo 'sqfs|/soft/|stage'
	grep -q '"page": true' "$BATS_FILE_TMPDIR/version.json" || echo '--html'
	command -v ssh-keygen > /dev/null || echo '--sign'
	# another Python than 3.11 is there by name alone
	[ "$(stat -c %s "$BATS_FILE_TMPDIR/centre/channel/linux-64/python-3.11.9-0.conda")" -gt 1000000 ] ||
		echo 'bundle test|python -c|--trace'
}

documents() {
	LACKS=$(cat "$BATS_FILE_TMPDIR/lacks") run python3 "$SRCDIR/tests/cli/documents.py" "$ADVISOR" \
		"$BATS_FILE_TMPDIR/centre" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# ${output##*$'\n'}" >&3
}

@test "every example of the README" {
	documents "$SRCDIR/README.md"
}

@test "every example of the documents; the tutorial step by step" {
	documents "$SRCDIR"/doc/*.md
}

@test "every example of the manual pages" {
	documents "$SRCDIR"/doc/man/*.scd
}

@test "every example of --help" {
	# shellcheck disable=SC2046
	documents $("$ADVISOR" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')
}

@test "an example that is wrong is noticed, whatever is wrong with it" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'Do `conda-advisor usage absent.db --by package`, never `conda-advisor reprot`.' '```' \
		'conda-advisor usage usage.db --by pakcage' 'eval "$(conda-advisor stage absent.sqfs --to /local/scratch)"' \
		'```' '```' '$ conda-advisor usage usage.db --by domain --csv | head -n 1' 'month,users' '```' \
		'```' 'sudo rm -rf /' '```' '```' 'policy: {no_such_rule: note}' '```' > wrong.md
	printf '%s\n' '# EXAMPLES' '' '	conda-advisor report absent.db' '' 'Or *conda-advisor check* --all.' '' \
		'```' 'channels: 7' '```' > wrong.1.scd
	run python3 "$SRCDIR/tests/cli/documents.py" "$ADVISOR" "$BATS_FILE_TMPDIR/centre" wrong.md wrong.1.scd
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *" 9 fail" ]]
}

@test "the conda recipe has every library that configure asks for" {
	local recipe=$SRCDIR/recipes/conda/recipe.yaml name
	for name in $(sed -n 's/.*ADV_LIBRARY(.*\[\([a-z0-9-]*\)\])$/\1/p' "$SRCDIR/m4/libraries.m4") msgpack-c libsolv; do
		grep -qx "    - $name" "$recipe" || { echo "no $name in $recipe"; false; }
	done
	refute grep -nE 'https?://' "$recipe"
	grep -q "version: \"$("$ADVISOR" --version | cut -d' ' -f2)\"" "$recipe"
}
