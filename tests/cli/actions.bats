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

snooper() { # lines of a plan for write_logs.py on standard input
	python3 "$SRCDIR/tests/cli/write_logs.py" snooper logs
	"$ADVISOR" ingest -q -o usage.db --site site.yml logs
}

# action KIND NAME: its confidence, evidence, versions and sentence
action() {
	plan "[' '.join(str(a[k]) for k in ('confidence', 'evidence', 'from', 'to', 'users')) + ': ' + a['ticket']
		for a in p['actions'] if (a['kind'], a['name']) == ('$1', '$2')]"
}

@test "newer versions that users bring, as far as base can follow" {
	patch 'p["numpy-1.26.5-0.conda"] = dict(p["numpy-1.26.4-0.conda"], version="1.26.5")'
	sed -i 's/^base_packages.*/base: {packages: [python 3.11.*, numpy 1.26.*]}/' site.yml
	printf 'name: x\ndependencies:\n- python=3.11.9=0\n- numpy=1.26.4=0\n' > base.yml
	snooper <<-END
	2025-01 ann sea /home/ann/e numpy=2.1.0
	2025-01 bob sea /home/bob/e numpy=1.26.5
	2025-01 cid sea /home/cid/e numpy=1.26.4+cpu
	2025-01 dan sea /home/dan/e numpy=dev
	2025-01 eve sea /home/eve/e numpy=1.25.0
	2025-02 eve sea /home/eve/e numpy=1.26.5.post1
	2025-02 fay sea /soft/base numpy=2.1.0
	END
	recommend --base base.yml
	same '[[u[k] for k in ("name", "version", "newest", "best", "users", "users_newer", "users_beyond")] for u in p["upgrades"]]' \
		"[['numpy', '1.26.4', '2.1.0', '1.26.5', 5, 3, 2]]"
	run action upgrade numpy
	has "medium import 1.26.4 1.26.5 3: Upgrade numpy in base from 1.26.4 to 1.26.5: 3 users bring newer versions than base has, of which 2 have one that base can't have yet; base asks for numpy==1.26.4=0, which gives way; no other package of base changes."
	recommend --base base.yml
	has "To upgrade, since users bring newer versions (1)"
	has "  numpy    1.26.4  1.26.5      3       1      -    1000 B  medium"
	has "New releases that users have and base can't have yet (1)"
	has "numpy (2 users have a newer one than 1.26.5): numpy 2.1.0 needs python"
	[ -z "$(awk 'length > 80' <<< "$output")" ]
	run plan 'p["upgrades"][0]["why"]'
	[[ $output == *"needs python >=3.12"* ]] || { echo "$output"; false; }
}

@test "what nobody uses, with what only it needs" {
	patch 'p.update({f"{n}-1.0-0.conda": dict(p["dep1-1.0-0.conda"], name=n, depends=d) for n, d in {
		"old": ["lib", "shared"], "lib": [], "shared": [], "never": ["old", "own"], "own": [],
		"tool": ["shared"], "used": []}.items()})'
	printf 'name: x\ndependencies: [python, numpy, old, never, used, tool]\n' > base.yml
	sed -i 's/^imports: {/imports: {old: old, never: never, used: used, shared: shared, /' site.yml
	logs <<-END
	2024-01 ann sea /soft/base numpy,old
	2024-03 ann sea /soft/base numpy,used
	2025-02 ann sea /soft/base numpy
	2025-02 bob sea /home/bob/e zarr
	END
	recommend --base base.yml
	# 'tool' has no import name, so nothing would show its use; 'shared' is needed by it
	same '[(d["name"], d["also"], d["packages"], d["bytes"], d["last"]) for d in p["drops"]]' \
		"[('never', ['own'], 2, 2000, None), ('old', ['lib'], 2, 2000, '2024-01')]"
	has "To drop: not used since 2024-03, and nothing that stays needs it (2)"
	has "  never    1.0      never             2  2.0 KiB  medium"
	has "  old      1.0      2024-01           2  2.0 KiB  high"
	same '[(a["name"], a["confidence"]) for a in p["actions"] if a["kind"] == "drop"]' "[('never', 'medium'), ('old', 'high')]"
	same 'p["history"]' "{'first': '2024-01', 'last': '2025-02', 'months': 14, 'unused_months': 12, 'unused_since': '2024-03'}"
	recommend --base base.yml --unused 14
	same '[d["name"] for d in p["drops"]]' "['never']"
	recommend --base base.yml --unused 15
	same 'p["drops"], p["history"]["unused_since"]' "([], None)"
	has "Usage is known for 14 months; what may go has been unused for 15 (--unused)."
	# what an addition needs is kept
	patch 'p["zarr-2.18-0.conda"]["depends"].append("old")'
	recommend --base base.yml
	same '[d["name"] for d in p["drops"]]' "['never']"
	# a list of what is installed: nothing in it was asked for, so what others need goes with them
	"$ADVISOR" check base.yml --site site.yml --lock-out base.lock > /dev/null
	patch 'p["zarr-2.18-0.conda"]["depends"].remove("old")'
	recommend --base base.lock
	same '[(d["name"], d["also"]) for d in p["drops"]]' "[('never', ['lib', 'old', 'own'])]"
}

@test "each kind has its place, its evidence and its sentence" {
	logs <<-END
	2025-01 ann sea /home/ann/e numpy,zarr,xarray
	2025-01 bob sea /home/bob/e numpy,zarr,wild
	2025-06 cid sea /home/cid/e numpy,mpi4py,lost
	2025-06 dan sea /home/dan/e zarr
	END
	recommend
	same '[(a["kind"], a["name"], a["confidence"], a["evidence"], a["users"]) for a in p["actions"]]' \
		"[('add', 'zarr', 'medium', 'import', 3), ('add', 'xarray', 'low', 'import', 1), ('module', 'mpi4py', 'high', 'import', 1), ('leave', 'lost', 'high', 'import', 1), ('leave', 'wild', 'high', 'import', 1)]"
	[ "$(action add zarr)" = "['medium import None 2.18 3: Add zarr 2.18 to base: 3 users import it from elsewhere, and with it base has all that 1 more user needs; with 1 package that it needs it is 2.0 KiB to download, and nothing that base has changes.']" ] ||
		{ action add zarr; false; }
	[[ "$(action module mpi4py)" == *"Point 1 user of mpi4py to the centre"* ]]
	[[ "$(action leave lost)" == *"though 1 user imports it from elsewhere: no channel has it."* ]]
	has "Packages: 2 to add, 1 from modules, 2 to leave as they are."
	"$ADVISOR" report usage.db --plan plan.json > /dev/null
	run "$ADVISOR" recommend -q usage.db --site site.yml --tickets
	[ "${#lines[@]}" -eq 5 ]
	[[ ${lines[0]} == "- [ ] Add zarr 2.18 to base: 3 users "*" (add; confidence: medium; evidence: import)" ]] ||
		{ echo "$output"; false; }
}

@test "random centres, found again by a twin" {
	for seed in 1 2 3 4; do
		rm -rf channel logs usage.db* cache
		python3 "$SRCDIR/tests/cli/random_centre.py" $seed
		python3 "$SRCDIR/tests/cli/write_logs.py" snooper logs < logs.plan
		"$ADVISOR" ingest -q -o usage.db --site site.json logs
		"$ADVISOR" recommend -q usage.db --site site.json -o plan.json --unused 5 > text
		run python3 "$SRCDIR/tests/advise/check_actions.py" usage.db plan.json site.json
		[ "$status" -eq 0 ] || { echo "seed $seed: $output"; false; }
		run python3 "$SRCDIR/tests/advise/check_trends.py" usage.db plan.json site.json
		[ "$status" -eq 0 ] || { echo "seed $seed: $output"; false; }
		plan 'len(p["drops"]), len(p["upgrades"]), sum(bool(u["best"]) for u in p["upgrades"]), sum(len(d["also"]) for d in p["drops"])' >> kinds
		"$ADVISOR" recommend -q usage.db --site site.json --base asked.yml -o plan.json --unused 5 > text
		run python3 "$SRCDIR/tests/advise/check_actions.py" usage.db plan.json asked.json asked
		[ "$status" -eq 0 ] || { echo "seed $seed, asked: $output"; false; }
	done
	# the seeds are such that there is something of every kind
	run python3 -c 'print(all(map(sum, zip(*[eval(line) for line in open("kinds")]))) or open("kinds").read())'
	[ "$output" = True ] || { echo "$output"; false; }
}

@test "the screenshot can be made again" {
	ADVISOR=$ADVISOR "$SRCDIR/doc/screenshot/make.sh" shot.svg
	python3 -c 'import xml.dom.minidom as x; print(" ".join(t.firstChild.data for t in x.parse("shot.svg").getElementsByTagName("text")))' > shown
	for title in Effect Added "To upgrade" "To drop" "More and more used" "Less and less used" "Not added" "New releases" "Looked for"; do
		grep -q "$title" shown || { echo "no $title"; false; }
	done
	"$SRCDIR/doc/screenshot/make.sh" again.svg
	cmp shot.svg again.svg
}

@test "weights: people, node-hours, what is read" {
	printf '2025-01 u%d sea /home/u%d/e numpy,zarr\n' 1 1 2 2 3 3 > plan.txt
	printf '2025-01 heavy sea /home/heavy/e numpy,xarray\n%.0s' {1..20} >> plan.txt
	logs < plan.txt
	patch 'p["zarr-2.18-0.conda"]["depends"] = ["numpy >=1.20"]'
	recommend --max-packages 1
	same '[a["name"] for a in p["additions"]], p["weight"]' "(['zarr'], 'users')"
	for weight in node-hours file-operations; do
		recommend --max-packages 1 --weight $weight
		same '[a["name"] for a in p["additions"]], p["weight"]' "(['xarray'], '$weight')"
		has "weighed by $weight"
	done
	run "$ADVISOR" recommend usage.db --site site.yml --weight jobs
	[ "$status" -eq 2 ]
	has "--weight takes users, node-hours or file-operations, not 'jobs'"
	tiny_usage > usage.csv
	"$ADVISOR" ingest -q -o counts.db --site site.yml usage.csv
	run "$ADVISOR" recommend counts.db --site site.yml --weight node-hours
	[ "$status" -eq 3 ]
	has "nothing can be weighed by node-hours: the length of no run is known; weigh by users"
}
