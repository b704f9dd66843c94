#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor usage from outside: filters, forms of output, other recipes, mistakes.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs" STORE="$BATS_FILE_TMPDIR/s.db"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS" --seed 5
	"$ADVISOR" ingest -q -o "$STORE" --site "$LOGS/site.json" "$LOGS/log.jsonl"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

usage() {
	"$ADVISOR" usage "$STORE" "$@"
}

# Evaluates a Python expression over the rows of two questions, 'a' and 'b', options up to '--'.
check() {
	local expression=$1 first=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do first+=("$1"); shift; done
	usage --json "${first[@]}" > a.json
	usage --json "${@:2}" > b.json
	python3 - "$expression" <<-'END'
		import json, sys
		a, b = (json.load(open(name))['rows'] for name in ('a.json', 'b.json'))
		assert eval(sys.argv[1]), (sys.argv[1], a[:2], b[:2])
	END
}

@test "rows are sorted by their keys, in the order of the keys' list whatever was asked" {
	check 'len(a) > 20 and a == sorted(a, key=lambda r: (r["month"], r["module"])) and a == b' \
		--by module,month -- --by month --by module
}

@test "filters are the rows of a grouping" {
	check 'a == [r for r in b if r["month"] in ("2025-02", "2025-03")]' \
		--by month --since 2025-02 --until 2025-03 -- --by month
	check 'a == [r for r in b if r["module"] == "numpy"] and len(a) == 1' \
		--by module --module numpy -- --by module
	check 'a == [r for r in b if r["package"] == "cffi"] and len(a) == 1' \
		--by package --package cffi -- --by package
	check 'a[0]["users"] == [r["users"] for r in b if r["project"] == "beta2"][0]' \
		--project beta2 -- --by project
	check 'a[0]["runs"] == [r["runs"] for r in b if r["project"] == "unknown"][0] > 0' \
		--project unknown -- --by project
	check 'a[0]["jobs"] == [r["jobs"] for r in b if r["domain"] == "Physics"][0] > 0' \
		--domain Physics --accounts "$LOGS/accounts.csv" -- --by domain --accounts "$LOGS/accounts.csv"
	check 'a == [] and b == []' --module 'no such' -- --project 'no such'
}

@test "two modules of one package are one package of a run" {
	check 'a[0]["users"] <= b[0]["users"] + b[1]["users"] and max(r["runs"] for r in b) <= a[0]["runs"] < b[0]["runs"] + b[1]["runs"]' \
		--by package --package cffi -- --by module --package cffi
}

@test "sums over projects and places are those of all" {
	check 'abs(sum(r["node_hours"] for r in a) - b[0]["node_hours"]) < 1e-6 and sum(r["runs"] for r in a) == b[0]["runs"]' \
		--by project --
	check '{r["place"]: r["users"] for r in a} == b[0]["places"]' --by place --
}

@test "combinations of modules: exactly these, every user in one of them" {
	check 'sum(r["users"] for r in a) >= max(r["users"] for r in b) and len(a) == len({r["overlap"] for r in a}) and "torch+tensorflow+numpy" in {r["overlap"] for r in a}' \
		--overlap torch,tensorflow,numpy -- --by module --module numpy
	run usage --overlap torch,tensorflow --by place
	[ "$status" -eq 2 ]
	run usage --overlap torch
	[ "$status" -eq 2 ]
}

@test "another recipe classifies anew, without the logs" {
	sed 's|"class": "home", "prefix": "/home/"|"class": "tmp", "prefix": "/home/*/miniconda3/"}, {"class": "home", "prefix": "/home/"|' \
		"$LOGS/site.json" > new.json
	check '"home" in a[0]["places"] and b[0]["places"]["tmp"] > a[0]["places"]["tmp"]' -- --site new.json
	sed 's|"PIL": "pillow"|"PIL": "pillow-simd"|' "$LOGS/site.json" > new.json
	check 'a == [] and b[0]["users"] > 0' --by package --package pillow --site new.json -- \
		--by package --package pillow-simd --site new.json
	# A path that is hidden in the store can be told from others as before.
	check 'a == b' --by place,module -- --by place,module --site "$LOGS/site.json"
}

@test "the table fits 80 columns and says how much it leaves out" {
	usage --by module,project --top 5 > table.txt
	[ "$(wc -l < table.txt)" -eq 7 ]
	[[ $(tail -n 1 table.txt) == "... and "*" more" ]]
	[ "$(awk '{ if (length($0) > longest) longest = length($0) } END { print longest }' table.txt)" -le 80 ]
	run usage --by package --color never
	[[ ${lines[0]} =~ ^package\ +users\ +base\ +both\ +own\ +projects\ +jobs\ +runs\ +node-h\ +in\ base ]]
}

@test "CSV has the same figures as JSON" {
	usage --by module,place --csv -o rows.csv
	usage --by module,place --json -o rows.json
	python3 - <<-'END'
		import csv, json
		rows = json.load(open('rows.json'))['rows']
		cells = list(csv.DictReader(open('rows.csv', newline='')))
		assert len(rows) == len(cells) > 20
		for row, cell in zip(rows, cells):
		    for key in ('module', 'place'):
		        assert row[key] == cell[key]
		    for key in ('users', 'projects', 'jobs', 'runs', 'users_base_only', 'users_both', 'users_custom_only'):
		        assert str(row[key]) == cell[key], (key, row, cell)
		    assert abs(row['node_hours'] - float(cell['node_hours'])) < 1e-6
		    assert row['kinds'] == cell['kinds'].split(',')
	END
}

@test "names from logs can't drive a terminal or a spreadsheet" {
	cat > bad.csv <<-'END'
		month,user,project,module,place,runs
		2025-01,a,=HYPERLINK(1),@evil,home,1
	END
	printf '2025-01,a,b,"red\033[31mtext\xc2\x9b1m",home,1\r\n' >> bad.csv
	"$ADVISOR" ingest -q -o bad.db --site "$LOGS/site.json" bad.csv
	"$ADVISOR" usage bad.db --by module > table.txt
	run grep -P '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' table.txt
	[ "$status" -eq 1 ]
	grep -qF "red?[31mtext" table.txt
	"$ADVISOR" usage bad.db --by module,project --csv > cells.csv
	grep -q "^'@evil,'=HYPERLINK(1)," cells.csv
}

@test "-o leaves nothing behind when it fails" {
	run usage --json -o no/such/folder.json
	[ "$status" -eq 4 ]
	echo old > out.json
	run usage --domain x --json -o out.json
	[ "$status" -eq 2 ]
	[ "$(cat out.json)" = old ]
	[ "$(ls)" = out.json ]
	run bash -c "\"$ADVISOR\" usage \"$STORE\" --json > /dev/full"
	[ "$status" -eq 4 ]
}

@test "mistakes: a clear word and the right status" {
	run usage --by colour
	[ "$status" -eq 2 ]
	[[ $output == *"not 'colour'"* ]]
	run usage --by domain
	[ "$status" -eq 2 ]
	[[ $output == *"table of accounts"* ]]
	run usage --json --csv
	[ "$status" -eq 2 ]
	run "$ADVISOR" usage absent.db
	[ "$status" -eq 3 ]
	[[ $output == *"absent.db"* ]]
	[ ! -e absent.db ]
	: > empty.db
	run "$ADVISOR" usage empty.db
	[ "$status" -eq 3 ]
	[[ $output == *"it is empty"* ]]
	run "$ADVISOR" usage "$LOGS/site.json"
	[ "$status" -eq 3 ]
	[[ $output == *"it is no usage store"* ]]
	printf 'konto,fach\na,b\n' > accounts.csv
	run usage --by domain --accounts accounts.csv
	[ "$status" -eq 3 ]
	[[ $output == *"'accounts.csv': line 1 is no header with the columns account and domain"* ]]
	printf 'account,domain\n"a,b\n' > accounts.csv
	run usage --by domain --accounts accounts.csv
	[ "$status" -eq 3 ]
	[[ $output == *"line 2 has an open quote"* ]]
	run usage --by domain --accounts absent.csv
	[ "$status" -eq 3 ]
}

# Writes the store anew with one byte-pattern's value changed by SQL.
spoil() {
	cp "$STORE" spoilt.db
	python3 -c 'import sqlite3, sys; db = sqlite3.connect("spoilt.db"); db.execute(sys.argv[1]); db.commit()' "$1"
	run "$ADVISOR" usage spoilt.db --by month,module,package,place,project --json
	echo "$1: $output" | head -c 500
	[ "$status" -eq 3 ]
	[[ $output == *"spoilt.db"* ]]
}

@test "a store that doesn't fit together is told, not believed" {
	spoil "UPDATE run SET user=999999"
	spoil "UPDATE run SET user=-1"
	spoil "UPDATE run SET project=1<<40"
	spoil "UPDATE run SET set_id=77777 WHERE set_id IS NOT NULL"
	spoil "UPDATE run SET environment=99999"
	spoil "UPDATE import_set SET items=x'b8b60500010000'" # an unknown module
	spoil "UPDATE import_set SET items=x'0100000000'"     # no root
	spoil "UPDATE import_set SET items=x'0100'"           # cut short
	spoil "UPDATE import_set SET items=x'ffffffffff0000010000'"
	spoil "UPDATE root SET kind=17"
	spoil "DELETE FROM module WHERE id=3"
	spoil "DELETE FROM meta WHERE key='site'"
	spoil "UPDATE meta SET value='[]' WHERE key='site'"
	spoil "INSERT INTO tally VALUES(x'00', 202501, NULL, NULL, 1, 'moon', 1)"
	spoil "PRAGMA user_version=99"
	[[ $output == *"use a newer program"* ]]
}

@test "a store cut off anywhere gives an answer or a clear error, never a crash" {
	size=$(stat -c %s "$STORE")
	for part in 0 1 2 3 5 7; do
		head -c $((size * part / 8 + 100)) "$STORE" > cut.db
		run "$ADVISOR" usage cut.db --by module
		[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { echo "$part: $status $output"; false; }
	done
}

@test "a store that may not be written to can be asked" {
	mkdir locked
	cp "$STORE" locked/s.db
	chmod 444 locked/s.db
	chmod 555 locked
	"$ADVISOR" usage locked/s.db --by month > table.txt
	chmod 755 locked
	[ "$(wc -l < table.txt)" -eq 5 ]
}
