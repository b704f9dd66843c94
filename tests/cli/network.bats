#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Channels and packages from a server with bad manners, then from the cache alone.

load ../says.bash
load tiny.bash
load ../io/server.bash

setup_file() {
	export FOLDER=$BATS_FILE_TMPDIR/served
	mkdir -p "$FOLDER"
	tiny_channel "$FOLDER/channel"
	python3 "$SRCDIR/tests/bundle/packages.py" "$FOLDER/packages"
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

# What the server was asked for since the last call.
asked() {
	cut -d' ' -f1 "$FOLDER/requests.log"
	: > "$FOLDER/requests.log"
}

recommend() {
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --cache cache "$@"
}

@test "a channel on a server, fetched once and asked again only for what is newer" {
	recommend --channel "$URL/tagged/channel"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	asked | grep -q '/linux-64/repodata.json$'
	cp plan.json first.json
	recommend --channel "$URL/tagged/channel"
	[ "$status" -eq 0 ]
	cmp plan.json first.json
}

@test "offline, the cache serves; without one it is trouble that a retry mends" {
	recommend --channel "$URL/plain/channel"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cp plan.json first.json
	asked > /dev/null
	recommend --channel "$URL/plain/channel" --offline
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp plan.json first.json
	[ -z "$(asked)" ]
	rm -r cache
	recommend --channel "$URL/plain/channel" --offline
	[ "$status" -eq 4 ]
}

@test "a torn file in the cache is fetched again" {
	recommend --channel "$URL/tagged/channel"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cp plan.json first.json
	for file in $(find cache -name repodata.json); do echo torn > "$file"; done
	recommend --channel "$URL/tagged/channel"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp plan.json first.json
}

@test "a server that is down is status 4, a folder that is not there 3" {
	recommend --channel "$URL/down/channel"
	[ "$status" -eq 4 ]
	[[ $output == *"$URL/down/channel"* ]]
	recommend --channel "$URL/plain/nothing"
	[ "$status" -eq 3 ]
	[ ! -e plan.json ]
}

@test "secrets of a channel reach neither plan nor lockfile nor messages" {
	recommend --channel "http://alice:secret@${URL#http://}/plain/channel"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	refute grep -rE 'alice|secret' plan.json environment.yml conda-linux-64.lock
	[[ $output != *secret* ]]
}

# A recipe of every good package, each from the server as MANNER says.
recipe() { # MANNER
	printf 'schema: advisor.bundle/1\nname: net\nmount: /opt/net\npackages:\n'
	for file in "$FOLDER"/packages/good/*; do
		printf -- '- {url: "%s/%s/packages/good/%s", sha256: %s}\n' "$URL" "$1" "${file##*/}" \
			"$(sha256sum < "$file" | cut -d' ' -f1)"
	done
}

@test "packages from a server that fails, breaks off or ignores ranges make the same image" {
	for manner in plain flaky cut noranges wrongonce; do
		recipe $manner > $manner.yml
		run "$ADVISOR" bundle build $manner.yml -o $manner.tar.zst --cache cache-$manner
		[ "$status" -eq 0 ] || { echo "$manner: $output"; false; }
		"$ADVISOR" bundle verify $manner.tar.zst
		zstd -qdc $manner.tar.zst | tar -x --to-stdout --wildcards '*/site-packages/*' | sha256sum > $manner.sum
		cmp plain.sum $manner.sum
	done
	asked > /dev/null
	run "$ADVISOR" bundle build plain.yml -o again.tar.zst --cache cache-plain --offline
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp plain.tar.zst again.tar.zst
	[ -z "$(asked)" ]
}

# A recipe whose packages are the channel's own, wherever they are fetched.
canonical() {
	recipe plain | sed "s|$URL/plain/packages/good|https://example.org/good|"
}

@test "packages come through mirrors, the manifest has the channel's own addresses" {
	canonical > net.yml
	recipe plain > plain.yml
	"$ADVISOR" bundle build -q plain.yml -o plain.tar.zst --cache cache-plain
	run "$ADVISOR" bundle build net.yml -o one.tar.zst --cache cache1 \
		--mirror https://example.org=http://127.0.0.1:1/dead,https://example.org="$URL/plain/packages"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ $output == *"127.0.0.1:1/dead"*"going on with"* ]]
	# told once, however many packages there are
	[ "$(grep -c 127.0.0.1:1/dead <<< "$output")" -eq 1 ]
	grep -q https://example.org/good/ one.tar.zst.manifest.json
	refute grep -q "$URL" one.tar.zst.manifest.json
	tiny_site > site.yml
	cat >> site.yml <<-END
	mirrors:
	  https://example.org/good: ["$URL/t/\$TEST_TOKEN/tokens/packages/good"]
	END
	TEST_TOKEN=tok-123 run "$ADVISOR" bundle build net.yml -o two.tar.zst --cache cache2 --site site.yml
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp one.tar.zst two.tar.zst
	refute grep -rq tok-123 two.tar.zst.manifest.json cache2
	# a channel that needs a token, as the recipe has it
	sed -i '/^mirrors/,$d' site.yml
	sed -i "s|^channels: .*|channels: ['$URL/t/\$TEST_TOKEN/tokens/packages']|" site.yml
	recipe tokens > tokens.yml
	TEST_TOKEN=tok-123 run "$ADVISOR" bundle build tokens.yml -o three.tar.zst --cache cache3 --site site.yml
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	refute grep -rq tok-123 three.tar.zst.manifest.json cache3
	TEST_TOKEN=wrong-9 run "$ADVISOR" bundle build tokens.yml -o four.tar.zst --cache cache4 --site site.yml
	[ "$status" -eq 4 ]
	[[ $output != *wrong-9* ]]
}

@test "a package that is damaged in the cache is fetched again" {
	recipe plain > plain.yml
	"$ADVISOR" bundle build -q plain.yml -o one.tar.zst --cache cache
	file=$(find cache -name '*.conda' | LC_ALL=C sort | head -n 1)
	printf X | dd of="$file" bs=1 seek=200 conv=notrunc 2> /dev/null
	run "$ADVISOR" bundle build plain.yml -o two.tar.zst --cache cache
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp one.tar.zst two.tar.zst
}

@test "a server that is down leaves no image" {
	recipe down > down.yml
	run "$ADVISOR" bundle build down.yml -o down.tar.zst --cache cache
	[ "$status" -eq 4 ]
	[ -z "$(ls down.tar.zst* 2> /dev/null)" ]
}
