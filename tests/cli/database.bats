#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The XALT database: a real server on a socket in a temporary folder, with what XALT's loader makes
# of a log; read from it is what is read from the log.

setup_file() {
	export PATH="$PATH:/usr/sbin:/sbin"
	export LOGS="$BATS_FILE_TMPDIR/logs" KEY="$BATS_FILE_TMPDIR/key"
	command -v mariadbd > /dev/null || return 0
	DATA=$(mktemp -d "${TMPDIR:-/tmp}/advisor-db.XXXXXX")
	export DATA SOCKET="$DATA/socket"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	printf '%064d\n' 7 > "$KEY"
	chmod 600 "$KEY"
	# --force: a machine that can't look up its own name will do.
	mariadb-install-db --no-defaults --force --user="$(id -un)" --datadir="$DATA/data" --skip-test-db \
		--auth-root-authentication-method=normal > "$DATA/install.log" 2>&1
	mariadbd --no-defaults --user="$(id -un)" --datadir="$DATA/data" --socket="$SOCKET" --skip-networking \
		--pid-file="$DATA/pid" --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=32M \
		> "$DATA/server.log" 2>&1 3>&- &
	echo $! > "$DATA/server.pid"
	for _ in $(seq 300); do
		sql "SELECT 1" > /dev/null 2>&1 && break
		sleep 0.1
	done
	sql "CREATE DATABASE whole; CREATE DATABASE parts; CREATE USER 'reader'@'localhost' IDENTIFIED BY 'gehe1m-Wort';
		GRANT SELECT ON *.* TO 'reader'@'localhost'"
	python3 "$SRCDIR/tests/usage/make_database.py" "$LOGS/log.jsonl" | mariadb --no-defaults -S "$SOCKET" -u root whole
	"$ADVISOR" ingest -q -o "$DATA/log.db" --key "$KEY" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	answers "$DATA/log.db" > "$DATA/log.txt"
	printf '[client]\nuser=reader\npassword=gehe1m-Wort\n' > "$DATA/my.cnf"
	chmod 600 "$DATA/my.cnf"
}

teardown_file() {
	[ -n "${DATA-}" ] || return 0
	kill "$(cat "$DATA/server.pid")" 2> /dev/null || true
	for _ in $(seq 100); do
		kill -0 "$(cat "$DATA/server.pid")" 2> /dev/null || break
		sleep 0.1
	done
	rm -rf "$DATA"
}

setup() {
	command -v mariadbd > /dev/null || skip "no mariadbd (Debian: mariadb-server-core)"
	cd "$BATS_TEST_TMPDIR"
	"$ADVISOR" ingest -o x.db --site "$LOGS/site.json" --from-db mysql://h/d 2>&1 | grep -q "built without" &&
		skip "built without libmariadb"
	unset MYSQL_PWD
	url="mysql://localhost/whole?socket=$SOCKET&defaults=$DATA/my.cnf"
}

sql() {
	mariadb --no-defaults -S "$SOCKET" -u root -e "$1" "${2-mysql}"
}

ingest() {
	"$ADVISOR" ingest -o s.db --key "$KEY" --site "$LOGS/site.json" "$@"
}

answers() {
	for by in month module,month package,place project; do
		for evidence in import mapped; do
			"$ADVISOR" usage "$1" --json --by "$by" --evidence $evidence
		done
	done
}

@test "what the database says is what the log says, and reading it again changes nothing" {
	run ingest --from-db "$url"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"counted 160 runs"* ]]
	answers s.db | cmp - "$DATA/log.txt"
	before=$(sha256sum < s.db)
	run ingest --from-db "$url"
	[[ $output == *" 0 records"* ]]
	[ "$before" = "$(sha256sum < s.db)" ]
	# The log beside it adds nothing.
	ingest -q "$LOGS/log.jsonl"
	answers s.db | cmp - "$DATA/log.txt"
}

@test "a database that grows is read on; a run whose end came later counts" {
	url="mysql://localhost/parts?socket=$SOCKET&defaults=$DATA/my.cnf"
	python3 "$SRCDIR/tests/usage/make_database.py" "$LOGS/log.jsonl" --half 0 | mariadb --no-defaults -S "$SOCKET" -u root parts
	ingest -q --from-db "$url"
	python3 "$SRCDIR/tests/usage/make_database.py" "$LOGS/log.jsonl" --half 1 | mariadb --no-defaults -S "$SOCKET" -u root parts
	run ingest --from-db "$url"
	[ "$status" -eq 0 ]
	answers s.db | cmp - "$DATA/log.txt"
	run "$ADVISOR" ingest --status s.db
	[[ $output == *".xalt_pkg"* && $output == *"xalt-db"* ]]
}

@test "the password: from an option file or the environment, never from the command line or in a message" {
	bare="mysql://reader@localhost/whole?socket=$SOCKET"
	run ingest --from-db "$bare"
	[ "$status" -eq 4 ]
	[[ $output == *"Access denied"* ]]
	MYSQL_PWD=gehe1m-Wort ingest -q --from-db "$bare"
	answers s.db | cmp - "$DATA/log.txt"
	run env MYSQL_PWD=gehe1m-falsch "$ADVISOR" ingest -o t.db --site "$LOGS/site.json" --from-db "$bare"
	[ "$status" -eq 4 ]
	[[ $output != *gehe1m* ]]
	run ingest --from-db "mysql://reader:gehe1m-Wort@localhost/whole"
	[ "$status" -eq 2 ]
	[[ $output == *"can be seen by everybody"* && $output != *gehe1m* ]]
	run grep -aE "gehe1m|S3CR3T|main\.py" s.db
	[ "$status" -eq 1 ]
	run grep -aFf "$LOGS/users.txt" s.db
	[ "$status" -eq 1 ]
}

@test "what was cut off by a column is refused, with its table and id" {
	long=$(printf 'x%.0s' $(seq 64))
	path=/home/u/$(printf 'y%.0s' $(seq 1016))
	sql "CREATE DATABASE cut"
	mariadb --no-defaults -S "$SOCKET" -u root cut < <(mariadb-dump --no-defaults -S "$SOCKET" -u root -d whole 2> /dev/null ||
		python3 -c 'import runpy, sys; print(runpy.run_path(sys.argv[1])["SCHEMA"])' "$SRCDIR/tests/usage/make_database.py")
	sql "INSERT INTO xalt_run SELECT * FROM whole.xalt_run LIMIT 3;
		INSERT INTO xalt_pkg (run_id, program, pkg_name, pkg_path) VALUES (1, 'python', '$long', '/sw/x.py'),
		(1, 'python', 'a', '$path'), (1, 'R', 'b', '/x'), (1, 'python', 'tail.$(printf 'x%.0s' $(seq 59))', '/sw/x.py')" cut
	run ingest --from-db "mysql://localhost/cut?socket=$SOCKET&defaults=$DATA/my.cnf"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"6 records, 2 refused"* ]]
	run "$ADVISOR" ingest --status --rejects s.db
	[[ $output == *"pkg_name that was cut off"* && $output == *"pkg_path that was cut off"* ]]
	run "$ADVISOR" usage s.db --by module --csv
	[[ $output == *tail* ]]
}

@test "no room for the store: status 4, and going on completes it" {
	run bash -c "trap '' XFSZ; ulimit -f 140; exec \"\$@\"" - "$ADVISOR" ingest -o s.db --key "$KEY" --site "$LOGS/site.json" --from-db "$url"
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"store 's.db': "* ]]
	ingest -q --from-db "$url"
	answers s.db | cmp - "$DATA/log.txt"
}

@test "the examples of the README and the manual" {
	mkdir centre.made
	cp "$DATA/log.db" centre.made/usage.db
	cp "$KEY" centre.made/usage.db.key
	cp -r centre.made centre
	MYSQL_PWD=gehe1m-Wort DATABASE="mysql://reader@localhost/whole?socket=$SOCKET" run \
		python3 "$SRCDIR/tests/cli/documents.py" "$ADVISOR" "$PWD/centre" --only mysql: \
		"$SRCDIR/README.md" "$SRCDIR/doc/man/conda-advisor-ingest.1.scd"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"2 examples run"* ]]
}

@test "no server, no such table, a URL that is none: clear errors" {
	run ingest --from-db "mysql://localhost/whole?socket=$DATA/absent"
	[ "$status" -eq 4 ]
	[[ $output == *"the database says"* ]]
	run ingest --from-db "mysql://localhost/mysql?socket=$SOCKET&defaults=$DATA/my.cnf"
	[ "$status" -eq 4 ]
	[[ $output == *"xalt_run"* ]]
	run ingest --from-db "postgres://localhost/x"
	[ "$status" -eq 2 ]
	run ingest --from-db "mysql://localhost/"
	[ "$status" -eq 2 ]
	[[ $output == *"the database is missing"* ]]
}
