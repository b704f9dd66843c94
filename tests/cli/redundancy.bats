#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What lies in users' environments: in the plan, its text and reports.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	command -v python3 > /dev/null || skip "no python3"
}

has() {
	[[ $(tr -s ' \n' ' ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

plan() {
	python3 -c '
import json, sys
p = json.load(open("plan.json"))
r, f = p["redundancy"], p["redundancy"]["file_operations"]
print(eval(sys.argv[1]))' "$1"
}

@test "copies at home, and what reading them costs" {
	tiny
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	# Bob, cid and dan: zarr and asciitree, twice; wild; big, dep1, dep2, lost. Eve: mpi4py; fay: xarray.
	[ "$(plan 'r["lacking"]')" = \
		"{'bytes': 8000, 'copies': 11, 'environments': 5, 'installed_bytes': 28000}" ]
	[ "$(plan 'r["served"]')" = \
		"{'bytes': 8000, 'copies': 8, 'environments': 4, 'installed_bytes': 28000}" ]
	[ "$(plan 'r["there"]["copies"], r["there"]["environments"], r["unsized"]')" = "(1, 1, 3)" ]
	[ "$(plan 'r["freed"]')" = \
		"{'bytes': 4000, 'copies': 4, 'environments': 2, 'installed_bytes': 14000}" ]
	[ "$(plan '[(row["name"], row["environments"], row["bytes"]) for row in p["redundant"]][:2]')" = \
		"[('zarr', 2, 4000), ('big', 1, 3000)]" ]
	# 5 numpy and 6 zarr, 1 wild, big, lost, mpi4py and xarray in three months.
	[ "$(plan 'f["node_imports"], f["node_imports_gone"], f["months"]')" = "(16, 11, 3)" ]
	[ "$(plan 'f["files_a_month"], f["calls_a_month_gone"]')" = "(619, 5100)" ]
	has "5 environments of users hold 11 copies of packages that base lacks"
	has "and 2 environments are needed no more"
	has "(1 process a node, 116 files an import)"
	run "$ADVISOR" report usage.db --plan plan.json
	has "5 environments of users hold 11 copies of packages that base lacks"
}

@test "what a site has measured" {
	tiny
	echo "file_system: {files_per_import: 9, processes_per_node: 32}" >> site.yml
	"$ADVISOR" recommend -q usage.db --site site.yml -o plan.json --since 2025-02 > text
	[ "$(plan 'f["node_imports"], f["months"], f["files_per_import"], f["processes_per_node"]')" = \
		"(5, 2, 9, 32)" ]
	[ "$(plan 'f["files_a_month"]')" = 720 ]
	echo "file_system: {files: 9}" > wrong.yml
	run "$ADVISOR" recommend usage.db --site <(tiny_site; cat wrong.yml)
	[ "$status" -eq 3 ]
}

@test "the size of what is installed is measured where base is installed" {
	tiny
	mkdir -p prefix/conda-meta
	for i in 10 11 12 13 14 15 16 17 18; do
		patch "p['x$i-1-0.conda'] = dict(p['dep1-1.0-0.conda'], name='x$i', version='1')"
	done
	python3 - <<-'END'
	import json
	for record in json.load(open('channel/linux-64/repodata.json'))['packages.conda'].values():
	    if record['name'] == 'python' or (record['name'], record['version']) == ('numpy', '1.26.4') or record['name'][0] == 'x' != record['name'][1] != 'a':
	        record = dict(record, size=1000, paths_data={'paths': [{'_path': 'a', 'size_in_bytes': 1500}, {'_path': 'b'}, 7, {'size_in_bytes': 500.0}]})
	        json.dump(record, open('prefix/conda-meta/%(name)s-%(version)s-0.json' % record, 'w'))
	END
	run "$ADVISOR" recommend usage.db --site site.yml --base prefix -o plan.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(plan 'r["expansion_packages"], r["expansion_percent"]')" = "(11, 200)" ]
	[ "$(plan 'r["lacking"]["bytes"], r["lacking"]["installed_bytes"]')" = "(8000, 16000)" ]
	# Nine say too little.
	rm prefix/conda-meta/x1[0-1]*
	"$ADVISOR" recommend -q usage.db --site site.yml --base prefix -o plan.json > text
	[ "$(plan 'r["expansion_packages"], r["expansion_percent"]')" = "(0, 350)" ]
}

@test "every figure of a channel in which all can be added" {
	USAGE="$SHARED/data/usage"
	[ -r "$USAGE/polaris-40MB.jsonl.zst" ] || skip "no logs at $USAGE"
	command -v zstd > /dev/null || skip "no zstd"
	python3 "$SRCDIR/tests/advise/make_flat_channel.py" "$USAGE/site.json" flat
	"$ADVISOR" ingest -q -o usage.db --site "$USAGE/site.json" "$USAGE/polaris-40MB.jsonl.zst"
	"$ADVISOR" recommend -q usage.db --site "$USAGE/site.json" --channel "$PWD/flat" \
		--max-packages 100 -o plan.json > text
	run python3 "$SRCDIR/tests/advise/check_redundancy.py" plan.json "$USAGE/polaris-40MB.jsonl.zst" \
		"$USAGE/site.json" flat/linux-64/repodata.json
	echo "$output"
	[ "$status" -eq 0 ]
}
