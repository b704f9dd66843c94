#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest: what no logger should write costs itself alone, and no memory.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	"$ADVISOR" ingest -q -o "$BATS_FILE_TMPDIR/plain.db" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	"$ADVISOR" usage "$BATS_FILE_TMPDIR/plain.db" --json --by month,module \
		> "$BATS_FILE_TMPDIR/plain.txt"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	# sanitizers need address space of their own
	SANITIZED=$(sed -n 's/^SAN_CFLAGS = *//p' "$BUILDDIR/Makefile")
}

same_answers() {
	"$ADVISOR" usage s.db --json --by month,module | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

# big PYTHON: what the lines of python write, through a pipe; more than 400 MB of memory is an error.
big() {
	python3 -c "import sys; out = sys.stdout.buffer; log = open('$LOGS/log.jsonl', 'rb').read()
good = [line for line in log.split(b'\n') if b'\"userT\"' in line or b'xalt_run_uuid' in line]
x = b'x' * (1 << 20)
$1" | (
		[ -n "$SANITIZED" ] || ulimit -v 1500000
		"$ADVISOR" ingest -o s.db --site "$LOGS/site.json" -
	)
}

@test "a line of a gigabyte" {
	run big 'out.write(log + b"{\"crc\":\"")
for n in range(1024): out.write(x)
out.write(b"\"}\n" + log)'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" is longer than 16 MiB"* || $output == *" refused"* ]]
	same_answers
}

@test "a record of a gigabyte in an array: the others count" {
	run big 'import json
def one(line):
    try: json.loads(line); return True
    except ValueError: return False
good = [line for line in good if one(line)]
out.write(b"[" + b",".join(good[:900]) + b",{\"crc\":\"0x0000\",\"cmdlineA\":[\"")
for n in range(1024): out.write(x)
out.write(b"\"]}," + b",".join(good[900:]) + b"]")'
	echo "$output"
	[ "$status" -eq 0 ]
	same_answers
}

@test "an array that never ends, and one that nothing follows" {
	run big 'import json
def one(line):
    try: json.loads(line); return True
    except ValueError: return False
good = [line for line in good if one(line)]
out.write(b"[" + b",".join(good) + b",")
for n in range(300): out.write(b"{},[],[[1,2],null]," * 20000)'
	echo "$output"
	[ "$status" -eq 0 ]
	same_answers
	echo '[' > open.json
	run "$ADVISOR" ingest -o s.db open.json
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "keys of a megabyte, nesting without end, braces without end" {
	run big 'out.write(b"{\"" + x + b"\":{\"" + x + b"\":1}}\n" + log)
for c in (b"[", b"{", b"{\"a\":", b"[{\"a\":["): out.write(c * 2000000 + b"\n")
out.write(log)'
	echo "$output"
	[ "$status" -eq 0 ]
	same_answers
}

@test "the clock in 1970 and in 2100; bytes that are no UTF-8; bad escapes" {
	python3 - "$LOGS/log.jsonl" <<-'END'
		import re, sys
		log = open(sys.argv[1], 'rb').read()
		run = next(line for line in log.split(b'\n') if b'"userT"' in line and b'"probability":1.0' in line)
		odd = []
		for n, start in enumerate((b'1.5', b'4102444800.0', b'0.5', b'-5', b'1e20', b'99999999999999999999')):
		    line = re.sub(rb'"start_time":[0-9.]+', b'"start_time":' + start, run)
		    odd.append(re.sub(rb'"run_uuid":"........', b'"run_uuid":"0000000%d' % n, line))
		odd += [run.replace(b'u.', b'\xc3\x28'), run.replace(b'"user":"', b'"user":"\\u00'), run.replace(b'"user":"', b'"user":"\\ud800')]
		open('odd.jsonl', 'wb').write(b'\n'.join(odd) + b'\n')
	END
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" odd.jsonl
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"9 records, 6 refused"* ]]
	run python3 -c 'import sqlite3; print(sqlite3.connect("s.db").execute("select month from run order by 1").fetchall())'
	echo "$output"
	[[ $output == "[(197001,), (202"*", (210001,)]" ]]
}

@test "a compressed bomb of blanks, and a list of nothing" {
	python3 -c 'import gzip; gzip.open("bomb.gz", "wb").write(b" " * (256 << 20) + b"{}\n")'
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" bomb.gz
	echo "$output"
	[ "$status" -le 3 ]
	printf '\0\0\0' | "$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" --files-from -
}

# endless PYTHON: an ingest of what the lines of python write for ever; it is interrupted when it has
# read some of it, and must hear that.
endless() {
	local fifo_reader status=0
	rm -f s.db* endless
	mkfifo endless
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" endless 3>&- &
	fifo_reader=$!
	python3 -c "import sys; out = sys.stdout.buffer; x = b'x' * (1 << 20); log = open('$LOGS/log.jsonl', 'rb').read()
try:
$1
except BrokenPipeError: pass" > endless 2> /dev/null 3>&- &
	for _ in $(seq 200); do
		# It reads: more than a head of its input, and nothing of the store was written yet.
		[ "$(awk '/^rchar/ { print $2 }' "/proc/$fifo_reader/io" 2> /dev/null || echo 0)" -gt 60000000 ] && break
		sleep 0.05
	done
	kill -INT "$fifo_reader"
	wait "$fifo_reader" || status=$?
	[ "$status" -eq 130 ]
	wait
}

@test "an interrupt is heard within a line, a string, or an array that never ends" {
	endless '    out.write(log)
    while True: out.write(x)'
	endless '    out.write(b"[{\"crc\":\"")
    while True: out.write(x)'
	endless '    out.write(b"[")
    while True: out.write(b"[1,2],{},7," * 50000)'
	endless '    out.write(b"{\"sys.executable\":\"")
    while True: out.write(x)'
}
