#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest: every form in which the same records exist gives the same figures.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	"$ADVISOR" ingest -q -o "$BATS_FILE_TMPDIR/plain.db" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	answers "$BATS_FILE_TMPDIR/plain.db" > "$BATS_FILE_TMPDIR/plain.txt"
	[ "$(wc -l < "$BATS_FILE_TMPDIR/plain.txt")" -gt 1000 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	"$ADVISOR" ingest -o s.db --site "$LOGS/site.json" "$@"
}

answers() {
	"$ADVISOR" usage "$1" --json --by month,module
	"$ADVISOR" usage "$1" --json --by module --evidence mapped
}

same_answers() {
	answers s.db | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

# each FILE...: every one of them holds all of the log.
each() {
	for file in "$@"; do
		rm -f s.db*
		echo "$file"
		run ingest "$file"
		echo "$output"
		[ "$status" -eq 0 ]
		same_answers
	done
}

@test "arrays, documents one behind the other, dictionaries by file name" {
	each "$LOGS"/documents/array*.json "$LOGS"/documents/pretty.json "$LOGS"/documents/dictionary*.json
}

@test "exports of Elasticsearch, Logstash and Splunk" {
	each "$LOGS"/documents/es-* "$LOGS"/documents/logstash* "$LOGS"/documents/splunk*
}

@test "a damaged record in an array or an export costs that record, listed at its place" {
	run ingest "$LOGS/documents/array-damaged.json"
	[[ $output == *"1685 records, 40 refused"* ]]
	run python3 - "$LOGS/documents/array-damaged.json" <<-'END'
		import sqlite3, sys
		text = open(sys.argv[1], 'rb').read()
		rows = sqlite3.connect('s.db').execute('select at, reason from reject').fetchall()
		assert len(rows) == 40, rows
		assert all(text[at:at + 1] == b'{' for at, _ in rows), rows
	END
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a wrapping with a damaged member: the others count once, and only the member is refused" {
	python3 - <<-'END'
		import json
		row = lambda user, runs: {'month': '2025-03', 'user': user, 'module': 'numpy', 'place': 'home', 'runs': runs}
		# What is no JSON at its end alone; then JSON that holds no JSON in a string.
		text = json.dumps({'rows': [row('a', 7), row('b', 5), row('c', 3)]}, indent=1)
		open('rows.json', 'w').write(text.replace('"runs": 5', '"runs": 5-5'))
		open('strings.json', 'w').write(json.dumps({'a': row('a', 7), 'b': {'message': '{"month": 5-5}'}, 'c': row('c', 3)}, indent=1))
	END
	for log in rows strings; do
		rm -f s.db*
		run ingest --format counts-json $log.json
		echo "$output"
		[[ $output == *"3 records, 1 refused"*"10 uses"* ]]
	done
	run "$ADVISOR" usage s.db --by month,module --csv
	echo "$output"
	[[ $output == *"2025-03,numpy,"*,2,*,10,* ]]
}

@test "syslog: versions 1 to 4, interleaved, doubled, among others' messages" {
	each "$LOGS"/syslog/v*.log
}

@test "syslog as Splunk exports it, the newest message first" {
	each "$LOGS"/syslog/splunk.jsonl
}

@test "records cut over rotated files become whole, in any order, in any ingest" {
	for order in "0 1 2 3 4 5 6" "6 5 4 3 2 1 0" "3 0 6 1 5 2 4"; do
		rm -f s.db*
		for part in $order; do
			ingest -q "$LOGS/syslog/rotated.$part"
		done
		same_answers
		run "$ADVISOR" ingest --status s.db --json
		[[ $output == *'"waiting_pieces": 0'* ]]
	done
	rm s.db*
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" --names "$LOGS"/syslog/rotated.[0123]
	"$ADVISOR" ingest -q -o s.db --names "$LOGS"/syslog/rotated.[456]
	same_answers
}

@test "pieces that wait are counted, and tell nothing to who has the store alone" {
	ingest -q "$LOGS"/syslog/rotated.[024]
	run "$ADVISOR" ingest --status s.db --json
	[[ $output != *'"waiting_pieces": 0'* ]]
	run grep -aE 'S3CR3T|main\.py|my code|cmdlineA|xalt_run_uuid' s.db
	[ "$status" -eq 1 ]
	run grep -aFf "$LOGS/users.txt" s.db
	[ "$status" -eq 1 ]
}

@test "stores of rotated files, merged: who has the key completes what lies in both" {
	ingest -q "$LOGS"/syslog/rotated.[0246]
	cp s.db.key o.db.key
	"$ADVISOR" ingest -q -o o.db --site "$LOGS/site.json" "$LOGS"/syslog/rotated.[135]
	# With the key named, with a key beside the store, with a later ingest.
	"$ADVISOR" ingest -q -o named.db --key s.db.key --merge s.db o.db
	cp s.db.key beside.db.key
	"$ADVISOR" ingest -q -o beside.db --merge o.db s.db
	"$ADVISOR" ingest -q -o m.db --merge s.db o.db
	run "$ADVISOR" ingest --status m.db
	[[ $output == *"records of which pieces are missing"* ]]
	cp s.db.key m.db.key
	"$ADVISOR" ingest -q -o m.db "$LOGS/syslog/rotated.0"
	for store in named beside m; do
		answers $store.db | diff - "$BATS_FILE_TMPDIR/plain.txt"
	done
}

@test "messages that come again after many records are known" {
	# More records than are held at a time; then a block of each of the latest ones once more.
	python3 - <<-'END'
		record = '{"crc":"0x0000","program":"python","xalt_run_uuid":"%08x-0000-4000-8000-000000000000","package_name":"numpy","package_path":"/sw/x.py"}'
		line = 'XALT_LOGGING_t: V:4 kind:pkg syshost:t key:k%d crcStr:0x0000 nb:02 idx:%02d value:%s\n'
		with open('many.log', 'w') as out:
		    for n in range(65600):
		        text = record % (n % 7)
		        out.write(line % (n, 0, text[:90]) + line % (n, 1, text[90:]))
		    for n in range(65000, 65600):
		        out.write(line % (n, 1, (record % (n % 7))[90:]))
	END
	ingest -q many.log
	"$ADVISOR" ingest --status --json s.db > status.json
	grep -q '"records": 65600,' status.json
	grep -q '"waiting_pieces": 0,' status.json
}

@test "messages that can't be right are refused one by one" {
	python3 - <<-'END'
		import base64, json, zlib
		tag = b'XALT_LOGGING_t: '
		bomb = base64.b64encode(zlib.compress(b' ' * (64 << 20)))
		head = b'V:2 kind:run syshost:t key:run_fini_bomb nb:%d ' % -(-len(bomb) // 512)
		lines = [b'V:9 kind:run value:x', b'V:4 kind:run key:k nb:99999999 idx:0 value:x',
		         b'V:4 kind:run key:k nb:2 idx:2 value:x', b'V:4 kind:run key:k nb:0 idx:0 value:x',
		         b'V:4 kind:run key:k nb:-1 idx:0 value:x', b'V:4 kind:run nb:2 idx:0 value:x',
		         b'V:4 kind:run key:k nb:2 idx:0', b'V:4', b'', b'V:2 kind:run key:k nb:1 idx:0 value:!!!!',
		         b'V:2 kind:run key:k nb:1 idx:0 value:' + base64.b64encode(b'no zlib at all'),
		         b'V:4 kind:run key:k nb:1 idx:0 value:[1]', b'V:3 kind:run key:' + b'k' * (1 << 20) + b' value:{',
		         b'V:4 kind:run key:\xff crc:\xa1 nb:1 idx:0 value:\xa1']
		lines += [head + b'idx:%d value:' % n + bomb[512 * n:512 * n + 512] for n in range(-(-len(bomb) // 512))]
		open('bad.log', 'wb').write(b''.join(tag + line + b'\n' for line in lines))
	END
	cat bad.log "$LOGS/syslog/v4.log" > all.log
	run ingest all.log
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"$((36 + 15)) refused"* ]]
	same_answers
}

@test "messages of MODS: users, projects, jobs and runs by module; hours are not known" {
	for log in mods.jsonl mods-es.json; do
		rm -f s.db*
		run ingest "$LOGS/$log"
		echo "$output"
		[ "$status" -eq 0 ]
		[[ $output == *" 3 refused"* ]]
		run python3 - "$ADVISOR" "$LOGS/mods.truth.json" <<-'END'
			import json, subprocess, sys
			ask = lambda *by: json.loads(subprocess.run([sys.argv[1], 'usage', 's.db', '--json', '--by', *by],
			                                            check=True, capture_output=True).stdout)['rows']
			rows, want = ask('module'), json.load(open(sys.argv[2]))
			got = {row['module']: [row[key] for key in ('users', 'projects', 'jobs', 'runs')] for row in rows}
			assert got == want, [(name, got.get(name), want[name]) for name in want if got.get(name) != want[name]]
			assert all(row['node_hours'] is None for row in rows)
			places = {row['place'] for row in ask('module,place') if row['module'] == 'numpy'}
			assert {'base', 'home', 'project'} <= places, places
		END
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "bare lists of packages: runs of the month that their file is named after" {
	printf '["numpy","scipy","numpy"]\n["numpy"]\n[]\n["a b", 3]\n' > 2025-03-customs.json
	run ingest 2025-03-customs.json
	[ "$status" -eq 0 ]
	run "$ADVISOR" usage s.db --csv --by month,module
	[[ $output == *"2025-03,numpy,"*",2,"* ]]
	[[ $output == *"2025-03,scipy,"*",1,"* ]]
	cp 2025-03-customs.json lists.json
	echo '["numpy"]' >> lists.json
	run ingest --format mods lists.json
	[[ $output == *"is a list without a month"* ]]
}

@test "ready-made counts as JSON are those of the table" {
	for log in counts.json counts-rows.json; do
		rm -f s.db*
		run ingest "$LOGS/$log"
		echo "$output"
		[ "$status" -eq 0 ]
		run python3 - "$ADVISOR" "$LOGS/counts.truth.json" <<-'END'
			import json, subprocess, sys
			rows = json.loads(subprocess.run([sys.argv[1], 'usage', 's.db', '--by', 'module', '--json'],
			                                 check=True, capture_output=True).stdout)['rows']
			want = json.load(open(sys.argv[2]))
			assert {row['module']: [row['users'], row['runs']] for row in rows} == want, rows
		END
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "PyModuleSnooper: first ranks, versions, null files; the form of 2019; twice counts once" {
	python3 - <<-'END'
		import json, os
		def process(name, rank='0', env=None, **more):
		    record = {'timestamp': '03-09-2025 10:11:12.%06d' % len(name), 'sys.executable': '/sw/conda/base/bin/python',
		              'sys.argv': ['S3CR3T'], 'env': env or {'USER': 'u.one', 'PBS_JOBID': '77.pbs', 'PBS_ACCOUNT': 'alpha1',
		              'PMI_RANK': rank, 'TOKEN': 'S3CR3T'}, 'hostname': 'n1', 'pid': 7,
		              'modules': {'numpy.core': '/sw/conda/base/lib/python3.11/site-packages/numpy/core.py',
		                          'numpy': '/sw/conda/base/lib/python3.11/site-packages/numpy/__init__.py', 'google': None},
		              'versions': {'numpy': '1.26.4', 'numpy.core': 'None'}}
		    record.update(more)
		    os.makedirs('2025/03/09', exist_ok=True)
		    with open('2025/03/09/' + name, 'w') as file:
		        json.dump({key: value for key, value in record.items() if value is not None}, file)
		process('n1.7.a')
		process('n1.8.bb', rank='1')
		process('n1.9.ccc', env={'PBS_O_LOGNAME': 'u.two', 'USER': ''})
		process('n1.10.dddd', env={'HOME': '/home/u.three/'})
		process('n1.11.eeeee', env={'LANG': 'C'})
		process('n1.12.ffffff', timestamp='soon')
		process('day', env='', cobalt_envs={'COBALT_JOBID': '9'}, hostname=None, pid=None)
		text = json.loads(open('2025/03/09/day').read())
		del text['env']
		open('2025/03/09/day', 'w').write(json.dumps(text))
		open('2025/03/09/empty', 'w')
	END
	run ingest 2025
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"7 records, 2 refused"* ]]
	cat 2025/03/09/n1.7.a > again.json
	echo >> again.json
	ingest -q again.json
	run "$ADVISOR" usage s.db --csv --by month,module
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == 2025-03,numpy,* ]]
	run "$ADVISOR" usage s.db --json --by module
	[[ $output == *'"node_hours": null'* && $output == *'"users": 4'* && $output == *'"runs": 4'* && $output == *'"jobs": 2'* ]]
	run python3 -c 'import sqlite3; print(sqlite3.connect("s.db").execute("select name from version").fetchall())'
	[ "$output" = "[('1.26.4',)]" ]
	run grep -aE 'S3CR3T|u\.(one|two|three)' s.db
	[ "$status" -eq 1 ]
}
