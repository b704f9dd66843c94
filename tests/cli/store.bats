#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The life of a store: sources that grow, are renamed, copied, compressed anew or written to while
# they are read. The measure is always a store that read everything once.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$BATS_FILE_TMPDIR/big" --pad 20000
	export BIG="$BATS_FILE_TMPDIR/big/log.jsonl"
	"$ADVISOR" ingest -q -o "$BATS_FILE_TMPDIR/once.db" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	answers "$BATS_FILE_TMPDIR/once.db" > "$BATS_FILE_TMPDIR/once.txt"
	[ "$(wc -l < "$BATS_FILE_TMPDIR/once.txt")" -gt 1000 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	"$ADVISOR" ingest -o s.db --site "$LOGS/site.json" "$@"
}

answers() {
	for by in month module,month package,place project; do
		"$ADVISOR" usage "$1" --json --by "$by"
	done
}

same_answers() {
	answers "${1:-s.db}" | diff - "$BATS_FILE_TMPDIR/once.txt"
}

# A question to a store's tables.
ask() {
	python3 -c 'import sqlite3, sys; print(*(tuple(r) for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))' \
		"${2:-s.db}" "$1"
}

# Sources in use, their records and refused records: those of one file read once.
same_sources() {
	[ "$(ask "SELECT count(*), sum(records), sum(rejected), sum(bytes) FROM source WHERE grown=0")" = \
		"$(ask "SELECT count(*), sum(records), sum(rejected), sum(bytes) FROM source" "$BATS_FILE_TMPDIR/once.db")" ]
	[ "$(ask "SELECT at, reason FROM reject ORDER BY 1, 2")" = \
		"$(ask "SELECT at, reason FROM reject ORDER BY 1, 2" "$BATS_FILE_TMPDIR/once.db")" ]
}

# The first BYTES of the log, as it may be found while it is written.
part() {
	head -c "$1" "$LOGS/log.jsonl"
}

@test "a log that grows is read on from where it ended, cut records included" {
	size=$(stat -c %s "$LOGS/log.jsonl")
	# Ends within a line, at its end, and one byte before and behind it.
	line=$(part 90000 | head -n 40 | wc -c)
	for bytes in 100 5000 $((line - 1)) $line $((line + 1)) 70001 $((size / 2)) $((size - 1)) "$size"; do
		part "$bytes" > xalt.log
		run ingest xalt.log
		[ "$status" -eq 0 ]
		[[ $output == *"read 1 file"* ]]
	done
	same_answers
	same_sources
	run ingest xalt.log
	[[ $output == *"read 0 files (1 known"* ]]
}

@test "what was read before is not parsed again" {
	half=$(part 200000 | sed '$d' | wc -c)
	part "$half" > xalt.log
	records=$(LC_ALL=C grep -ac . xalt.log)
	all=$(LC_ALL=C grep -ac . "$LOGS/log.jsonl")
	ingest -q xalt.log
	cp "$LOGS/log.jsonl" xalt.log
	run ingest xalt.log
	[[ $output == *" $((all - records)) records"* ]]
	same_answers
	same_sources
}

@test "a large log that grows, too" {
	size=$(stat -c %s "$BIG")
	for bytes in 1100000 1500000 3000000 $((size - 70)) "$size"; do
		head -c "$bytes" "$BIG" > xalt.log
		ingest -q xalt.log
	done
	same_answers
	[ "$(ask "SELECT count(*), sum(records), sum(bytes)=$size FROM source WHERE grown=0")" = \
		"(1, $(LC_ALL=C grep -ac . "$BIG"), 1)" ]
	head -c 2000000 "$BIG" > xalt.log
	run ingest xalt.log
	[ "$status" -eq 0 ]
	same_answers
}

@test "rotated, copied, and compressed anew: nothing is read twice" {
	part 150000 > xalt.log
	ingest -q xalt.log
	cp xalt.log copy-of-the-first-day
	# more is written, the log is rotated, and a new one begins
	part 300000 > xalt.log.1
	tail -c +300001 "$LOGS/log.jsonl" > xalt.log
	run ingest xalt.log.1 xalt.log
	[[ $output == *"read 2 files (0 known"* ]]
	gzip -c xalt.log.1 > xalt.log.1.gz
	run ingest xalt.log.1.gz copy-of-the-first-day xalt.log xalt.log.1
	[[ $output == *"read 0 files (4 known"* ]]
	same_answers
}

@test "a compressed log that got another member is read on" {
	part 250000 | gzip > xalt.gz
	ingest -q xalt.gz
	tail -c +250001 "$LOGS/log.jsonl" | gzip >> xalt.gz
	ingest -q xalt.gz
	same_answers
	same_sources
}

@test "one record a file: what was found half is read when it is whole" {
	record=$(grep -m 1 '"userT"' "$LOGS/log.jsonl")
	for bytes in 300 900; do
		printf %s "${record:0:$bytes}" > run.json
		ingest -q run.json
		[ "$(ask "SELECT count(*), sum(rejected) FROM source WHERE grown=0")" = "(1, 1)" ]
	done
	printf '%s\n' "$record" > run.json
	ingest -q run.json
	[ "$(ask "SELECT count(*), sum(rejected) FROM source WHERE grown=0")" = "(1, 0)" ]
	[ "$(ask "SELECT count(*) FROM reject")" = "(0,)" ]
	[ "$(ask "SELECT count(*) FROM run")" = "(1,)" ]
}

@test "an array over several lines that was found half is read anew when it is whole" {
	python3 - <<-'END'
		import json
		process = lambda n: {'timestamp': '03-09-2025 10:11:12.%d' % n, 'sys.executable': '/sw/conda/base/bin/python',
		                     'env': {'USER': 'u%d' % n}, 'hostname': 'h', 'pid': n, 'modules': {'numpy': '/sw/x/numpy/__init__.py'}}
		message = lambda n: {'username': 'u%d' % n, 'subservice': 'numpy', 'event_timestamp': 1741521600, 'executable': '/sw/b/bin/python'}
		for name, one in (('snooper', process), ('mods', message)):
		    text = json.dumps([one(n) for n in range(4)], indent=1)
		    open(name + '.whole', 'w').write(text)
		    open(name + '.half', 'w').write(text[:text.index('\n },\n', len(text) // 2) + 5])
	END
	for name in snooper mods; do
		rm -f s.db*
		cp $name.half log.json
		run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" log.json
		[[ $output == *"1 record refused"* ]]
		cp $name.whole log.json
		"$ADVISOR" ingest -q -o s.db log.json
		run "$ADVISOR" usage s.db --by module --csv
		echo "$output"
		[[ $output == *"numpy,"*",4,"* ]]
		run "$ADVISOR" ingest --status --rejects s.db
		[[ $output != *"ends early"* && $output != *"ends within"* ]]
	done
}

@test "ready-made counts that grow replace what they were" {
	"$ADVISOR" ingest -q -o whole.db --site "$LOGS/site.json" "$LOGS/counts.csv"
	size=$(stat -c %s "$LOGS/counts.csv")
	# within a number: what it said then must not stay
	cut=$(grep -b -m 1 -o ',[0-9][0-9]*.$' "$LOGS/counts.csv" | head -n 1 | cut -d: -f 1)
	for bytes in $((cut + 2)) 5000 9001 "$size"; do
		head -c "$bytes" "$LOGS/counts.csv" > counts.csv
		ingest -q counts.csv
	done
	"$ADVISOR" usage s.db --by module,place --json > ours
	"$ADVISOR" usage whole.db --by module,place --json | cmp - ours
	[ "$(ask "SELECT count(*), sum(runs) FROM tally")" = "$(ask "SELECT count(*), sum(runs) FROM tally" whole.db)" ]
	# An old copy is still known.
	head -c 5000 "$LOGS/counts.csv" > copy.csv
	run ingest copy.csv
	[[ $output == *"read 0 files (1 known"* ]]
}

@test "a log whose beginning was changed is told, and read as a new one" {
	part 100000 > xalt.log
	ingest -q xalt.log
	sed '2s/"crc":"0x0000"/"crc":"0x0001"/' "$LOGS/log.jsonl" > xalt.log
	cmp -s xalt.log "$LOGS/log.jsonl" && false
	run ingest xalt.log
	[ "$status" -eq 0 ]
	[[ $output == *"'xalt.log' is not what it was when it was read before"* ]]
	same_answers
}

@test "a file that shrinks while it is read costs that file, and is told" {
	python3 - "$ADVISOR" "$LOGS/site.json" "$BIG" <<-'END'
	import os, subprocess, sys
	size = 96 << 20
	line = open(sys.argv[3], 'rb').read()
	with open('long.log', 'wb') as file:
	    while file.tell() < size:
	        file.write(line)
	job = subprocess.Popen([sys.argv[1], 'ingest', '-o', 's.db', '--site', sys.argv[2], 'long.log'], stderr=subprocess.PIPE)
	# as soon as the ingest has read a part of it
	while job.poll() is None:
	    with open('/proc/%d/io' % job.pid) as file:
	        if int(file.readline().split()[1]) > size // 8:
	            break
	os.truncate('long.log', 1 << 20)
	error = job.communicate()[1].decode()
	print(error)
	assert job.returncode == 3, job.returncode
	assert 'has become shorter while it was read' in error
	END
	[ "$(ask "SELECT count(*) FROM source")" = "(0,)" ]
}

@test "killed at random moments, and run again: as if nothing had happened" {
	# make nightly kills fifty times
	run python3 "$SRCDIR/tests/usage/kill.py" "$ADVISOR" "$LOGS" "${KILLS-4}"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "two programs that make one key at the same time agree on it" {
	for i in 1 2 3 4; do
		"$ADVISOR" ingest -q -o k$i.db --key common.key --site "$LOGS/site.json" "$LOGS/runs.jsonl" &
	done
	wait
	for i in 1 2 3 4; do
		[ "$(ask "SELECT value FROM meta WHERE key='mark'" k$i.db)" = "$(ask "SELECT value FROM meta WHERE key='mark'" k1.db)" ]
	done
	[ "$(stat -c %a common.key)" = 600 ]
	[ "$(echo common.key*)" = common.key ]
}
