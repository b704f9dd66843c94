# SPDX-License-Identifier: BSD-3-Clause
# A server of files with bad manners (server.py). Sourced by bats files.

serve() { # folder; exports URL
	python3 "$SRCDIR/tests/io/server.py" "$1" > "$BATS_FILE_TMPDIR/port" 3>&- &
	echo $! > "$BATS_FILE_TMPDIR/pid"
	for _ in $(seq 100); do [ -s "$BATS_FILE_TMPDIR/port" ] && break; sleep 0.05; done
	URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/port")
	export URL
}

stop_serving() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}
