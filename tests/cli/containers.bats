#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest: archives, lists and odd files that hold logs.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	"$ADVISOR" ingest -q -o "$BATS_FILE_TMPDIR/plain.db" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	"$ADVISOR" usage "$BATS_FILE_TMPDIR/plain.db" --json --by month,module \
		> "$BATS_FILE_TMPDIR/plain.txt"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" "$@"
}

same_answers() {
	"$ADVISOR" usage s.db --json --by month,module | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

# pack KIND FILE: the files of a record each, and what must be passed over.
pack() {
	python3 - "$1" "$2" "$LOGS/files" <<-'END'
		import io, os, sys, tarfile, zipfile
		kind, out, folder = sys.argv[1:]
		paths = sorted(os.path.join(home, name) for home, _, names in os.walk(folder) for name in names)
		if kind == 'zip':
		    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
		        for path in paths:
		            archive.write(path, os.path.relpath(path, folder))
		    sys.exit()
		with tarfile.open(out, 'w:' + kind) as archive:
		    for number, path in enumerate(paths):
		        odd = ('../../', '/', './', '')[number % 4]
		        member = archive.gettarinfo(path, 'x')
		        member.name = odd + os.path.relpath(path, folder)
		        with open(path, 'rb') as file:
		            archive.addfile(member, file)
		    for name, kind in (('to-passwd.json', tarfile.SYMTYPE), ('hard.json', tarfile.LNKTYPE),
		                       ('null.json', tarfile.CHRTYPE), ('pipe.json', tarfile.FIFOTYPE)):
		        member = tarfile.TarInfo(name)
		        member.type, member.linkname = kind, '/etc/passwd'
		        archive.addfile(member)
	END
}

@test "a tar of files, with names that lead out of it, links and devices" {
	pack '' all.tar
	ingest all.tar
	same_answers
	[ ! -e ../000 ]
}

@test "a tar.gz, a tar.xz on standard input, a zip" {
	pack gz all.tgz
	ingest all.tgz
	same_answers
	rm s.db
	pack xz all.tar.xz
	ingest - < all.tar.xz
	same_answers
	rm s.db
	pack zip all.zip
	ingest all.zip
	same_answers
}

@test "members of an archive that are compressed by themselves" {
	cp "$LOGS/mixed-1.jsonl.gz" .
	xz -c "$LOGS/mixed-2.jsonl" > 2.xz
	bzip2 -c "$LOGS/mixed-3.jsonl" > 3.bz2
	tar -cf all.tar mixed-1.jsonl.gz 2.xz 3.bz2
	ingest all.tar
	same_answers
	run "$ADVISOR" ingest -o s.db all.tar
	[[ $output == *"read 0 files (3 known"* ]]
}

@test "a member that is damaged costs that member; an archive cut short costs its rest" {
	head -c 5000 "$LOGS/mixed-1.jsonl.gz" > cut.gz
	cp "$LOGS/log.jsonl" .
	tar -cf all.tar cut.gz log.jsonl
	run ingest all.tar
	[ "$status" -eq 3 ]
	[[ $output == *"reading 'all.tar:cut.gz': "* ]]
	same_answers
	head -c 20000 all.tar > cut.tar
	run ingest cut.tar
	[ "$status" -eq 3 ]
	[[ $output == *"cut.tar"* ]]
	same_answers
}

@test "the members of an archive and the same files outside are the same sources" {
	tar -cf all.tar -C "$LOGS" mixed-2.jsonl runs.jsonl
	ingest all.tar
	run "$ADVISOR" ingest -o s.db "$LOGS/mixed-2.jsonl" "$LOGS/runs.jsonl"
	[[ $output == *"read 0 files (2 known"* ]]
}

@test "a list of logs: a name a line, ended by NUL, on standard input, compressed" {
	cp "$LOGS/mixed-2.jsonl" "odd
name"
	printf '%s\0' "odd
name" "$LOGS/mixed-1.jsonl.gz" > list
	echo "$LOGS/mixed-3.jsonl" | ingest --files-from -
	gzip list
	ingest --files-from list.gz
	same_answers
	find "$LOGS/files" -name '[!.]*.json' -print0 | ingest --files-from -
	same_answers
}

@test "a list that names what is not there, and no list" {
	printf '%s\n' "$LOGS/log.jsonl" absent.jsonl "" "$LOGS/runs.jsonl" > list
	run ingest --files-from list
	[ "$status" -eq 3 ]
	[[ $output == *"absent.jsonl"* ]]
	same_answers
	run ingest --files-from absent.list
	[ "$status" -eq 3 ]
	[[ $output == *"absent.list"* ]]
	run "$ADVISOR" ingest -o s.db
	[ "$status" -eq 2 ]
	[[ $output == *"--files-from"* ]]
}

@test "a FIFO is read to its end" {
	mkfifo pipe
	cat "$LOGS/log.jsonl" > pipe &
	ingest pipe
	wait $!
	same_answers
}

@test "no log, whatever it begins with, makes us start another program" {
	mkdir bin
	for name in lrzip lzop grzip unlzop; do
		printf '#!/bin/sh\necho %s >> "%s/started"\ncat\n' "$name" "$PWD" > "bin/$name"
		chmod +x "bin/$name"
	done
	printf 'LRZI\0\6' > log.lrz
	printf 'GRZipII\0\2\4:)' > log.grz
	printf '\211LZO\0\r\n\032\n' > log.lzo
	for log in log.*; do
		head -c 4096 /dev/zero >> "$log"
		run env PATH="$PWD/bin:$PATH" "$ADVISOR" ingest -q -o "$log.db" --site "$LOGS/site.json" "$log"
		[ "$status" -eq 3 ] || [ "$status" -eq 0 ]
	done
	[ ! -e started ] || { cat started; false; }
}
