#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# check as the gate of a CI, from outside: changes, losses, rules, lockfiles, forms.

bats_require_minimum_version 1.5.0
load gate.bash
load ../says.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export PYTHONPATH="$SRCDIR/tests/cli"
	gate_channel
	gate_site > site.yml
}

check() { # status, argument...
	local wanted=$1
	shift
	run --separate-stderr "$ADVISOR" check "$@"
	[ "$status" -eq "$wanted" ] || { echo "status $status"; echo "$output$stderr"; false; }
}

says() { # text; line ends of the layout do not count
	[[ $(tr -s ' \n' '  ' <<< "$output") == *"$1"* ]] || { echo "no '$1' in: $output"; false; }
}

silent_about() { # text
	[[ $(tr -s ' \n' '  ' <<< "$output") != *"$1"* ]] || { echo "'$1' in: $output"; false; }
}

# rules RULE...: exactly these are broken, in the order of lines.
rules() {
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
got = [one["rule"] for one in d["findings"]]
assert got == sys.argv[2:], d["findings"]' "$output" "$@"
}

@test "what changes against base" {
	patch 'p["numpy-1.26.5-0.conda"] = dict(p["numpy-1.26.4-0.conda"], version="1.26.5", size=3000)'
	gate_environment "python 3.11.*" "numpy 1.26.5" old > env.yml
	{ gate_environment "python=3.11.9=0" "numpy=1.26.4=0" "zarr=2.18=0"; printf '  - pip:\n    - some-thing==1\n'; } > base.yml
	check 1 env.yml --site site.yml --base base.yml --json --date 2025-09-01
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
got = {(c["kind"], c["name"], c["pip"], c["from"] and c["from"]["version"], c["to"] and c["to"]["version"])
       for c in d["changes"]["packages"]}
assert got == {("added", "old", False, None, "1.0"), ("removed", "zarr", False, "2.18", None),
               ("removed", "some-thing", True, "1", None), ("up", "numpy", False, "1.26.4", "1.26.5")}, got
assert d["changes"]["bytes_more"] == 1000 - 1000 + 3000 - 1000, d["changes"]
' "$output"
	check 1 env.yml --site site.yml --base base.yml --date 2025-09-01
	says "Against base 1 package less, 2.0 KiB more to download"
	says "added (1): old 1.0 removed (2): zarr 2.18, some-thing 1 by pip up (1): numpy 1.26.5 (was 1.26.4)"
	# The same the other way round; and nothing where nothing is different.
	check 0 base.yml --site site.yml --base env.yml --date 2025-09-01
	says "down (1): numpy 1.26.4 (was 1.26.5)"
	check 0 base.yml --site site.yml --base base.yml
	says "Against base nothing changes"
	check 1 env.yml --site site.yml --base env.yml --date 2025-09-01
	says "Against base nothing changes"
}

@test "who loses what, and few of them are not told" {
	cat > usage.csv <<-'END'
	month,user,project,module,place,runs
	2025-01,ann,sea,zarr,base,5
	2025-01,bob,sea,zarr,base,5
	2025-02,cid,sky,zarr,base,1
	2025-02,ann,sea,xarray,base,1
	2025-02,dan,sky,xarray,home,1
	2025-02,eve,sky,numpy,base,1
	END
	"$ADVISOR" ingest -q --names -o usage.db --site site.yml usage.csv
	gate_environment "python 3.11.*" numpy > env.yml
	check 0 env.yml --site site.yml --usage usage.db --date 2025-09-01
	says "Who loses what (usage of 2025-01 to 2025-02)"
	says "zarr 2.18 goes 3 - 2 sea sky xarray 2024.5 goes 1 - 1 sea"
	says "warning: zarr goes, and 3 users of 2 projects import it from base [losses]"
	check 0 env.yml --site site.yml --usage usage.db --since 2025-02 --date 2025-09-01
	says "warning: zarr goes, and 1 user of 1 project imports it"
	# Below min_users neither counts nor names are told, in no form.
	echo "privacy: {min_users: 2}" >> site.yml
	check 0 env.yml --site site.yml --usage usage.db --date 2025-09-01 --markdown comment.md --json
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
rows = {one["name"]: (one["users"], one["projects"], one["user_names"]) for one in d["usage"]["losses"]}
assert rows == {"zarr": (3, ["sea"], []), "xarray": (None, [], [])}, rows
assert d["usage"]["users_losing"] == 3 and d["usage"]["users_losing_at_least"]
' "$output"
	grep -q '| zarr | 2.18 | goes | 3 | 2 |' comment.md
	grep -q '| xarray | 2024.5 | goes | &lt;2 | 1 |' comment.md
	refute grep -E 'ann|bob' comment.md
	# Severity is the recipe's.
	sed -i 's/^policy:/policy:\n  losses: {severity: error, users: 3}/' site.yml
	check 1 env.yml --site site.yml --usage usage.db --date 2025-09-01
	check 2 env.yml --usage usage.db --channel ./channel
	[[ $stderr == *"--site or --base"* ]]
}

@test "who loses the version that he imports" {
	python3 "$SRCDIR/tests/cli/write_logs.py" snooper logs <<-'END'
		2025-03 ann sea /soft/base numpy=1.26.4,zarr=2.17
		2025-03 bob sea /soft/base numpy=1.26.3
	END
	"$ADVISOR" ingest -q -o usage.db --site site.yml logs
	patch 'p["numpy-1.26.5-0.conda"] = dict(p["numpy-1.26.4-0.conda"], version="1.26.5")'
	sed -i 's/numpy, zarr, xarray\]}/numpy ==1.26.4, zarr, xarray]}/' site.yml
	gate_environment "python 3.11.*" numpy zarr xarray > env.yml
	check 0 env.yml --site site.yml --usage usage.db --date 2025-09-01
	says "numpy 1.26.4 1.26.5 2 1 1 sea"
	says "note, line 4: numpy 1.26.5 takes the place of 1.26.4, which 1 user imports from base [versions]"
}

@test "licences: expressions, exceptions, wildcards" {
	gate_environment "python 3.11.*" either odd gpl both > env.yml
	check 1 env.yml --site site.yml --json --date 2025-09-01
	rules licenses licenses
	[[ $output == *'"gpl 1.0 has a licence that is not allowed here: GPL-3.0-only"'* ]]
	[[ $output == *'MIT AND GPL-3.0-only'* ]]
	# A licence with its exception is allowed by its whole name; GPL-3.0-only alone stays banned.
	gate_environment "python 3.11.*" mild > env.yml
	check 1 env.yml --site site.yml --json --date 2025-09-01
	rules licenses
	sed -i 's/allow: \[MIT,/allow: [MIT, GPL-3.0-only WITH GCC-exception-3.1,/' site.yml
	check 0 env.yml --site site.yml --date 2025-09-01
	patch 'del p["old-1.0-0.conda"]["license"]'
	gate_environment "python 3.11.*" "old" > env.yml
	check 1 env.yml --site site.yml --json --date 2016-01-01
	rules licenses
	sed -i 's/GPL-3.0-only, AGPL\*\]/GPL-3.0-only], except: [old]/' site.yml
	check 0 env.yml --site site.yml --date 2016-01-01
}

@test "ages, and the end of Python, by a date" {
	sed -i 's/  too_old: .*/  too_old: {severity: error, days: 100}\n  too_young: note\n  unmaintained: {severity: warning, days: 1000}/' site.yml
	gate_environment "python 3.11.*" old > env.yml
	# The channel's packages are of 2025-02-19, 'old' is of 2015-01-01.
	check 1 env.yml --site site.yml --json --date 2025-02-25
	rules too_young too_old unmaintained
	check 0 env.yml --site site.yml --json --date 2015-01-07
	rules too_young too_young
	SOURCE_DATE_EPOCH=1420600000 check 0 env.yml --site site.yml --json
	rules too_young too_young
	check 2 env.yml --site site.yml --date yesterday
	[[ $stderr == *"--date takes a day such as 2025-03-14, not 'yesterday'"* ]]
	gate_environment "python 3.11.*" > env.yml
	sed -i '/too_old\|unmaintained/d' site.yml
	check 0 env.yml --site site.yml --date 2027-06-01
	says "line 3: python 3.11.9 is looked after until 2027-10-31, which is 153 days more [python_eol]"
	check 0 env.yml --site site.yml --date 2027-11-01
	says "is not looked after any more: the end of Python 3.11 was 2027-10-31"
	check 0 env.yml --site site.yml --date 2026-06-01
	silent_about python_eol
}

@test "budgets, required and pinned packages, builds, modules, channels that are broken" {
	cat >> site.yml <<-'END'
	  budget: {severity: error, max_packages: 4, max_bytes: 100000, max_added_packages: 1}
	  required: {severity: error, packages: ["pip >=23"]}
	  pins: {severity: error, packages: ["zarr 2.17.*"]}
	END
	gate_environment "python 3.11.*" zarr old pip > env.yml
	check 1 env.yml --site site.yml --json --date 2016-01-01
	rules budget budget pins
	[[ $output == *'"packages: 6, of 4 allowed"'* ]]
	[[ $output == *'"packages that base has not: 2, of 1 allowed"'* ]]
	sed -i '/^  budget/d' site.yml
	gate_environment "python 3.11.*" > env.yml
	check 1 env.yml --site site.yml --json --date 2025-09-01
	rules required
	gate_environment "python 3.11.*" mpi4py pip > env.yml
	check 1 env.yml --site site.yml --json --date 2025-09-01
	rules by_module external
	# The build that leans on the machine's own MPI may stay; so may what the recipe excepts.
	gate_environment "python 3.11.*" mpi4py "mpich * external_*" pip > env.yml
	sed -i 's/external_\*"/external_*", mpi4py/' site.yml
	check 0 env.yml --site site.yml --date 2025-09-01
	printf 'channels: [./channel, conda-forge/label/broken]\ndependencies: [python 3.11.*, pip]\n' > env.yml
	check 1 env.yml --site site.yml --json --date 2025-09-01
	rules channels yanked
	# A build that was taken back.
	python3 -c '
import json
d = json.load(open("channel/linux-64/repodata.json"))
d["removed"] = ["old-1.0-0.conda"]
d["packages.conda"]["old-0.9-0.conda"] = dict(d["packages.conda"]["old-1.0-0.conda"], version="0.9")
json.dump(d, open("channel/linux-64/repodata.json", "w"))'
	gate_environment "python 3.11.*" "old=1.0=0" pip > env.yml
	check 1 env.yml --site site.yml --json --date 2016-01-01
	rules base solvable yanked
}

@test "the manual page has every rule, with the severity that it has by itself" {
	gate_environment "python 3.11.*" > env.yml
	check 0 env.yml --site site.yml --sarif out.sarif --date 2025-09-01
	python3 - "$SRCDIR/doc/man/conda-advisor-check.1.scd" "$SRCDIR/libadvisor/site/policy.c" <<-'END'
	import json, re, sys
	rules = [rule["id"] for rule in json.load(open("out.sarif"))["runs"][0]["tool"]["driver"]["rules"]]
	page = dict(re.findall(r"^\*([\w\\]+)\* \((\w+)\)$", open(sys.argv[1]).read().replace("\\_", "_"), re.M))
	assert list(page) == rules, set(page) ^ set(rules)
	words = {"ADVI_ERROR": "error", "ADVI_WARNING": "warning", "ADVI_REMARK": "note", "ADVI_OFF": "off"}
	table = re.findall(r"\] = \{\s*\"(\w+)\",.*?(ADVI_(?:ERROR|WARNING|REMARK|OFF))", open(sys.argv[2]).read(), re.S)
	assert {name: words[severity] for name, severity in table} == page, (table, page)
	END
}

@test "severities, and rules that there are not" {
	gate_environment "python 3.11.*" big > env.yml
	check 1 env.yml --site site.yml --date 2025-09-01
	for severity in warning note off; do
		{ gate_site; echo "  banned: $severity"; } > site.yml
		check 0 env.yml --site site.yml --date 2025-09-01
	done
	silent_about banned
	refused() { # recipe's lines, what is said
		{ gate_site; printf '%s\n' "$1"; } > bad.yml
		check 3 env.yml --site bad.yml
		[[ $stderr == *"$2"* ]] || { echo "no '$2' in: $stderr"; false; }
	}
	refused "  bannd: error" "bad.yml: line 20: there is no rule 'bannd'; did you mean 'banned'?"
	refused "  quantum: error" "bad.yml: line 20: there is no rule 'quantum'; conda-advisor-check(1) lists them"
	refused "  banned: fatal" "line 20: a severity is error, warning, note or off, not 'fatal'"
	refused "  banned: {severity: [error]}" "line 20: 'severity' takes text, not a list"
	refused "  banned: [big]" "line 20: the rule 'banned' must be a map of keys and values, not a list"
	refused "  banned: {pakages: [big]}" "line 20: unknown key 'pakages'; did you mean 'packages'?"
	refused "  banned: {days: 3}" "line 20: unknown key 'days'"
	refused "  banned: {packages: ['big >=1..2>']}" "line 20: package spec 'big >=1..2>'"
	refused "  too_young: {days: soon}" "line 20: 'days' takes a whole number, not 'soon'"
	refused "  budget: {max_bytes: much}" "line 20: 'max_bytes' takes a size such as 500M or 2G, not 'much'"
	refused "policy: error" "the key 'policy' is there twice"
	printf 'name: x\nplaces: [{class: base, prefix: /b}]\npolicy: error\n' > bad.yml
	check 3 env.yml --site bad.yml
	[[ $stderr == *"bad.yml: line 3: 'policy' takes a map of keys and values, not 'error'"* ]]
}

@test "a lockfile that must be up to date" {
	gate_environment "python 3.11.*" zarr > env.yml
	check 1 env.yml --site site.yml --lock conda.lock --date 2025-09-01
	says "error: there is no lockfile 'conda.lock' [lockfile]"
	check 0 env.yml --site site.yml --lock conda.lock --update-lock --date 2025-09-01
	[ "$stderr" = "conda-advisor: conda.lock is written anew" ] || [ "$stderr" = "conda.lock is written anew" ]
	check 0 env.yml --site site.yml --lock conda.lock --date 2025-09-01
	silent_about lockfile
	# What is right already is not touched, though the channel has something newer.
	patch 'p["asciitree-0.4-0.conda"] = dict(p["asciitree-0.3-0.conda"], version="0.4")'
	cp conda.lock before.lock
	check 0 env.yml --site site.yml --lock conda.lock --update-lock --date 2025-09-01
	cmp conda.lock before.lock
	stale() { # what is said
		check 1 env.yml --site site.yml --lock conda.lock --date 2025-09-01
		says "$1"
	}
	gate_environment "python 3.11.*" zarr old > env.yml
	stale "error, line 5: the lockfile has no old, which 'old' asks for [lockfile]"
	gate_environment "python 3.11.*" "zarr <2" > env.yml
	patch 'p["zarr-1.0-0.conda"] = dict(p["zarr-2.18-0.conda"], version="1.0")'
	stale "error, line 4: the lockfile has zarr 2.18, which 'zarr <2' does not mean [lockfile]"
	gate_environment "python 3.11.*" numpy > env.yml
	stale "error: the lockfile has 2 packages that nothing asks for: asciitree, zarr [lockfile]"
	gate_environment "python 3.11.*" zarr > env.yml
	grep -v asciitree before.lock > conda.lock
	stale "error: the lockfile has no asciitree, and its zarr needs 'asciitree' [lockfile]"
	sed 's/#0123/#9999/' before.lock > conda.lock
	stale "has another digest of"
	sed 's/asciitree-0.3/asciitree-0.2/' before.lock > conda.lock
	stale "the channels have no asciitree 0.2 0 any more, which the lockfile has"
	echo "nonsense [" > conda.lock
	stale "the lockfile can't be read: conda.lock: it is none of explicit lockfile"
	gate_environment zarr > conda.lock
	stale "is no lockfile"
	check 0 env.yml --site site.yml --lock conda.lock --update-lock --date 2025-09-01
	grep -q '^@EXPLICIT$' conda.lock
	# Of what can't be solved nothing is written.
	cp conda.lock before.lock
	gate_environment no-such-thing > env.yml
	check 1 env.yml --site site.yml --lock conda.lock --update-lock --date 2025-09-01
	cmp conda.lock before.lock
	check 2 env.yml --site site.yml --update-lock
	check 2 env.yml --site site.yml --lock conda.lock --python 3.11,3.12
}

@test "several Pythons: what all verdicts have is told once" {
	patch 'p["python-3.12.4-0.conda"] = dict(p["python-3.11.9-0.conda"], version="3.12.4")'
	gate_environment "numpy >=2" > env.yml
	sed -i 's/\[.*\]/[.\/channel, bioconda]/' env.yml
	sed -i 's/python 3.11.\*, //' site.yml
	check 1 env.yml --site site.yml --python 3.11,3.12 --date 2025-09-01 --github
	[ "$(grep -c '^::error' <<< "$output")" -eq 2 ]
	[[ $output == *"::error file=env.yml,line=3,col=5,title=solvable::Python 3.11: 'numpy >=2' clashes"* ]]
	[[ $output == *"::error file=env.yml,line=1,col=23,title=channels::the channel 'bioconda'"* ]]
}

@test "mistakes at known lines: every form is well made and points at them" {
	run python3 "$SRCDIR/tests/cli/gate_mistakes.py" "$ADVISOR" site.yml
	sed 's/^/# /' <<< "$output" >&3
	[ "$status" -eq 0 ]
}

@test "files that are no environment: named in every form, with a way out" {
	refused() { # line or "", what is said
		python3 - "$ADVISOR" "$1" "$2" <<-'END'
		import sys, gate_formats
		status, document, rows, said = gate_formats.ask(sys.argv[1], "env.yml", "--site", "site.yml")
		(rule, severity, line, column, text), = rows
		assert (status, rule, severity) == (3, "environment", "error"), rows
		assert line == (int(sys.argv[2]) if sys.argv[2] else None), rows
		assert sys.argv[3] in text and sys.argv[3] in said, (rows, said)
		assert not document["passed"] and document["packages"] == [], document
		END
	}
	: > env.yml
	refused "" "there is nothing in it"
	printf '\n# nothing\n' > env.yml
	refused "" "there is nothing in it"
	printf 'dependencies: []\n' > env.yml
	refused "" "it names no package"
	printf 'name: x\n' > env.yml
	refused 1 "needs the key 'dependencies'"
	printf -- '- a\n- b\n' > env.yml
	refused 1 "an environment file must be a map of keys and values, not a list"
	printf 'dependencies: numpy\n' > env.yml
	refused 1 "'dependencies' takes a list, not 'numpy'"
	printf 'channels: conda-forge\ndependencies: [numpy]\n' > env.yml
	refused 1 "'channels' takes a list of texts, not 'conda-forge'"
	printf 'dependencies:\n  - numpy\n---\ndependencies: []\n' > env.yml
	refused 3 "a second document begins"
	printf 'dependencies:\n  - numpy: 1.2\n    - x\n' > env.yml
	refused 3 ""
	gate_environment numpy | iconv -t UTF-16 > env.yml
	refused "" "it is UTF-16; make it UTF-8"
	printf 'dependencies:\n  - num\xffpy\n' > env.yml
	refused "" "not UTF-8"
	{ echo "a0: &a0 [x, x]"; for i in $(seq 40); do echo "a$i: &a$i [*a$((i - 1)), *a$((i - 1))]"; done; echo "dependencies: *a40"; } > env.yml
	refused 18 "more than the 1048576 values allowed"
	printf 'dependencies: &a [*a]\n' > env.yml
	refused 1 "stands within what it names"
	{ echo "dependencies:"; yes '  - numpy' | head -100001; } > env.yml
	refused 100002 "more than the 100000 packages allowed"
	{ printf 'dependencies: [numpy]\nname: '; head -c 17000000 /dev/zero | tr '\0' x; } > env.yml
	refused "" "larger than the 16 MiB allowed"
	python3 -c 'print("dependencies: " + "[" * 100 + "]" * 100)' > env.yml
	refused 1 "nested deeper than the 64 levels allowed"
	# What is unusual, and fine.
	printf '\xef\xbb\xbfchannels: &c [./channel]\r\nvariables: {x: *c}\r\ndependencies:\r\n  - &p python 3.11.*\r\n  - {pip: []}\r\n' > env.yml
	check 0 env.yml --site site.yml --date 2025-09-01
	check 3 nowhere.yml --site site.yml --json
	[[ $output == *'"rule": "environment"'* && $stderr == *"nowhere.yml"* ]]
	{ printf '\xef\xbb\xbf'; sed 's/$/\r/' site.yml; } > windows.yml
	check 0 env.yml --site windows.yml --date 2025-09-01
	check 3 site.yml --site env.yml
	[[ $stderr == *"env.yml: line "* && -z $output ]]
}

@test "names that steer something: terminals, commands, markup" {
	cat > 'e n:v,1%.yml' <<-'END'
	channels: [./channel]
	dependencies:
	  - python 3.11.*
	  - pip:
	    - "a\e[31mb\n::error::x"
	    - "<script>|`@here`#12"
	    - "x @ https://user:secret@example.org/x.zip"
	END
	python3 - "$ADVISOR" <<-'END'
	import sys, gate_formats
	status, document, rows, said = gate_formats.ask(sys.argv[1], "e n:v,1%.yml", "--site", "site.yml")
	assert status == 1 and len(rows) == 3, rows
	every = said + open("comment.md", encoding="utf-8").read() + open("junit.xml", encoding="utf-8").read()
	assert "\x1b" not in every and "secret" not in every, every
	assert "\n::error::x" not in every, every
	comment = open("comment.md", encoding="utf-8").read()
	assert "<script>" not in comment and "@here" not in comment and "#12" not in comment, comment
	END
}

@test "the CI recipes' commands run" {
	command -v git > /dev/null || skip "no git"
	gate_environment "python 3.11.*" zarr > environment.yml
	"$ADVISOR" check environment.yml --site site.yml --lock-out conda-linux-64.lock > /dev/null
	git init -q . && git add conda-linux-64.lock
	mkdir bin
	ln -s "$ADVISOR" bin/conda-advisor
	printf '#!/bin/sh\necho "$@" > gh.args\ncat "$5" > gh.body\n' > bin/gh
	chmod +x bin/gh
	export PATH="$PWD/bin:$PATH" SOURCE_DATE_EPOCH=1756684800 PULL_REQUEST=17
	export SHELLCHECK=$(command -v shellcheck || true)
	run --separate-stderr python3 "$SRCDIR/tests/cli/gate_recipes.py" "$SRCDIR/recipes/ci/github.yml"
	echo "$stderr"
	[ "$output" = "$(printf '0 conda-advisor check "$ENVIRONMENT" --site "$SITE" --lock "$LOCK" \\\n0 test ! -s comment.md ||')" ]
	[ "$(cat gh.args)" = "pr comment 17 --body-file comment.md --edit-last --create-if-none" ]
	grep -q '^### environment.yml: accepted' gh.body
	python3 -c 'import gate_formats; gate_formats.read_sarif("findings.sarif"); gate_formats.read_junit("findings.xml")'
	rm findings.*
	echo "  - big" >> environment.yml
	run --separate-stderr python3 "$SRCDIR/tests/cli/gate_recipes.py" "$SRCDIR/recipes/ci/gitlab.yml"
	echo "$stderr"
	[ "$(cut -d' ' -f1 <<< "$output" | tr '\n' ' ')" = "1 1 0 " ]
	python3 -c '
import gate_formats
assert [row[0] for row in gate_formats.read_gitlab("code-quality.json")] == ["banned", "lockfile"]'
}

@test "real centres' environments: a table of verdicts, none of it believed" {
	! sanitized || skip "sanitized"
	command -v zstd > /dev/null || skip "no zstd"
	[ -d "$SHARED/data/environments" ] || skip "no $SHARED/data/environments"
	run python3 "$SRCDIR/tests/cli/gate_environments.py" "$ADVISOR" "$BUILDDIR/tests/solve/plain" "$SHARED"
	sed 's/^/# /' <<< "$output" >&3
	[ "$status" -eq 0 ]
}
