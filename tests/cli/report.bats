#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# report, from outside.

bats_require_minimum_version 1.5.0
load tiny.bash

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	tiny
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

@test "the whole site" {
	run --separate-stderr "$ADVISOR" report usage.db
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	has "Python at tiny"
	has "  users        6            1"
	has "  zarr         2          0     2"
	has "  xarray       1          1     0"
}

@test "one project" {
	run "$ADVISOR" report usage.db --project sea
	[ "$status" -eq 0 ]
	has "Project sea at tiny"
	has "  users        2            1"
	[[ $output != *xarray* ]]
}

@test "a project by itself is what it is among all" {
	# users in several projects; what one project alone maps makes others' imports of it probes
	python3 "$SRCDIR/tests/cli/write_logs.py" xalt > logs.jsonl <<-'END'
		2025-01 ann sea /home/ann/env numpy+,zarr,xarray+
		2025-02 ann sky /home/ann/env zarr,big
		2025-02 ann sky /home/ann/other numpy,wild
		2025-02 bob sea /home/bob/.local zarr,big+
		2025-03 bob sky /home/bob/.local zarr+,big
		2025-03 cid land /home/cid/env zarr+,big,xarray,lost
		2025-04 cid land /soft/base numpy
		2025-05 dan sky /home/dan/env lost
	END
	"$ADVISOR" ingest -q -o logs.db --site site.yml logs.jsonl
	for store in logs usage; do
		for since in "" "--since 2025-02"; do
			rm -rf all
			# shellcheck disable=SC2086
			"$ADVISOR" report -q $store.db --all-projects all --json $since
			for file in all/*.json; do
				[ "$file" != all/index.json ] || continue
				name=$(basename "$file" .json)
				# shellcheck disable=SC2086
				"$ADVISOR" report $store.db --project "$name" --json $since | cmp - "$file"
				echo "$store $name"
			done
		done
	done > compared
	cat compared
	[ "$(wc -l < compared)" -ge 8 ]
}

@test "a project that nobody knows" {
	run "$ADVISOR" report usage.db --project nobody
	[ "$status" -eq 2 ]
	has "no usage of a project 'nobody' is known"
}

@test "lines fit 80 columns, and colour is an option" {
	run "$ADVISOR" report usage.db
	[ -z "$(awk 'length > 80' <<< "$output")" ]
	[[ $output != *$'\e'* ]]
	run "$ADVISOR" report usage.db --color always
	[[ $output == *$'\e[1m'* ]]
	[ "$(sed 's/\x1b\[[0-9]*m//g' <<< "$output")" = "$("$ADVISOR" report usage.db)" ]
}

@test "fewer rows" {
	run "$ADVISOR" report usage.db --rows 1
	[ "$status" -eq 0 ]
	has "... and "
}

@test "names that steer a terminal are masked" {
	printf 'month,user,project,module,place,runs\n2025-01,ann,p\e[2Jq,nump\xc2\x9by,home,1\n' > odd.csv
	"$ADVISOR" ingest -q -o odd.db --site site.yml odd.csv || true
	run "$ADVISOR" report odd.db
	[[ $output != *$'\e'* ]]
	[[ $output != *$'\xc2\x9b'* ]]
}

@test "what is no store, no plan, or not there" {
	run "$ADVISOR" report site.yml
	[ "$status" -eq 3 ]
	run "$ADVISOR" report absent.db
	[ "$status" -eq 3 ] || [ "$status" -eq 4 ]
	[ ! -e absent.db ]
	run "$ADVISOR" report usage.db --plan site.yml
	[ "$status" -eq 3 ]
	has "site.yml"
	run "$ADVISOR" report
	[ "$status" -eq 2 ]
}

@test "a full disk is noticed" {
	[ -e /dev/full ] || skip "no /dev/full"
	run bash -c '"$ADVISOR" report usage.db > /dev/full'
	[ "$status" -eq 4 ]
}
