#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Downloads against a server with bad manners: what arrives is right, or nothing is there.

setup_file() {
	export FOLDER=$BATS_FILE_TMPDIR/served FETCH=$BUILDDIR/tests/io/fetch
	mkdir -p "$FOLDER"
	head -c 300000 /dev/urandom > "$FOLDER/file"
	SUM=$(sha256sum < "$FOLDER/file" | cut -d' ' -f1)
	export SUM
	python3 "$SRCDIR/tests/io/server.py" "$FOLDER" > "$BATS_FILE_TMPDIR/port" 3>&- &
	echo $! > "$BATS_FILE_TMPDIR/pid"
	for _ in $(seq 100); do [ -s "$BATS_FILE_TMPDIR/port" ] && break; sleep 0.05; done
	URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/port")
	export URL
}

teardown_file() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "a file arrives and is verified" {
	run "$FETCH" "$URL/plain/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
	[ ! -e got.part ]
}

@test "a server that fails every other time is asked again" {
	run "$FETCH" "$URL/flaky/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
}

@test "a cut download goes on where it broke off" {
	run "$FETCH" "$URL/cut/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
	grep -q '^/cut/file bytes=150000-' "$FOLDER/requests.log"
}

@test "a server that ignores ranges is taken from the start" {
	run "$FETCH" "$URL/noranges/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
}

@test "wrong content is fetched once more" {
	run "$FETCH" "$URL/wrongonce/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
}

@test "content that stays wrong is refused and leaves nothing" {
	run "$FETCH" "$URL/wrong/file" got "$SUM"
	[ "$status" -eq 3 ]
	[[ $output == *"sha256"*"$SUM"* ]]
	[ ! -e got ] && [ ! -e got.part ]
}

@test "a server that is down is trouble of the network" {
	run "$FETCH" "$URL/down/file" got "$SUM"
	[ "$status" -eq 4 ]
	[[ $output == *"503"* ]]
	[ ! -e got ]
}

@test "an absent file is bad input, or nothing when it is optional" {
	run "$FETCH" "$URL/plain/absent" got
	[ "$status" -eq 3 ]
	[[ $output == *"404"* ]]
	FETCH_OPTIONAL=1 run "$FETCH" "$URL/plain/absent" got
	[ "$status" -eq 0 ]
	[[ $output == "missing done" ]]
	[ ! -e got ] && [ ! -e got.part ]
}

@test "what has not changed is not fetched" {
	echo old > got
	FETCH_ETAG='"v1"' run "$FETCH" "$URL/tagged/file" got
	[ "$status" -eq 0 ]
	[[ $output == "unchanged done" ]]
	[ "$(cat got)" = old ]
}

@test "more than the cap is refused" {
	FETCH_CAP=1000 run "$FETCH" "$URL/plain/file" got
	[ "$status" -eq 3 ]
	[ ! -e got ]
}

@test "credentials are not shown" {
	run "$FETCH" "http://alice:secret@${URL#http://}/private/file" got
	[ "$status" -eq 4 ]
	[[ $output != *secret* && $output != *alice* && $output == *401* ]]
}

@test "a full disk is said and leaves no file" {
	run bash -c 'ulimit -f 100; trap "" XFSZ; exec "$FETCH" "$URL/plain/file" got "$SUM"'
	[ "$status" -eq 4 ]
	[[ $output == *"can't write 'got.part'"* ]]
	[ ! -e got ]
}

@test "file:// works and says what is absent" {
	run "$FETCH" "file://$FOLDER/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
	run "$FETCH" "file://$FOLDER/none" got2
	[ "$status" -eq 3 ]
}
