#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Site recipes, from outside: the shipped ones work, mistakes are named with their line.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	tiny_usage > usage.csv
}

refuses() { # message
	run "$ADVISOR" ingest -o usage.db --site site.yml usage.csv
	[ "$status" -eq 3 ] || { echo "status $status"; echo "$output"; false; }
	[[ $output == *"$1"* ]] || { echo "no '$1' in: $output"; false; }
	[ ! -e usage.db ]
}

@test "every shipped recipe reads logs" {
	for recipe in "$SRCDIR"/recipes/sites/*.yml; do
		run "$ADVISOR" ingest -q -o "$(basename "$recipe").db" --site "$recipe" usage.csv
		[ "$status" -eq 0 ] || { echo "$recipe: $output"; false; }
	done
}

@test "a slip of the keyboard" {
	tiny_site | sed 's/^channels/chanels/' > site.yml
	refuses "site.yml: line 8: unknown key 'chanels'; did you mean 'channels'?"
}

@test "a class that is none" {
	tiny_site | sed 's/class: home/class: house/' > site.yml
	refuses "site.yml: line 6: 'class' is one of base, site, user-site, home, project, tmp, system, not 'house'"
}

@test "a missing key" {
	tiny_site | sed /^name/d > site.yml
	refuses "site.yml: line 1: a site recipe needs the key 'name'"
}

@test "lists that contradict each other" {
	{ tiny_site; echo "never: [zarr]"; echo "always: [zarr]"; } > site.yml
	refuses "line 12: 'zarr' is in 'never' (line 11) and in 'always'; keep one"
}

@test "no YAML, no UTF-8, nothing, and no file" {
	echo 'name: [x' > site.yml
	refuses "site.yml: line "
	printf 'name: \xff\n' > site.yml
	refuses "site.yml: not UTF-8 text"
	: > site.yml
	refuses "site.yml: there is nothing in it"
	rm site.yml
	refuses "can't open 'site.yml'"
}

@test "a bomb of aliases" {
	{
		echo 'l0: &l0 x'
		for i in 1 2 3 4 5 6 7 8 9; do
			p=$((i - 1))
			echo "l$i: &l$i [*l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p]"
		done
	} > site.yml
	refuses "more than the 1048576 values allowed"
}

@test "control characters in a message are masked" {
	printf 'name: x\nplaces: [{class: "ho\\e[2Jme", prefix: /h}]\n' > site.yml
	run "$ADVISOR" ingest -o usage.db --site site.yml usage.csv
	[ "$status" -eq 3 ]
	[[ $output != *$'\e'* ]]
}
