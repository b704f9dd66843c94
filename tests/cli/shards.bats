#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# A channel in shards answers as the same channel in one file, whatever its server does.

bats_require_minimum_version 1.5.0
load ../says.bash
load tiny.bash
load ../io/server.bash

setup_file() {
	export FOLDER=$BATS_FILE_TMPDIR/served
	mkdir -p "$FOLDER"
	tiny_channel "$FOLDER/whole"
	python3 "$SRCDIR/tests/channel/shard.py" "$FOLDER/whole" "$FOLDER/sharded"
	serve "$FOLDER"
}

teardown_file() {
	stop_serving
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	tiny
	: > "$FOLDER/requests.log"
}

asked() {
	cut -d' ' -f1 "$FOLDER/requests.log"
	: > "$FOLDER/requests.log"
}

# The channel is always the same; the mirror says where and how it is served.
recommend() { # PLACE [OPTION...]
	local place=$1
	shift
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --cache cache \
		--channel https://example.org/tiny --mirror "https://example.org/tiny=$URL/$place" "$@"
}

# A plan without the fingerprint of what it was made from.
answer() {
	python3 -c '
import json, sys
plan = json.load(open("plan.json"))
del plan["inputs"]
json.dump(plan, sys.stdout, indent=1)'
	cat environment.yml conda-linux-64.lock
}

@test "shards give the same plan, environment and lockfile as whole repodata" {
	recommend plain/whole
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	answer > whole.txt
	asked | refute grep -q /shards/
	rm -r cache
	recommend plain/sharded
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	answer > sharded.txt
	diff whole.txt sharded.txt
	asked > asked.txt
	grep -q /sharded/linux-64/repodata_shards.msgpack.zst asked.txt
	refute grep -q repodata.json asked.txt
	grep -q https://example.org/tiny/linux-64/zarr-2.18-0.conda conda-linux-64.lock
	# only what can matter is fetched: "wild" is wanted, nothing needs "xarray" but its users
	[ "$(grep -c /shards/ asked.txt)" -le 10 ]
}

@test "no shard is fetched twice; offline the cache has them all" {
	recommend plain/sharded
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	answer > first.txt
	[ -z "$(asked | grep /shards/ | sort | uniq -d)" ]
	recommend plain/sharded
	[ "$status" -eq 0 ]
	asked | refute grep -q /shards/
	recommend plain/sharded --offline
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	answer > offline.txt
	cmp first.txt offline.txt
	[ -z "$(asked)" ]
	rm -r cache/shards
	recommend plain/sharded --offline
	[ "$status" -eq 4 ]
	[[ $output == *"--no-shards"* ]]
}

@test "a shard that is damaged in the cache is fetched again" {
	recommend plain/sharded
	answer > first.txt
	for file in cache/shards/*/*; do echo torn > "$file"; done
	recommend plain/sharded
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	answer > second.txt
	cmp first.txt second.txt
}

@test "a server that fails every other time serves shards in the end" {
	recommend flaky/sharded
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "shards that are other ones than the index says are refused by name" {
	cp -r "$FOLDER/sharded" "$FOLDER/wrong-shards"
	for file in "$FOLDER"/wrong-shards/linux-64/shards/*; do echo other | zstd -q > "$file"; done
	recommend plain/wrong-shards
	[ "$status" -eq 3 ]
	[[ $output == *"/wrong-shards/linux-64/shards/"*"sha256"* ]]
	[ ! -e plan.json ]
}

@test "an index that is damaged is refused, and asked for again the next time" {
	mkdir -p "$FOLDER/bad-index/linux-64"
	echo hello | zstd -q > "$FOLDER/bad-index/linux-64/repodata_shards.msgpack.zst"
	recommend aged/bad-index
	[ "$status" -eq 3 ]
	[[ $output == *"bad-index/linux-64/repodata_shards.msgpack.zst"* || $output == *"example.org/tiny/linux-64/repodata_shards.msgpack.zst"* ]]
	cp "$FOLDER/sharded/linux-64/repodata_shards.msgpack.zst" "$FOLDER/bad-index/linux-64/"
	cp -r "$FOLDER/sharded/linux-64/shards" "$FOLDER/bad-index/linux-64/"
	recommend aged/bad-index
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "--no-shards takes whole repodata; a channel without shards is not asked for them again" {
	cp -r "$FOLDER/sharded" "$FOLDER/both"
	cp "$FOLDER/whole/linux-64/repodata.json" "$FOLDER/both/linux-64/"
	cp "$FOLDER/whole/noarch/repodata.json" "$FOLDER/both/noarch/"
	recommend plain/both --no-shards
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	asked | refute grep -q shards
	recommend plain/both
	asked | grep -q /both/linux-64/repodata_shards
	rm -r cache
	recommend plain/whole
	[ "$(asked | grep -c -e shards -e zst -e bz2)" -eq 6 ]
	recommend plain/whole
	[ "$(asked | grep -c -e shards -e zst -e bz2)" -eq 0 ]
	recommend plain/whole --fresh
	[ "$(asked | grep -c -e shards -e zst -e bz2)" -eq 6 ]
}

@test "what its server calls fresh is not asked for; --fresh asks; what it does not is asked for" {
	recommend aged/sharded
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	asked > /dev/null
	recommend aged/sharded
	[ -z "$(asked)" ]
	recommend aged/sharded --fresh
	[ "$(asked | grep -c repodata_shards)" -eq 2 ]
	rm -r cache
	recommend nocache/sharded
	asked > /dev/null
	recommend nocache/sharded
	[ "$(asked | grep -c repodata_shards)" -eq 2 ]
}

@test "credentials and tokens reach shards, and nothing that is written or said" {
	cat >> site.yml <<-'END'
	mirrors:
	  https://example.org/tiny: ["$ADVISOR_TEST_URL/t/${ADVISOR_TEST_TOKEN}/tokens/sharded"]
	END
	export ADVISOR_TEST_URL=$URL ADVISOR_TEST_TOKEN=tok-123
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --cache cache --channel https://example.org/tiny
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	refute grep -rE 'tok-123|ADVISOR_TEST' plan.json environment.yml conda-linux-64.lock cache
	[[ $output != *tok-123* ]]
	run "$ADVISOR" recommend usage.db --site site.yml -o plan2.json --cache cache2 \
		--mirror "https://example.org/tiny=$URL/t/wrong-456/sharded" --channel https://example.org/tiny
	[ "$status" -eq 4 ]
	[[ $output != *wrong-456* && $output == *403* ]]
	refute grep -r wrong-456 cache2
	host=${URL#http://}
	for channel in "http://alice:open@$host/private/sharded" "$URL/t/tok-123/tokens/sharded" \
		'$ADVISOR_TEST_URL/t/$ADVISOR_TEST_TOKEN/tokens/sharded'; do
		run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --cache cache3 --channel "$channel"
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		refute grep -rE 'alice|open@|tok-123' plan.json environment.yml conda-linux-64.lock cache3
		[[ $output != *tok-123* && $output != *alice* ]]
	done
	# nor the store, which keeps the recipe
	sed -i "s|channels: .*|channels: ['http://alice:open@$host/private/sharded', './channel']|" site.yml
	"$ADVISOR" ingest -q -o usage2.db --site site.yml usage.csv
	refute grep -aE 'alice|open@' usage2.db
}

@test "two programs that fill one cache at once both succeed" {
	for n in 1 2 3; do
		mkdir -p "run$n"
		"$ADVISOR" recommend usage.db --site site.yml -o "run$n/plan.json" --cache cache \
			--channel https://example.org/tiny --mirror "https://example.org/tiny=$URL/slow/sharded" \
			> "run$n/out" 2>&1 &
	done
	wait
	cmp run1/plan.json run2/plan.json
	cmp run1/plan.json run3/plan.json
	[ "$(asked | grep -c linux-64/repodata_shards)" -le 3 ]
}
