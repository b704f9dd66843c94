#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest on a machine where things go wrong: folders, disks, clocks.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs" KEY="$BATS_FILE_TMPDIR/key"
	printf '%064d\n' 7 > "$KEY"
	chmod 600 "$KEY"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	ingest "$BATS_FILE_TMPDIR/plain.db" "$LOGS/log.jsonl"
	answers "$BATS_FILE_TMPDIR/plain.db" > "$BATS_FILE_TMPDIR/plain.txt"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	local store=$1
	shift
	"$ADVISOR" ingest -o "$store" --key "$KEY" --site "$LOGS/site.json" "$@"
}

answers() {
	"$ADVISOR" usage "$1" --json --by month,module
	"$ADVISOR" usage "$1" --json --by module --evidence mapped
}

same_answers() {
	answers "$1" | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

# full KIB COMMAND...: no file can grow beyond that, as on a disk that is full.
full() {
	bash -c 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"' - "$@"
}

@test "a folder that can't be read costs that folder; a file that can't, that file" {
	[ "$(id -u)" -ne 0 ] || command -v setpriv > /dev/null || skip "root reads everything, and there is no setpriv"
	mkdir -p all/shut all/open
	cp "$LOGS/mixed-2.jsonl" all/shut
	cp "$LOGS/log.jsonl" all/open
	cp "$LOGS/log.jsonl" all/mine.jsonl
	chmod 000 all/shut all/mine.jsonl
	cp "$KEY" key
	local as=
	if [ "$(id -u)" -eq 0 ]; then
		chown -R 65533:65533 .
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
		as="setpriv --reuid 65533 --regid 65533 --clear-groups --"
	fi
	run $as "$ADVISOR" ingest -o s.db --key key --site "$LOGS/site.json" all
	chmod 755 all/shut
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"all/shut"* && $output == *"reading 'all/mine.jsonl': "*"Permission denied"* ]]
	same_answers s.db
}

@test "links that lead in a circle, to nothing or out of the folder; pipes and sockets in it" {
	mkdir all
	ln -s . all/here
	ln -s ../all all/again
	ln -s one all/two
	ln -s two all/one
	ln -s nowhere all/gone
	ln -s /etc/passwd all/passwd.json
	mkfifo all/pipe
	cp "$LOGS/log.jsonl" all
	timeout 60 "$ADVISOR" ingest -q -o s.db --key "$KEY" --site "$LOGS/site.json" all
	same_answers s.db
	[ "$(python3 -c 'import sqlite3; print(sqlite3.connect("s.db").execute("select count(*) from source").fetchone()[0])')" = 1 ]
	run ingest s.db all/one
	[ "$status" -eq 3 ]
	[[ $output == *"all/one"*"Too many levels of symbolic links"* ]]
	# What is named itself is read, wherever a link leads.
	ln -s "$LOGS/mixed-2.jsonl" link
	run ingest s.db link
	[ "$status" -eq 0 ]
	[[ $output == *"read 1 file"* ]]
}

@test "no room for a merge: status 4, and the store as it was" {
	ingest a.db -q "$LOGS/runs.jsonl"
	ingest b.db -q "$LOGS/imports.jsonl"
	"$ADVISOR" ingest -q -o all.db --merge a.db
	before=$("$ADVISOR" ingest --status --json all.db | grep -v file_bytes)
	run full $(($(stat -c %s all.db) / 1024 + 8)) "$ADVISOR" ingest -o all.db --merge b.db
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"store 'all.db': "* ]]
	[ "$before" = "$("$ADVISOR" ingest --status --json all.db | grep -v file_bytes)" ]
	"$ADVISOR" ingest -q -o all.db --merge b.db
	same_answers all.db
}

@test "no room at any moment: what was finished stays, and going on completes it" {
	local kib seen=
	for kib in 16 60 100 140 180 220; do
		rm -f s.db*
		run full $kib "$ADVISOR" ingest -o s.db --key "$KEY" --site "$LOGS/site.json" \
			"$LOGS/runs.jsonl" "$LOGS/imports.jsonl"
		[ "$status" -eq 0 ] || [ "$status" -eq 4 ]
		seen="$seen $status"
		# A store that was never begun is told to be none.
		run "$ADVISOR" ingest --status s.db
		[ "$status" -eq 0 ] || [ "$status" -eq 3 ]
		ingest s.db -q "$LOGS/runs.jsonl" "$LOGS/imports.jsonl"
		same_answers s.db
	done
	echo "$seen"
	[[ $seen == *4* ]]
}

@test "a disk that is full in truth, where it may be mounted" {
	mkdir small
	mount -t tmpfs -o size=192k tmpfs small 2> /dev/null || skip "needs a right to mount"
	run ingest small/s.db "$LOGS/runs.jsonl" "$LOGS/imports.jsonl"
	local ended=$status said=$output
	cp small/s.db* . 2> /dev/null || true
	umount small
	echo "$said"
	[ "$ended" -eq 4 ]
	[[ $said == *"full"* ]]
	ingest s.db -q "$LOGS/runs.jsonl" "$LOGS/imports.jsonl"
	same_answers s.db
}

@test "the machine's clock in 1970 and in 2100 changes no byte" {
	[ -z "$(sed -n 's/^SAN_CFLAGS = *//p' "$BUILDDIR/Makefile")" ] || skip "sanitizers want to be loaded first"
	cc -shared -fPIC -o clock.so -x c - <<-'END' 2> /dev/null || skip "no compiler for another clock"
		#include <stdlib.h>
		#include <sys/time.h>
		#include <time.h>
		time_t time(time_t *to) { time_t now = atoll(getenv("CLOCK")); if (to) *to = now; return now; }
		int gettimeofday(struct timeval *to, void *zone) { (void)zone; to->tv_sec = time(NULL); to->tv_usec = 0; return 0; }
		int clock_gettime(clockid_t id, struct timespec *to) { (void)id; to->tv_sec = time(NULL); to->tv_nsec = 0; return 0; }
	END
	for now in 1 4102444800; do
		rm -f s.db*
		LD_PRELOAD="$PWD/clock.so" CLOCK=$now ingest s.db -q "$LOGS/log.jsonl"
		cmp s.db "$BATS_FILE_TMPDIR/plain.db"
	done
}
