#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# A few uses of the program under valgrind: no invalid access, nothing leaked.

load says.bash
load cli/tiny.bash

# Why all of this is to be skipped, if it is.
reason() {
	command -v valgrind > /dev/null || echo "no valgrind"
	command -v python3 > /dev/null || echo "no python3"
	! sanitized || echo "sanitized already"
}

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	reason > skip
	[ ! -s skip ] || return 0
	PYTHONDONTWRITEBYTECODE=1 python3 "$SRCDIR/tests/demo/make_usage.py" centre channel
	rm centre/logs/2026-0[2-6]*
}

# A mount that a failed test left would keep the folder.
teardown_file() {
	umount "$BATS_FILE_TMPDIR/mount" 2> /dev/null || true
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	[ ! -s skip ] || skip "$(head -n 1 skip)"
}

# watched STATUS ARGUMENT...: the program under valgrind ends with that status
watched() {
	local wanted=$1
	shift
	run valgrind -q --error-exitcode=98 --leak-check=full --errors-for-leak-kinds=definite,indirect \
		--log-file=valgrind.log "$ADVISOR" "$@"
	[ "$status" -eq "$wanted" ] || { echo "status $status"; echo "$output"; cat valgrind.log; false; }
}

@test "help" {
	watched 0 --help
	watched 2 nonsense
}

@test "logs are read" {
	watched 0 ingest -o usage.db --site centre/site.yml centre/logs
	watched 0 ingest -o usage.db --site centre/site.yml centre/logs
}

@test "damaged logs and recipes are refused" {
	head -c 9000 centre/logs/2026-01.jsonl.gz > cut.jsonl.gz
	watched 3 ingest -o cut.db --site centre/site.yml cut.jsonl.gz
	sed 's/^places/palces/' centre/site.yml > wrong.yml
	watched 3 ingest -o wrong.db --site wrong.yml cut.jsonl.gz
}

@test "questions are answered" {
	watched 0 usage usage.db --by module,place --json
	watched 0 usage usage.db --by month --overlap numpy,pandas
	watched 2 usage usage.db --by nonsense
}

@test "a plan is made and reported" {
	mkdir -p tiny && cd tiny
	tiny
	watched 0 recommend usage.db --site site.yml -o plan.json
	watched 0 report usage.db --plan plan.json
	watched 0 report usage.db --plan plan.json --project sea
	sed -i 's/^base_packages.*/base_packages: [python 3.11.*, wild]/' site.yml
	watched 1 recommend usage.db --site site.yml -o plan.json
}

@test "an image is built, held and refused" {
	python3 "$SRCDIR/tests/bundle/packages.py" packages
	{
		printf 'schema: advisor.bundle/1\nname: t\nmount: /opt/t\npackages:\n'
		printf -- '- "%s"\n' packages/good/*
	} > good.yml
	watched 0 bundle build good.yml -o good.tar.zst
	watched 0 bundle verify good.tar.zst
	watched 0 bundle list good.tar.zst
	head -c 2000 good.tar.zst > cut.tar.zst
	cp good.tar.zst.manifest.json cut.tar.zst.manifest.json
	watched 1 bundle verify cut.tar.zst
}

@test "an image is published, staged, released" {
	sed "s|/opt/t|$PWD/mount|" good.yml > staged.yml
	"$ADVISOR" bundle build -q staged.yml -o staged.tar.zst
	watched 0 bundle publish staged.tar.zst --to releases
	mkdir node
	watched 0 stage releases/current --to node --job 1
	watched 0 stage releases/current --to node --job 1 --json
	watched 0 stage --release --to node --job 1
	watched 1 bundle diff good.tar.zst staged.tar.zst
}
