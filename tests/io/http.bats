#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Downloads against a server with bad manners: what arrives is right, or nothing is there.

bats_require_minimum_version 1.5.0

load server.bash

setup_file() {
	export FOLDER=$BATS_FILE_TMPDIR/served FETCH=$BUILDDIR/tests/io/fetch
	mkdir -p "$FOLDER"
	head -c 300000 /dev/urandom > "$FOLDER/file"
	SUM=$(sha256sum < "$FOLDER/file" | cut -d' ' -f1)
	export SUM
	serve "$FOLDER"
}

teardown_file() {
	stop_serving
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

@test "a mirror takes the place of a host or of a channel, the longest address first" {
	FETCH_MIRRORS="https://example.org=$URL/down https://example.org/chan=$URL/plain" \
		run --separate-stderr "$FETCH" https://example.org/chan/file got "$SUM"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp got "$FOLDER/file"
	[ -z "$stderr" ]
	FETCH_MIRRORS="conda-forge=$URL/plain" run "$FETCH" https://conda.anaconda.org/conda-forge/file too "$SUM"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp too "$FOLDER/file"
}

@test "a mirror that is down, lacks the file or has another one gives way to the next, with a note" {
	FETCH_MIRRORS="https://e.org=http://127.0.0.1:1/x https://e.org=$URL/plain/none https://e.org=$URL/wrong \
		https://e.org=${URL/127.0.0.1/localhost}/down https://e.org=$URL/plain" run --separate-stderr "$FETCH" https://e.org/file got "$SUM"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp got "$FOLDER/file"
	[ "$(grep -c ^note: <<< "$stderr")" -eq 4 ] || { echo "$stderr"; false; }
	[[ $stderr == *"127.0.0.1:1/x/file"*"going on with '$URL/plain/none/file'"*404*sha256*503* ]]
}

@test "when no mirror has it, the last one's answer is the error" {
	FETCH_MIRRORS="https://e.org=http://127.0.0.1:1/x https://e.org=$URL/plain/none" run "$FETCH" https://e.org/file got
	[ "$status" -eq 3 ]
	[[ $output == *"$URL/plain/none/file"*404* ]]
	FETCH_OPTIONAL=1 FETCH_MIRRORS="https://e.org=http://127.0.0.1:1/x https://e.org=$URL/plain/none" \
		run --separate-stderr "$FETCH" https://e.org/file got
	[ "$output" = "missing done" ]
}

@test "a mirror may be a folder" {
	FETCH_MIRRORS="https://e.org=$FOLDER" run "$FETCH" https://e.org/file got "$SUM"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	cmp got "$FOLDER/file"
	FETCH_OPTIONAL=1 FETCH_MIRRORS="https://e.org=$FOLDER" run "$FETCH" https://e.org/none got2
	[ "$output" = "missing done" ]
}

@test "credentials: in the address, from a login, from a variable, from netrc" {
	host=${URL#http://}
	run "$FETCH" "http://alice:open@$host/private/file" one "$SUM"
	[ "$status" -eq 0 ]
	FETCH_LOGINS="http://alice:open@$host/private" run "$FETCH" "$URL/private/file" two "$SUM"
	[ "$status" -eq 0 ]
	PW=open FETCH_LOGINS="http://alice:\$PW@$host/private" run "$FETCH" "$URL/private/file" three "$SUM"
	[ "$status" -eq 0 ]
	echo "machine 127.0.0.1 login alice password open" > netrc
	NETRC=netrc run "$FETCH" "$URL/private/file" four "$SUM"
	[ "$status" -eq 0 ]
	mkdir home && mv netrc home/.netrc
	HOME=$PWD/home run "$FETCH" "$URL/private/file" five "$SUM"
	[ "$status" -eq 0 ]
	TOKEN=tok-123 FETCH_LOGINS="$URL/t/\${TOKEN}/tokens" run "$FETCH" "$URL/tokens/file" six "$SUM"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	run "$FETCH" "$URL/tokens/file" seven "$SUM"
	[ "$status" -eq 4 ]
	FETCH_LOGINS="$URL/t/\$NO_SUCH/tokens" run "$FETCH" "$URL/tokens/file" eight "$SUM"
	[ "$status" -eq 2 ]
	[[ $output == *"variable NO_SUCH is not set"* ]]
	FETCH_LOGINS="https://example.org/t/\$NO_SUCH/other" run "$FETCH" "$URL/plain/file" nine "$SUM"
	[ "$status" -eq 0 ]
}

@test "credentials do not go with a redirection to another host" {
	: > "$FOLDER/logins.log"
	run "$FETCH" "http://alice:open@${URL#http://}/away/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
	grep -q '^127.0.0.1:.*/away/file Basic' "$FOLDER/logins.log"
	grep -q '^localhost:.*/plain/file -$' "$FOLDER/logins.log"
}

@test "a server that is busy is asked when it says so" {
	run "$FETCH" "$URL/busy/file" got "$SUM"
	[ "$status" -eq 0 ]
	cmp got "$FOLDER/file"
}

@test "a loop of redirections ends" {
	run "$FETCH" "$URL/loop/file" got "$SUM"
	[ "$status" -eq 4 ]
	[[ $output == *redirect* ]]
}

@test "a server that promises more than it has is not believed" {
	run "$FETCH" "$URL/long/file" got
	[ "$status" -eq 4 ]
	[ ! -e got ]
}

@test "a server without a trusted certificate is refused, with the way out" {
	command -v openssl > /dev/null || skip "no openssl program"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost 2> /dev/null
	python3 - "$FOLDER" > tls-port 3>&- <<-'END' &
	import http.server, os, ssl, sys
	here = os.getcwd()
	os.chdir(sys.argv[1])
	server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(here + '/cert.pem', here + '/key.pem')
	server.socket = context.wrap_socket(server.socket, server_side=True)
	print(server.server_port, flush=True)
	server.serve_forever()
	END
	pid=$!
	for _ in $(seq 100); do [ -s tls-port ] && break; sleep 0.05; done
	run "$FETCH" "https://localhost:$(cat tls-port)/file" got "$SUM"
	trusted=$(SSL_CERT_FILE=$PWD/cert.pem "$FETCH" "https://localhost:$(cat tls-port)/file" got2 "$SUM" || true)
	kill $pid
	[ "$trusted" = done ]
	[ "$status" -eq 4 ]
	[[ $output == *SSL_CERT_FILE* ]]
	[ ! -e got ]
}

@test "two at once take the same file, and both have it" {
	for n in 1 2 3 4; do "$FETCH" "$URL/plain/file" got "$SUM" > "out$n" & done
	wait
	[ "$(cat out?)" = "$(printf 'done\ndone\ndone\ndone')" ]
	cmp got "$FOLDER/file"
	[ -z "$(ls got*.part 2> /dev/null)" ]
}
