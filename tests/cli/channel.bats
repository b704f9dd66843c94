#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor channel: fetch, list, show, clean.

bats_require_minimum_version 1.5.0
load ../says.bash
load tiny.bash
load ../io/server.bash

setup_file() {
	export FOLDER=$BATS_FILE_TMPDIR/served
	mkdir -p "$FOLDER"
	tiny_channel "$FOLDER/whole"
	python3 "$SRCDIR/tests/channel/shard.py" "$FOLDER/whole" "$FOLDER/sharded"
	echo '{"packages": {"zarr": {"summary": "Chunked arrays", "home": "https://zarr.dev", "x": [1]}}}' \
		> "$FOLDER/whole/channeldata.json"
	serve "$FOLDER"
}

teardown_file() {
	stop_serving
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	: > "$FOLDER/requests.log"
}

channel() {
	run --separate-stderr "$ADVISOR" channel "$@" --cache cache
}

asked() {
	cut -d' ' -f1 "$FOLDER/requests.log"
	: > "$FOLDER/requests.log"
}

# KEY of every row of the list, a line each.
listed() { # KEY
	"$ADVISOR" channel list --json --cache cache |
		python3 -c 'import json, sys
for row in json.load(sys.stdin)["subdirs"]:
    print(row[sys.argv[1]])' "$1"
}

# A channel with one version of a few packages.
local_channel() { # FOLDER NAME VERSION...
	local folder=$1 comma=
	shift
	mkdir -p "$folder/linux-64" "$folder/noarch"
	echo '{"packages": {}, "packages.conda": {}}' > "$folder/noarch/repodata.json"
	{
		echo '{"packages": {}, "packages.conda": {'
		while [ $# -gt 0 ]; do
			echo "$comma"
			record "$1" "$2"
			comma=,
			shift 2
		done
		echo '}}'
	} > "$folder/linux-64/repodata.json"
}

@test "fetch brings both subdirs, and asks again when told to" {
	channel fetch "$URL/aged/whole"
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[[ $output == *"$URL/aged/whole  linux-64"*"10"*"fresh"* ]] || { echo "$output"; false; }
	asked | grep -q channeldata.json
	channel fetch "$URL/aged/whole"
	[ "$(asked | grep -c '/repodata.json$')" -eq 2 ]
	[ "$(listed channel | sort -u)" = "$URL/aged/whole" ]
	[ "$(listed subdir | paste -sd' ')" = "linux-64 noarch" ]
	[ "$(listed names | paste -sd' ')" = "9 None" ]
	[ "$(listed fresh | sort -u)" = True ]
	[ "$(listed whole | sort -u)" = True ]
	sum=$(sha256sum < "$FOLDER/whole/linux-64/repodata.json" | cut -d' ' -f1)
	[ "$(listed sha256 | head -n 1)" = "$sum" ]
}

@test "fetch by a recipe takes its channels and mirrors" {
	tiny_site > site.yml
	sed -i 's|^channels: .*|channels: [conda-forge, "https://example.org/other"]|' site.yml
	cat >> site.yml <<-END
	mirrors:
	  conda-forge: ["http://127.0.0.1:1/dead", "$URL/plain/sharded"]
	  https://example.org: $URL/plain
	END
	mkdir -p "$FOLDER/other"
	cp -r "$FOLDER/whole/noarch" "$FOLDER/other/"
	channel fetch --site site.yml
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[[ $stderr == *"127.0.0.1:1/dead"*"going on with"* ]]
	[[ $output == *"conda-forge"*"linux-64"*"shards"*"https://example.org/other"* ]] || { echo "$output"; false; }
	# a mirror and the address are the channel
	for name in conda-forge https://conda.anaconda.org/conda-forge "$URL/plain/sharded"; do
		run "$ADVISOR" channel show "$name" zarr --site site.yml --cache cache
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		[[ $output == *"zarr     2.18"* ]]
	done
	channel fetch
	[ "$status" -eq 2 ]
}

@test "a bare name lies below the alias" {
	sed "s|^channels: .*|channels: [whole]|" <(tiny_site) > site.yml
	echo "channel_alias: $URL/plain" >> site.yml
	channel fetch --site site.yml
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[ "$(listed url | head -n 1)" = "$URL/plain/whole/linux-64" ]
}

@test "show says what a channel is, and lists the records that are meant, newest first" {
	channel show "$URL/plain/whole"
	[ "$status" -eq 0 ]
	[[ $output == *"linux-64: 10 records"*"noarch:"* ]] || { echo "$output"; false; }
	channel show "$URL/plain/whole" numpy
	[ "$status" -eq 0 ]
	[ "$(grep -o 'numpy  *[0-9.]*' <<< "$output" | tr -s ' ' | paste -sd,)" = "numpy 2.1.0,numpy 1.26.4" ]
	channel show "$URL/plain/whole" 'numpy <2'
	[[ $output == *1.26.4* && $output != *2.1.0* ]]
	# a name that both subdirs have is no two
	local_channel both a 1
	cp both/linux-64/repodata.json both/noarch/
	channel show ./both a
	[[ $output == *"2 records, newest first" ]] || { echo "$output"; false; }
	channel show "$URL/plain/whole" 'dep*' --json
	[ "$(python3 -c 'import json, sys; print([r["name"] for r in json.load(sys.stdin)["records"]])' <<< "$output")" = "['dep1', 'dep2']" ]
	channel show "$FOLDER/whole" 'zarr[version=">=2"]'
	[[ $output == *"Chunked arrays"*"https://zarr.dev"*"2.18"* ]]
}

# What base becomes from two channels: "NAME VERSION CHANNEL" lines of the lockfile.
solved() { # PRIORITY SPEC...
	local priority=$1
	shift
	printf 'schema: advisor.site/1\nname: two\nplaces: [{class: base, prefix: /b/}]\n' > two.yml
	printf 'channels: [./first, ./second]\nchannel_priority: %s\nbase_packages: [%s]\n' \
		"$priority" "$(printf '"%s",' "$@")" >> two.yml
	printf 'month,user,project,module,place,runs\n2025-01,ann,sea,zzz,home,5\n' > two.csv
	"$ADVISOR" ingest -q -o two.db --site two.yml two.csv &&
		"$ADVISOR" recommend -q two.db --site two.yml -o two.json --cache cache > /dev/null &&
		grep -o '[^/]*/linux-64/.*\.conda' conda-linux-64.lock | sed 's|/linux-64/| |; s|-0.conda||' |
		sort | paste -sd,
}

@test "two channels: strict, flexible, disabled, and channel:: pins" {
	local_channel first a 1 b 1
	local_channel second a 2 b 2 c 2
	[ "$(solved strict a c)" = "first a-1,second c-2" ]
	[ "$(solved flexible a c)" = "first a-1,second c-2" ]
	[ "$(solved disabled a c)" = "second a-2,second c-2" ]
	[ "$(solved flexible 'a >=2')" = "second a-2" ]
	refute solved strict 'a >=2'
	[ "$(solved strict 'second::a' b)" = "first b-1,second a-2" ]
	[ "$(solved disabled 'first::a' b)" = "first a-1,second b-2" ]
	refute solved strict 'third::a'
}

@test "show answers no with the nearest name, or the newest version; nonsense is status 3" {
	channel show "$FOLDER/whole" numpi
	[ "$status" -eq 1 ]
	[[ $stderr == *"did you mean 'numpy'?"* ]]
	channel show "$FOLDER/whole" 'numpy >3'
	[ "$status" -eq 1 ]
	[[ $stderr == *"the newest there is 2.1.0"* ]]
	channel show "$FOLDER/whole" 'numpy >>>'
	[ "$status" -eq 3 ]
	channel show "$FOLDER/nothing"
	[ "$status" -eq 3 ]
	channel wash
	[ "$status" -eq 2 ]
}

@test "summaries of a server's channel come with fetch, and are there offline" {
	channel show "$URL/plain/whole" zarr
	[[ $output != *Chunked* ]]
	channel fetch "$URL/plain/whole"
	channel show "$URL/plain/whole" zarr --offline
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[[ $output == *"Chunked arrays"* ]]
}

@test "shards answer as whole repodata does" {
	channel show "$URL/plain/whole" 'numpy' --json
	grep -v -e sha256 -e url -e '"channel"' <<< "$output" | sed '/"subdirs"/,$d' > whole.json
	channel show "$URL/plain/sharded" 'numpy' --json
	grep -v -e sha256 -e url -e '"channel"' <<< "$output" | sed '/"subdirs"/,$d' > sharded.json
	grep -q 1.26.4 whole.json
	diff whole.json sharded.json
	[ "$(listed sharded | paste -sd' ')" = "True True False False" ]
}

@test "a torn file is listed as torn, and cleaned away" {
	channel fetch "$URL/plain/whole"
	file=$(find cache -name repodata.json | sort | head -n 1)
	echo torn > "$file"
	[ "$(listed whole | sort | paste -sd' ')" = "False True" ]
	channel clean --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *"$file"* ]]
	[ -e "$file" ]
	channel clean
	[ "$status" -eq 0 ]
	[ ! -e "$file" ]
	[ "$(listed whole | paste -sd' ')" = True ]
}

@test "a torn file is fetched again, offline it is trouble" {
	channel fetch "$URL/plain/whole"
	for file in $(find cache -name repodata.json); do echo torn > "$file"; done
	channel show "$URL/plain/whole" --offline
	[ "$status" -eq 4 ]
	channel show "$URL/plain/whole"
	[ "$status" -eq 0 ]
}

@test "a state file that lies or is damaged costs a request, no more" {
	channel fetch "$URL/plain/whole"
	for file in $(find cache -name '*.info.json'); do
		echo '{"file": "../../../../etc/passwd", "sha256": "x", "url": "y"}' > "$file"
	done
	channel list
	[ "$status" -eq 0 ]
	[[ $output != *passwd* ]]
	channel show "$URL/plain/whole" numpy
	[ "$status" -eq 0 ]
	for file in $(find cache -name '*.info.json'); do head -c 40 "$file" > cut; mv cut "$file"; done
	channel show "$URL/plain/whole" numpy
	[ "$status" -eq 0 ]
	[ "$(listed whole | sort -u)" = True ]
}

@test "clean removes partial downloads and shards that no index names, and nothing else" {
	channel fetch "$URL/plain/sharded"
	channel show "$URL/plain/sharded" numpy
	kept=$(find cache/shards -type f)
	folder=$(dirname "$(find cache -name repodata_shards.msgpack.zst | head -n 1)")
	touch "$folder/repodata.json.zst.part" "$folder/mine.txt" cache/mine.part
	mkdir -p cache/shards/00 cache/pkgs outside
	stray=0000000000000000000000000000000000000000000000000000000000000000
	touch "cache/shards/00/$stray.msgpack.zst" "cache/shards/00/$stray.msgpack.zst.part" cache/shards/00/mine
	touch cache/pkgs/a-1-0.conda cache/pkgs/b-1-0.conda.part outside/repodata.json
	ln -s "$PWD/outside" cache/repodata/0123456789abcdef
	ln -s "$PWD/outside" cache/shards/01
	channel clean
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[[ $stderr == *"removed 4 files"* ]] || { echo "$stderr"; false; }
	[ ! -e "$folder/repodata.json.zst.part" ] && [ ! -e "cache/shards/00/$stray.msgpack.zst" ]
	[ ! -e cache/pkgs/b-1-0.conda.part ]
	ls "$folder/mine.txt" cache/mine.part cache/shards/00/mine cache/pkgs/a-1-0.conda outside/repodata.json $kept
	channel clean --all
	[ "$status" -eq 0 ]
	[ -z "$(find cache -name '*.msgpack.zst')" ]
	ls "$folder/mine.txt" cache/pkgs/a-1-0.conda outside/repodata.json
}

@test "clean of a channel, or of what is old, leaves the others" {
	channel fetch "$URL/plain/whole" "$URL/aged/whole"
	channel clean "$URL/plain/whole"
	[ "$(listed channel | sort -u)" = "$URL/aged/whole" ]
	channel clean --older 1
	[ "$(listed channel | sort -u)" = "$URL/aged/whole" ]
	for file in $(find cache -name '*.info.json'); do
		sed -i 's/"refresh_ns": [0-9]*/"refresh_ns": 1700000000000000000/' "$file"
	done
	channel clean --older 1
	[ -z "$(listed channel)" ]
	[[ $(cd cache && find . -type f) == "" ]]
	channel clean --all x
	[ "$status" -eq 2 ]
}

@test "a server that is down says that the cache has an older copy" {
	channel fetch https://example.org/c --mirror "https://example.org/c=$URL/plain/whole"
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	channel show https://example.org/c --mirror https://example.org/c=http://127.0.0.1:1/c
	[ "$status" -eq 4 ]
	[[ $stderr == *"--offline"* ]]
	channel show https://example.org/c --offline
	[ "$status" -eq 0 ]
}

@test "a full disk is said, and leaves nothing under a final name" {
	mkdir -p "$FOLDER/big/noarch"
	python3 -c 'import json; print(json.dumps({"packages": {}, "x": "y" * 300000}))' > "$FOLDER/big/noarch/repodata.json"
	run bash -c 'ulimit -f 100; exec "$ADVISOR" channel fetch "$URL/plain/big" --cache cache'
	[ "$status" -eq 4 ]
	[[ $output == *"can't write"* ]]
	[ -z "$(find cache -name repodata.json)" ]
	channel fetch "$URL/plain/big"
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
}

@test "an interrupted fetch leaves nothing under a final name" {
	"$ADVISOR" channel fetch "$URL/stall/whole" --cache cache 3>&- & pid=$!
	for _ in $(seq 100); do [ -n "$(find cache -name '*.part' 2> /dev/null)" ] && break; sleep 0.05; done
	kill -INT $pid
	wait $pid && status=0 || status=$?
	[ "$status" -eq 130 ]
	[ -z "$(find cache -name repodata.json)" ]
}
