#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What documents show is what the program does; and the conda recipe has what configure asks for.

load tiny.bash
load ../says.bash

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	mkdir centre
	cd centre
	tiny_channel channel
	tiny_site > site.yml
	tiny_usage > usage.csv
	cat > environment.yml <<-'END'
		dependencies: [python 3.11.*, numpy, zarr]
	END
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
	"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json > /dev/null
}

setup() {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	cp -r "$BATS_FILE_TMPDIR/centre" "$BATS_TEST_TMPDIR/centre"
	cd "$BATS_TEST_TMPDIR/centre"
}

documents() {
	run python3 "$SRCDIR/tests/cli/documents.py" "$1" "$ADVISOR" "${@:2}"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "the tutorial, step by step" {
	rm -f usage.db* plan.json
	documents tutorial "$SRCDIR/doc/TUTORIAL.md"
}

@test "examples for staff, users, CI and administrators" {
	cd "$SRCDIR/doc"
	local pages
	pages=$(printf "$PWD/%s " STAFF.md USERS.md CI.md ADMINISTRATORS.md)
	cd "$BATS_TEST_TMPDIR/centre"
	# shellcheck disable=SC2086
	documents examples $pages
}

@test "examples of the README and the manual pages have options that there are" {
	documents options "$SRCDIR/README.md" "$SRCDIR"/doc/man/*.scd "$SRCDIR"/doc/*.md
}

@test "the conda recipe has every library that configure asks for" {
	local recipe=$SRCDIR/recipes/conda/recipe.yaml name
	for name in $(sed -n 's/.*ADV_LIBRARY(.*\[\([a-z0-9-]*\)\])$/\1/p' "$SRCDIR/m4/libraries.m4") msgpack-c libsolv; do
		grep -qx "    - $name" "$recipe" || { echo "no $name in $recipe"; false; }
	done
	refute grep -nE 'https?://' "$recipe"
	grep -q "version: \"$("$ADVISOR" --version | cut -d' ' -f2)\"" "$recipe"
}
