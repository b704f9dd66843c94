#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Public reports: what an attacker finds by reasoning over all of them; and reports of everything
# against a plain count of the raw records.

load ../says.bash

setup() {
	USAGE="$SHARED/data/usage"
	cd "$BATS_TEST_TMPDIR"
}

need_logs() {
	[ -r "$USAGE/site.json" ] || skip "no logs with a known truth at $USAGE"
	command -v zstd > /dev/null || skip "no zstd program to unpack them"
}

# all_reports FOLDER OPTION...: of the site, each domain, each project, some packages
all_reports() {
	local folder=$1 name
	shift
	mkdir "$folder"
	"$ADVISOR" report usage.db --json "$@" -o "$folder/site.json"
	"$ADVISOR" report usage.db --json "$@" --all-projects "$folder"
	rm "$folder/index.json"
	python3 -c '
import json
for row in json.load(open("all.json"))["domains"]:
    print(row["domain"])' | while read -r name; do
		"$ADVISOR" report usage.db --json "$@" --domain "$name" -o "$folder/domain-${name// /_}.json"
	done
	for name in $PACKAGES; do
		"$ADVISOR" report usage.db --json "$@" --package "$name" -o "$folder/package-$name.json"
	done
}

@test "an attacker who reasons over all public reports finds no figure of few users" {
	need_logs
	sed 's/"schema"/"privacy": {"min_users": 5}, "schema"/' "$USAGE/site.json" > site.json
	"$ADVISOR" ingest -q -o usage.db --site site.json "$USAGE/polaris-40MB.jsonl.zst"
	ACCOUNTS=$USAGE/polaris-40MB.accounts.csv
	"$ADVISOR" report usage.db --json --accounts "$ACCOUNTS" > all.json
	PACKAGES="pytorch plotly lark rdkit zarr"
	all_reports true --accounts "$ACCOUNTS"
	all_reports public --public --accounts "$ACCOUNTS"
	run python3 "$SRCDIR/tests/report/attack.py" 5 public true
	echo "$output"
	[ "$status" -eq 0 ]
	# The attacker is no fool: what is folded by size alone, he finds.
	mkdir naive
	python3 - <<-'END'
		import json, os
		for name in os.listdir('true'):
		    def fold(row):
		        return {key: None if key in ('users', 'all', 'now', 'then', 'user_site', 'home', 'project', 'tmp', 'own',
		                                      'outside') and isinstance(value, int) and 0 < value < 5
		                and row.get('of') != 'workloads' else value for key, value in row.items()}
		    document = json.load(open('true/' + name))
		    for key, value in document.items():
		        if isinstance(value, list) and value and isinstance(value[0], dict):
		            document[key] = [fold(row) for row in value]
		    json.dump(document, open('naive/' + name, 'w'))
	END
	run python3 "$SRCDIR/tests/report/attack.py" 5 naive true
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"found: "* ]]
	# The dashboard holds all those reports, and a reader of its file no more than of them.
	run "$ADVISOR" report usage.db --public --accounts "$ACCOUNTS" --html page.html
	[[ $output == *"built without pages"* ]] && return
	[ "$status" -eq 0 ]
	run python3 "$SRCDIR/tests/report/attack.py" 5 page.html true
	echo "$output"
	[ "$status" -eq 0 ]
	# Of a page whose reports are not folded everything is found.
	python3 - <<-'END'
		import json, os, re
		true = [json.load(open('true/' + name)) for name in sorted(os.listdir('true'))]
		text = json.dumps(true).replace('<', '\\u003c')
		page = open('page.html').read()
		page = re.sub('(id="groups">).*?(?=</script>)', lambda found: found[1] + text, page, flags=re.S)
		open('unfolded.html', 'w').write(page)
	END
	run python3 "$SRCDIR/tests/report/attack.py" 5 unfolded.html true
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"is shown"* ]]
}

@test "projects may go without names" {
	need_logs
	sed 's/"schema"/"privacy": {"min_users": 5, "hide_projects": true}, "schema"/' "$USAGE/site.json" > site.json
	"$ADVISOR" ingest -q -o usage.db --site site.json "$USAGE/polaris-40MB.jsonl.zst"
	"$ADVISOR" report usage.db --json > true.json
	"$ADVISOR" report usage.db --public --json > public.json
	"$ADVISOR" report usage.db --public --csv > public.csv
	"$ADVISOR" report usage.db --public --package pytorch --json > package.json
	python3 - <<-'END'
		import json
		names = {row['project'] for row in json.load(open('true.json'))['projects']}
		assert len(names) > 50
		text = ''.join(open(name).read() for name in ('public.json', 'public.csv', 'package.json'))
		told = [name for name in names if '"%s"' % name in text or ',%s,' % name in text]
		assert not told, told
		assert json.load(open('public.json'))['projects'][0]['project'] == 'project 1'
	END
	run "$ADVISOR" report usage.db --public --all-projects all
	[ "$status" -eq 2 ]
	[ ! -e all ]
}

@test "nobody and no project's name is in the file of a public dashboard" {
	need_logs
	sed 's/"schema"/"privacy": {"min_users": 5, "hide_projects": true}, "schema"/' "$USAGE/site.json" > site.json
	"$ADVISOR" ingest -q -o usage.db --names --site site.json "$USAGE/polaris-40MB.jsonl.zst"
	run "$ADVISOR" report usage.db --public --html public.html
	[[ $output != *"built without pages"* ]] || skip "built without pages"
	[ "$status" -eq 0 ]
	"$ADVISOR" report usage.db --html staff.html
	zstd -qdc "$USAGE/polaris-40MB.jsonl.zst" | grep -oE '"(user|account)": ?"[^"]+"' | cut -d'"' -f4 | sort -u | grep -v '^unknown$' > names
	[ "$(wc -l < names)" -gt 500 ]
	run python3 "$SRCDIR/tests/report/hunt.py" public.html names
	echo "$output"
	[ "$status" -eq 0 ]
	# The hunter is no fool: in the page for staff he finds projects, and a row of everybody.
	run python3 "$SRCDIR/tests/report/hunt.py" staff.html names
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"rows of single users"* && $output == *"found: Astro"* ]]
	run "$ADVISOR" report usage.db --public --html other.html --frontier names
	[ "$status" -eq 2 ]
	[ ! -e other.html ]
}

@test "every figure of reports against a plain count of the raw records" {
	need_logs
	"$ADVISOR" ingest -q -o usage.db --names --site "$USAGE/site.json" "$USAGE/polaris-40MB.jsonl.zst"
	run python3 "$SRCDIR/tests/report/check_report.py" "$ADVISOR" usage.db "$USAGE/polaris-40MB.jsonl.zst" \
		"$USAGE/site.json" "$USAGE/polaris-40MB.accounts.csv"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "files of all projects have safe names, each its own" {
	{
		echo month,user,project,module,place,runs
		for project in ../../etc/passwd /abs 'a b' 'a_b' .hidden -rf CON index INDEX 'naïve' "$(printf 'e\033]0;x\007')" \
			"$(printf 'x%.0s' {1..300})"; do
			echo "2025-01,ann,$project,numpy,home,1"
		done
	} > usage.csv
	cat > site.yml <<-'END'
		schema: advisor.site/1
		name: tiny
		places: [{class: base, prefix: /soft/}]
		base_packages: [python]
		channels: [./channel]
		imports: {numpy: numpy}
	END
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv || [ $? -eq 3 ]
	"$ADVISOR" report usage.db --all-projects out --json
	"$ADVISOR" report usage.db --all-projects text
	[ "$(find . -newer site.yml -type f ! -path './out/*' ! -path './text/*' ! -name 'usage.db*' | wc -l)" -eq 0 ]
	LC_ALL=C
	for file in out/* text/*; do
		[[ ${file#*/} =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] || { echo "$file"; false; }
	done
	python3 - <<-'END'
		import json, os
		index = json.load(open('out/index.json'))
		files = [row['report'] for row in index['projects']]
		assert len(files) == len({name.lower() for name in files}) == len(os.listdir('out')) - 1, files
		for row in index['projects']:
		    assert json.load(open('out/' + row['report']))['name'] == row['project']
	END
	refute grep -rq $'\033' text
}

@test "a spreadsheet executes no cell" {
	printf 'month,user,project,module,place,runs\n2025-01,ann,=cmd,numpy,home,1\n2025-01,bob,@x,numpy,home,1\n' > usage.csv
	printf '2025-01,cid,+1,numpy,home,1\n2025-01,dan,-2,numpy,home,1\n' >> usage.csv
	cat > site.yml <<-'END'
		schema: advisor.site/1
		name: =tiny
		places: [{class: base, prefix: /soft/}]
		base_packages: [python]
		channels: [./channel]
		imports: {numpy: =HYPER}
	END
	sed -i 's/=HYPER/numpy/' site.yml
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
	"$ADVISOR" report usage.db --csv > report.csv
	"$ADVISOR" usage usage.db --by project --csv > by_project.csv
	python3 - <<-'END'
		import csv
		for name in ('report.csv', 'by_project.csv'):
		    cells = [cell for row in csv.reader(open(name, newline='')) for cell in row]
		    assert "'=cmd" in cells and "'@x" in cells and "'+1" in cells, name
		    assert not [cell for cell in cells if cell[:1] in ('=', '+', '-', '@', '\t', '\r')], name
	END
}

@test "a plan of another site is refused, and says so" {
	need_logs
	"$ADVISOR" ingest -q -o usage.db --site "$USAGE/site.json" "$USAGE/polaris-40MB.jsonl.zst"
	echo '{"schema": "advisor.plan/1", "site": "elsewhere", "platform": "linux-64", "environment": [], "additions": [],
		"refused": [], "channels": [], "specs": [], "inputs": []}' > plan.json
	run "$ADVISOR" report usage.db --plan plan.json
	echo "$output"
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
}
