#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Shares of a list of files, and parts of large ones: together they are everything, once.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs" KEY="$BATS_FILE_TMPDIR/key"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$BATS_FILE_TMPDIR/big" --pad 40000
	export BIG="$BATS_FILE_TMPDIR/big/log.jsonl"
	printf '%064d\n' 7 > "$KEY"
	chmod 600 "$KEY"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	local store=$1
	shift
	"$ADVISOR" ingest -q -o "$store" --key "$KEY" --site "$LOGS/site.json" "$@"
}

value() {
	"$ADVISOR" ingest --status --json --rejects "$1" |
		python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)[sys.argv[1]]))' "$2"
}

@test "shares of a large file are merged into what one reading gives, refused records included" {
	ingest one.db "$BIG"
	for n in 5; do
		rm -f part*.db all.db
		for i in $(seq $n); do
			ingest part$i.db --shard $i/$n "$BIG"
		done
		"$ADVISOR" ingest -q -o all.db --merge part*.db
		for key in fingerprint records rejected reasons waiting runs bytes; do
			diff <(value all.db $key) <(value one.db $key)
		done
		[ "$(value all.db sources)" = $n ]
		# Places of refused records are those in the file.
		diff <(value all.db rejects | grep -o '"offset": [0-9]*' | sort) \
			<(value one.db rejects | grep -o '"offset": [0-9]*' | sort)
	done
	# A share that is read again is known.
	run "$ADVISOR" ingest -o part2.db --key "$KEY" --shard 2/5 "$BIG"
	[[ $output == *"read 0 files (1 known"* ]]
}

@test "files, folders and a list with sizes: every file in one share" {
	gzip -c "$LOGS/log.jsonl" > log.gz
	ingest one.db "$LOGS/files" log.gz "$LOGS/counts.csv" "$BIG"
	find "$LOGS/files" log.gz "$LOGS/counts.csv" "$BIG" -type f -printf '%s\t%p\n' > list
	for i in 1 2 3; do
		ingest part$i.db --shard $i/3 --files-from list
	done
	"$ADVISOR" ingest -q -o all.db --merge part*.db
	for key in fingerprint records rejected runs counted_runs; do
		diff <(value all.db $key) <(value one.db $key)
	done
	# Each has a fair share.
	for i in 1 2 3; do
		[ "$(value part$i.db bytes)" -gt 1000000 ]
	done
	# The same list without shares.
	ingest listed.db --files-from list
	diff <(value listed.db fingerprint) <(value one.db fingerprint)
}

@test "a part of a log that grows is read on, the last one to the end" {
	ingest one.db "$BIG"
	size=$(stat -c %s "$BIG")
	head -c $((size - 100000)) "$BIG" > xalt.log
	printf '%d\t%s\n' "$((size - 100000))" xalt.log > list
	for i in 1 2 3; do
		ingest part$i.db --shard $i/3 --files-from list
	done
	cat "$BIG" > xalt.log
	for i in 1 2 3; do
		ingest part$i.db --shard $i/3 --files-from list
	done
	"$ADVISOR" ingest -q -o all.db --merge part*.db
	for key in fingerprint records rejected runs; do
		diff <(value all.db $key) <(value one.db $key)
	done
}

@test "what is no share is a mistake, and standard input has none" {
	for share in 0/3 4/3 3 a/b 1/0 1/1001; do
		run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" --shard $share "$BIG"
		[ "$status" -eq 2 ]
		[[ $output == *"a share is I/N"* ]]
	done
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" --shard 1/2 -
	[ "$status" -eq 2 ]
}

# The scheduler of the recipes' tests: prints what was submitted and runs it at once.
@test "the recipes share, read and merge as a scheduler would run them" {
	mkdir bin logs
	cp "$LOGS/mixed-1.jsonl.gz" "$LOGS/mixed-2.jsonl" "$LOGS/mixed-3.jsonl" logs/
	cp "$LOGS/site.json" site.json
	cat > bin/sbatch <<-'END'
		#!/bin/sh
		# Runs every task of an array, then what depends on it.
		echo "$*" >> sbatch.log
		for word; do
			case $word in --array=*) tasks=${word#--array=1-} ;; --export=*) ;; --*) ;; *) script=$word ;; esac
		done
		for task in $(seq "${tasks:-0}"); do
			SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=$tasks "$script" >&2 || exit 1
		done
		[ "${tasks:-0}" -gt 0 ] || "$script" >&2 || exit 1
		echo 77
	END
	cat > bin/qsub <<-'END'
		#!/bin/sh
		echo "$*" >> qsub.log
		tasks=0 previous=
		for word; do
			case $previous in -J) tasks=${word#1-} ;; esac
			previous=$word script=$word
		done
		for task in $(seq "$tasks"); do
			PBS_ARRAY_INDEX=$task "$script" >&2 || exit 1
		done
		[ "$tasks" -gt 0 ] || "$script" >&2 || exit 1
		echo "77[].server"
	END
	chmod +x bin/*
	ingest one.db logs
	for recipe in slurm/ingest.sbatch pbs/ingest.pbs; do
		rm -rf usage.db work
		PATH="$PWD/bin:$(dirname "$ADVISOR"):$PATH" STORE=usage.db SITE=site.json KEY="$KEY" TASKS=3 WORK=work \
			"$SRCDIR/recipes/$recipe" logs
		diff <(value usage.db fingerprint) <(value one.db fingerprint)
		[ "$(value usage.db sources)" = 3 ]
	done
	grep -q -- '--dependency=afterok:77' sbatch.log
	grep -q 'depend=afterok:77\[\].server' qsub.log
}
