#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What grew and what fell: the test by itself, and on usage whose rates are known.

load ../cli/tiny.bash

setup() {
	command -v python3 > /dev/null || skip "no python3"
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

@test "rates, their intervals and many tests at once, as by fractions" {
	run python3 "$SRCDIR/tests/advise/rates.py"
	[ "$status" -eq 0 ] && [[ $output != *"not ok"* ]] || { echo "$output"; false; }
}

@test "the dashboard compares rates as plans do" {
	command -v node > /dev/null || skip "no node to run the page's code with"
	[ -x "$BUILDDIR/tests/advise/rates" ] || skip "tests/advise/rates is not built"
	node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' || skip "node is older than 18"
	run python3 "$SRCDIR/tests/report/check_rates.py" "$BUILDDIR/tests/advise/rates" \
		node "$SRCDIR/tests/report/rates.mjs" "$SRCDIR/libadvisor/report/page/rates.js"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "what grows and falls is found, what stays is not" {
	tiny_channel channel
	python3 - > usage.csv <<-'END'
	import random
	random.seed(11)
	months = ['2024-%02d' % m for m in range(1, 13)]
	print('month,user,project,module,place,runs')
	for at, month in enumerate(months):
	    for user in range(300):
	        if random.random() > 0.5 + 0.02 * at: continue      # the centre grows, too
	        print('%s,u%d,sea,numpy,base,1' % (month, user))
	        for n in range(60):
	            if random.random() < 0.06: print('%s,u%d,sea,stay%d,home,1' % (month, user, n))
	        for n in range(8):
	            if random.random() < (0.02 if at < 6 else 0.07): print('%s,u%d,sea,grow%d,home,1' % (month, user, n))
	            if random.random() < (0.07 if at < 6 else 0.02): print('%s,u%d,sea,fall%d,home,1' % (month, user, n))
	END
	python3 - > site.json <<-'END'
	import json
	names = ['numpy'] + [kind + str(n) for kind, most in (('stay', 60), ('grow', 8), ('fall', 8)) for n in range(most)]
	print(json.dumps({'schema': 'advisor.site/1', 'name': 'x', 'places': [
	    {'class': 'base', 'prefix': '/soft/'}, {'class': 'home', 'prefix': '/home/'}],
	    'base_packages': ['python', 'numpy'], 'channels': ['./channel'], 'imports': dict(zip(names, names))}))
	END
	"$ADVISOR" ingest -q -o usage.db --site site.json usage.csv
	"$ADVISOR" recommend -q usage.db --site site.json -o plan.json > text
	run python3 "$SRCDIR/tests/advise/check_trends.py" usage.db plan.json site.json
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ $output == *"77 packages tested, 0 wrong"* ]] || { echo "$output"; false; }
	python3 - <<-'END'
	import json
	rows = json.load(open('plan.json'))['trends']['packages']
	for row in rows:
	    kind = {'grow': 'emerging', 'fall': 'declining', 'stay': None}[row['name'][:4]]
	    assert kind in (row['kind'], None), row
	    assert row['low'] < row['ratio'] < row['high'] and not row['low'] <= 1 <= row['high'], row
	chance = [row for row in rows if row['name'].startswith('stay')]
	assert len(rows) - len(chance) == 16 and len(chance) <= 2, rows
	END
}

@test "too few months prove nothing" {
	tiny
	printf 'month,user,project,module,place,runs\n2025-01,ann,sea,numpy,base,5\n' > one.csv
	"$ADVISOR" ingest -q -o one.db --site site.yml one.csv
	"$ADVISOR" recommend -q one.db --site site.yml -o plan.json > text
	run python3 -c 'import json; t = json.load(open("plan.json"))["trends"]; print(t["tested"], t["recent"]["first"], t["packages"])'
	[ "$output" = "0 None []" ] || { echo "$output"; false; }
}
