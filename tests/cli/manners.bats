#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The program's manners: what it says of a slip, of itself, and what shells complete.

bats_require_minimum_version 1.5.0
load ../says.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
}

COMMANDS="ingest usage recommend explain check report bundle stage channel completion"

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

@test "did you mean: subcommands, verbs, options and words" {
	run "$ADVISOR" reoprt usage.db
	[ "$status" -eq 2 ]
	has "did you mean 'report'?"
	run "$ADVISOR" bundle verfiy x
	[ "$status" -eq 2 ]
	has "did you mean 'verify'?"
	run "$ADVISOR" report usage.db --projetc sea
	[ "$status" -eq 2 ]
	has "did you mean '--project'?"
	run "$ADVISOR" usage usage.db --by packgae
	[ "$status" -eq 2 ]
	has "did you mean 'package'?"
	run "$ADVISOR" usage usage.db --evidence=maped
	[ "$status" -eq 2 ]
	has "did you mean 'mapped'?"
	run "$ADVISOR" usage usage.db --zzzzzzzzzz
	[ "$status" -eq 2 ]
	[[ $output != *mean* ]]
	has "--help"
}

@test "what is no slip stays without a guess" {
	for word in '' x -x 0123456789012345678901234567890123456789012345678901234567890123456789; do
		run "$ADVISOR" "$word"
		[ "$status" -eq 2 ]
		[[ $output != *mean* ]] || { echo "$word: $output"; false; }
	done
}

@test "versions of the program and of its libraries" {
	run "$ADVISOR" --version
	[[ $output == "conda-advisor "[0-9]* ]]
	"$ADVISOR" --version --json > version.json
	python3 - <<-'END'
		import json
		told = json.load(open('version.json'))
		assert told['schema'] == 'advisor.version/1'
		for name in ('libsolv', 'libarchive', 'cjson', 'libcurl', 'sqlite', 'libcrypto', 'zlib', 'xxhash', 'libyaml'):
		    assert told['libraries'][name][0].isdigit(), (name, told)
		assert set(told['features']) == {'cbc', 'mariadb', 'page', 'squashfs', 'xz', 'zstd'}
		for feature, library in (('cbc', 'cbc'), ('squashfs', 'libsquashfs')):
		    assert told['features'][feature] == (library in told['libraries']), told
		    assert told['libraries'].get(library, '1')[0].isdigit(), told
		assert all(isinstance(value, bool) for value in told['features'].values())
	END
}

@test "every subcommand has help with an example and a manual page that knows its options" {
	for command in $COMMANDS; do
		run "$ADVISOR" "$command" --help
		[ "$status" -eq 0 ]
		has "Examples:"
		has "conda-advisor $command"
		page="$SRCDIR/doc/man/conda-advisor-$command.1.scd"
		[ -s "$page" ] || { echo "no $page"; false; }
		for option in $(grep -oE -- '^ +(-.,|  ) --[a-z-]+' <<< "$output" | grep -oE -- '--[a-z-]+'); do
			case $option in --help | --color | --progress | --quiet) continue ;; esac
			# Those of the network stand in one page.
			grep -q -- "$option" "$page" "$SRCDIR/doc/man/conda-advisor-channel.1.scd" ||
				{ echo "$page says nothing of $option"; false; }
		done
	done
}

# words LINE: what bash completes at the end of a line
words() {
	"$ADVISOR" completion bash > bash.sh
	bash --norc -ic '
		source bash.sh
		line=$1
		read -ra COMP_WORDS <<< "${line//=/ = }"
		[[ $line != *[\ =] ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_conda_advisor
		printf "%s\n" "${COMPREPLY[@]}" | sort' bash "$1" 2> /dev/null
}

@test "bash completes subcommands, verbs, options, words and files" {
	[ "$(words 'conda-advisor re')" = $'recommend\nreport' ]
	[ "$(words 'conda-advisor bundle ro')" = rollback ]
	[ "$(words 'conda-advisor report usage.db --all')" = --all-projects ]
	[ "$(words 'conda-advisor usage usage.db --evidence ')" = $'import\nmapped' ]
	[ "$(words 'conda-advisor usage usage.db --evidence=m')" = mapped ]
	[ "$(words 'conda-advisor usage usage.db -b pr')" = project ]
	[ "$(words 'conda-advisor completion f')" = fish ]
	touch plan.json plan.txt
	mkdir plans
	[ "$(words 'conda-advisor report usage.db --plan plan.j')" = plan.json ]
	[ "$(words 'conda-advisor report usage.db --all-projects pl')" = plans ]
	[ "$(words 'conda-advisor report usage.db --rows ')" = "" ]
	[ "$(words 'conda-advisor usage pla')" = $'plan.json\nplan.txt\nplans' ]
}

@test "every option of every subcommand is completed" {
	for command in $COMMANDS; do
		"$ADVISOR" "$command" --help | grep -oE -- '^ +(-.,|  ) --[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' |
			sort -u > told
		words "conda-advisor $command --" | sort -u > completed
		diff told completed
	done
}

@test "zsh and fish take their scripts" {
	"$ADVISOR" completion zsh > _conda-advisor
	"$ADVISOR" completion fish > conda-advisor.fish
	grep -q "#compdef conda-advisor" _conda-advisor
	grep -q -- "-l evidence .*-x -a 'import mapped'" conda-advisor.fish
	if command -v zsh > /dev/null; then zsh -fn _conda-advisor; fi
	if command -v fish > /dev/null; then
		fish --no-execute conda-advisor.fish
		[ "$(fish -c 'source conda-advisor.fish; complete -C "conda-advisor rep"' | cut -f1)" = report ]
	fi
}

@test "nothing that logs, channels, environments and images have in them steers a terminal" {
	run python3 "$SRCDIR/tests/cli/controls.py" "$ADVISOR" "$BATS_TEST_TMPDIR/hostile"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "hints are for a terminal, and not for the quiet" {
	printf 'month,user,project,module,place,runs\n2025-01,ann,sea,numpy,base,5\n' > usage.csv
	cat > site.yml <<-'END'
		schema: advisor.site/1
		name: tiny
		places: [{class: base, prefix: /soft/}]
		base_packages: [python]
		channels: [./channel]
	END
	run --separate-stderr "$ADVISOR" ingest -o a.db --site site.yml usage.csv
	[[ $stderr != *next:* ]]
	script -qec true /dev/null > /dev/null 2>&1 || skip "no script(1), or no terminal that it could make"
	run script -qec "'$ADVISOR' ingest -o b.db --site site.yml usage.csv" /dev/null
	has "next: conda-advisor usage b.db"
	run script -qec "'$ADVISOR' ingest -q -o c.db --site site.yml usage.csv" /dev/null
	[[ $output != *next:* ]]
}

@test "installing brings completion, and takes it away again" {
	grep -q '/conda-advisor completion bash' "$BUILDDIR/Makefile"
	make -C "$BUILDDIR" -s install-data-local DESTDIR="$PWD/d" prefix=/opt/x datadir=/opt/x/share > /dev/null
	for file in bash-completion/completions/conda-advisor zsh/site-functions/_conda-advisor \
		fish/vendor_completions.d/conda-advisor.fish; do
		[ -s "d/opt/x/share/$file" ] || { find d; false; }
	done
	make -C "$BUILDDIR" -s uninstall-local DESTDIR="$PWD/d" prefix=/opt/x datadir=/opt/x/share > /dev/null
	[ -z "$(find d -type f)" ]
}
