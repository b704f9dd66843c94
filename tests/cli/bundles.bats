#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend --bundles, from outside: what is grouped, what is written, what is left alone.

load tiny.bash

# A channel with a newer Python, so that 'wild', which needs numpy 2, can stand on its own.
setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	tiny
	grep -v cid,sky,zarr usage.csv > some.csv
	"$ADVISOR" ingest -q -o some.db --site site.yml some.csv
	patch 'p["python-3.12.4-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.4")'
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, numpy]\nprivacy: {min_users: 1}\ndomains: {sky: "Sky \& Stars"}/' site.yml
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

plan() {
	python3 -c 'import json, sys; p = json.load(open("plan.json")); print(eval(sys.argv[1]))' "$1"
}

recommend() {
	run "$ADVISOR" recommend some.db --site site.yml -o plan.json --max-packages 1 "$@"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "what base leaves, layered where that is possible" {
	recommend --bundles 5
	has "Bundles beside base, most coverage a byte first (2)"
	has "4 of 6 users"
	[ "$(plan '[(b["name"], b["kind"], b["packages"], b["users"], b["users_freed"]) for b in p["bundles"]["each"]]')" = \
		"[('zarr', 'layer', 2, 1, 1), ('sky-stars-wild', 'whole', 3, 1, 1)]" ] ||
		{ plan 'p["bundles"]'; false; }
	[ "$(plan 'p["bundles"]["each"][1]["domain"], p["bundles"]["workloads_left"]')" = "('Sky & Stars', 0)" ]
	[ "$(plan '[r["version"] for r in p["bundles"]["each"][1]["records"] if r["name"] == "python"]')" = "['3.12.4']" ]
	[ -z "$(awk 'length > 80' <<< "$output")" ]
}

@test "recipes that bundle build reads" {
	recommend --bundles 5
	run "$ADVISOR" bundle build bundles/zarr.yml --dry-run
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "bundles/zarr.yml can be built: 5 packages"
	run "$ADVISOR" bundle build bundles/sky-stars-wild.yml --dry-run
	has "can be built: 3 packages"
	# a package of base that is in the layer too
	cat bundles/base-*.lock >> bundles/zarr.lock
	run "$ADVISOR" bundle build bundles/zarr.yml --dry-run
	[ "$status" -eq 3 ]
	has "there twice"
}

@test "the same again is written the same, and nothing without being asked" {
	recommend --bundles 5
	cp -a bundles before
	mkdir again
	recommend --bundles 5
	diff -r before bundles
	run "$ADVISOR" recommend some.db --site site.yml -o again/plan.json --max-packages 1 --bundles 5 \
		--bundles-dir kept/deep
	[ "$status" -eq 0 ]
	diff -r bundles kept/deep
	[ ! -e again/bundles ]
	rm -r bundles
	recommend
	[ ! -e bundles ]
	[ "$(plan 'p["bundles"]')" = None ]
	run "$ADVISOR" recommend some.db --site site.yml --max-packages 1 --bundles 5
	[ "$status" -eq 0 ]
	[ ! -e bundles ]
}

@test "what somebody changed is left alone, and told" {
	recommend --bundles 5
	sed -i 's,^mount.*,mount: /soft/zarr,' bundles/zarr.yml
	cp bundles/zarr.yml edited
	cp bundles/zarr.lock locked
	patch 'p["asciitree-0.4-0.conda"] = dict(p["asciitree-0.3-0.conda"], version="0.4")'
	recommend --bundles 5
	has "'bundles/zarr.yml' was changed by hand"
	cmp edited bundles/zarr.yml
	cmp locked bundles/zarr.lock
	# a lockfile that was edited keeps its recipe too
	rm bundles/zarr.yml
	echo '# mine' >> bundles/zarr.lock
	recommend --bundles 5
	has "'bundles/zarr.lock' was changed by hand"
	[ ! -e bundles/zarr.yml ]
	# and what is ours follows the channel
	rm bundles/zarr.lock
	recommend --bundles 5
	grep -q asciitree-0.4 bundles/zarr.lock
	run "$ADVISOR" bundle build bundles/zarr.yml --dry-run
	[ "$status" -eq 0 ]
}

@test "what is not recommended any more stays, and is told" {
	recommend --bundles 5
	recommend --bundles 5 --bundle-bytes 2500
	has "'bundles/sky-stars-wild.yml' is not recommended any more"
	[ -e bundles/sky-stars-wild.yml ]
	echo 'schema: advisor.bundle/1' > bundles/own.yml
	recommend --bundles 5
	[[ $output != *own.yml* ]]
	recommend --bundles 1
	[ "$(plan 'len(p["bundles"]["each"])')" = 1 ]
}

@test "a folder that can't be, a recipe that is none" {
	echo > file
	run "$ADVISOR" recommend some.db --site site.yml -o plan.json --max-packages 1 --bundles 2 --bundles-dir file
	[ "$status" -eq 4 ] || [ "$status" -eq 3 ]
	for text in 'base: []' 'base: ""' 'specs: zarr' 'specs: [[zarr]]' 'base: gone.lock'; do
		printf 'schema: advisor.bundle/1\nmount: /x\nlockfile: a.lock\n%s\n' "$text" > bad.yml
		run "$ADVISOR" bundle build bad.yml --dry-run
		[ "$status" -eq 3 ] || { echo "status $status for $text: $output"; false; }
		has "bad.yml"
	done
}

@test "a plan with bundles that are not fit to make files of" {
	recommend --bundles 5
	cp plan.json good.json
	for change in 'b["name"] = "../../x"' 'b["name"] = ""' 'b["name"] = ".x"' 'b["kind"] = "other"' \
		'b["records"][0]["name"] = "a b"' 'p["bundles"]["each"].append(b)' 'b["name"] = None' \
		'b["name"] = "x" * 500' 'p["bundles"] = [1]'; do
		python3 -c '
import json, sys
p = json.load(open("good.json"))
b = p["bundles"]["each"][0]
exec(sys.argv[1])
json.dump(p, open("plan.json", "w"))' "$change"
		run "$ADVISOR" report some.db --plan plan.json
		[ "$status" -eq 3 ] || { echo "status $status for $change: $output"; false; }
	done
}

@test "what one domain alone imports is left to bundles, when that is wanted" {
	run "$ADVISOR" recommend some.db --site site.yml -o plan.json --bundles 5 --fields-apart
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "Left to bundles: users of one domain alone import it (3; users in brackets)"
	[ "$(plan '[r["name"] for r in p["refused"] if r["kind"] == "field"]')" = "['big', 'wild', 'xarray']" ] ||
		{ plan 'p["refused"]'; false; }
	[ "$(plan '[a["name"] for a in p["additions"]]')" = "['zarr']" ]
	[ "$(plan 'sorted(b["name"] for b in p["bundles"]["each"])')" = "['sky-stars-wild', 'sky-stars-xarray']" ]
	[ "$(plan 'p["bundles"]["fields_apart"]')" = True ]
	# but for what the recipe always wants; and without bundles nothing is left to any
	echo 'always: [xarray]' >> site.yml
	run "$ADVISOR" recommend some.db --site site.yml -o plan.json --bundles 5 --fields-apart
	[ "$(plan 'sorted(a["name"] for a in p["additions"])')" = "['xarray', 'zarr']" ]
	run "$ADVISOR" recommend some.db --site site.yml -o plan.json --fields-apart
	[ "$(plan '[r["name"] for r in p["refused"] if r["kind"] == "field"]')" = "[]" ]
}

# Puts real archives where the channel's records say they are.
fill_channel() {
	PYTHONPATH="$SRCDIR/tests/bundle" PYTHONDONTWRITEBYTECODE=1 python3 - <<-'END'
	import hashlib, json, os
	from packages import Entry, package
	path = "channel/linux-64/repodata.json"
	data = json.load(open(path))
	for record in data["packages.conda"].values():
	    name = record["name"]
	    file = package("channel/linux-64", name, {
	        "lib/python%s/site-packages/%s.py" % (record["version"][:4], name): Entry(b"name = %r\n" % name)},
	        record["depends"], record["version"])
	    content = open(file, "rb").read()
	    record.update(size=len(content), md5=hashlib.md5(content).hexdigest(),
	                  sha256=hashlib.sha256(content).hexdigest())
	json.dump(data, open(path, "w"))
	END
}

@test "a layer and a whole one are really built, verified, and have what they say" {
	command -v zstd > /dev/null || skip "no zstd"
	fill_channel
	recommend --bundles 5
	for name in zarr sky-stars-wild; do
		run "$ADVISOR" bundle build "bundles/$name.yml" -o $name.tar.zst --format tar.zst
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		"$ADVISOR" bundle verify $name.tar.zst
		"$ADVISOR" bundle list $name.tar.zst --json > $name.json
	done
	# the layer has base as planned, to the build, and its own packages
	python3 - <<-'END'
	import json
	plan = json.load(open("plan.json"))
	for bundle in plan["bundles"]["each"]:
	    records = bundle["records"] + (plan["environment"] if bundle["kind"] == "layer" else [])
	    image = json.load(open(bundle["name"] + ".json"))
	    assert sorted((r["name"], r["version"]) for r in records) == \
	        sorted((p["name"], p["version"]) for p in image["packages"]), image["packages"]
	END
	tar -xf <(zstd -qdc zarr.tar.zst) -O conda-meta/history | grep -q "zarr"
}

@test "nothing is put beside a plan that goes to a device" {
	mkdir there
	ln -s /dev/null there/plan.json
	recommend -o there/plan.json --bundles 5
	has "Bundles beside base, most coverage a byte first (2)"
	[ "$(ls there)" = plan.json ]
	[ -c there/plan.json ]
}
