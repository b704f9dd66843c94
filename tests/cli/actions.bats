#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend: what figures rest on, and the kinds of action, from outside.

load tiny.bash

setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny_channel channel
	tiny_site > site.yml
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

# plan EXPRESSION: something of plan.json, by Python
plan() {
	python3 -c 'import json, sys; p = json.load(open("plan.json")); print(eval(sys.argv[1]))' "$1"
}

# same EXPRESSION VALUE
same() {
	[ "$(plan "$1")" = "$2" ] || { echo "$1: $(plan "$1") instead of $2"; false; }
}

logs() { # lines of a plan for write_logs.py on standard input
	python3 "$SRCDIR/tests/cli/write_logs.py" xalt > logs.jsonl
	"$ADVISOR" ingest -q -o usage.db --site site.yml logs.jsonl
}

recommend() {
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json "$@"
	[ "$status" -eq 0 ] || { echo "status $status: $output"; false; }
}

@test "a probe is no need, where loading would have shown" {
	logs <<-END
	2025-01 ann sea /home/ann/e numpy+,zarr+
	2025-01 bob sea /home/bob/e numpy+,zarr
	2025-01 cid sea /home/cid/e numpy+,zarr
	2025-02 cid sea /home/cid/e numpy+,zarr+
	2025-01 dan sea /home/dan/e zarr
	2025-01 eve sea /home/eve/e numpy+,xarray
	END
	recommend
	# of bob nothing but a probe; cid loaded it once; dan's run maps nothing, so nobody can tell
	same '[(a["name"], a["users"], a["users_mapped"], a["evidence"]) for a in p["additions"]]' \
		"[('zarr', 3, 2, 'both'), ('xarray', 1, 0, 'import')]"
	same 'p["probes"]' "[{'name': 'zarr', 'users': 1, 'workloads': 1}]"
	same 'p["effect"]["users_covered_before"]' 1
	has "Looked for, and never loaded (1; users in brackets)"
	has "zarr (1)"
}

@test "without an import hook, what is mapped counts" {
	logs <<-END
	2025-01 ann sea /home/ann/e numpy+,zarr+
	2025-01 bob sea /home/bob/e zarr+
	END
	grep -v xalt_run_uuid logs.jsonl > mapped.jsonl
	rm usage.db*
	"$ADVISOR" ingest -q -o usage.db --site site.yml mapped.jsonl
	recommend
	same '[(a["name"], a["users"], a["evidence"]) for a in p["additions"]]' "[('zarr', 2, 'mapped')]"
	same 'p["effect"]["users"]' 2
}
