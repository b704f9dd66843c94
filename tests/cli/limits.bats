#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# recommend --time-limit, from outside: the best so far, and what is left to prove.

load tiny.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	command -v python3 > /dev/null || skip "no python3"
}

has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in:"; echo "$output"; false; }
}

# Users who want two of 80 packages each: which 20 packages serve the most is hard to prove.
hard() {
	mkdir -p channel/linux-64 channel/noarch
	echo '{"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}' > channel/noarch/repodata.json
	{
		echo '{"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {'
		record python 3.11.9
		for i in $(seq 10 89); do echo ,; record "p$i" 1.0; done
		echo '}}'
	} > channel/linux-64/repodata.json
	tiny_site | sed 's/^base_packages.*/base_packages: [python]/; /^imports/d' > site.yml
	{
		echo imports:
		for i in $(seq 10 89); do echo "  p$i: p$i"; done
	} >> site.yml
	python3 - > usage.csv <<-'END'
	import random
	rng = random.Random(3)
	print("month,user,project,module,place,runs")
	for user in range(900):
	    for package in rng.sample(range(10, 90), 2):
	        print("2025-01,u%d,sea,p%d,home,1" % (user, package))
	END
	"$ADVISOR" ingest -q -o usage.db --site site.yml usage.csv
}

@test "when time is up the best so far is the plan, with what is left to prove" {
	grep -q '^#define HAVE_CBC' "$BUILDDIR/config.h" || skip "built without CBC"
	hard
	run "$ADVISOR" recommend usage.db --site site.yml -o plan.json --max-packages 20 \
		--objective users --time-limit 1
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	has "time was up before more was proved"
	python3 - <<-'END'
	import json
	plan = json.load(open("plan.json"))
	choice = plan["choice"]
	# on a slow machine time is up before CBC has anything
	assert not choice["proved"] and choice["time_up"] and choice["by"] in ("cbc", "greedy"), choice
	assert 0 < choice["gap"] < 1 and choice["bound"] > choice["value"] > 0, choice
	assert abs(choice["gap"] - (1 - choice["value"] / choice["bound"])) < 1e-9, choice
	assert plan["effect"]["users_covered_after"] == round(choice["value"]) > 30, choice
	assert plan["added"]["packages"] == 20
	END
}

@test "time that is enough changes nothing" {
	tiny
	"$ADVISOR" recommend usage.db --site site.yml -o plan.json > text
	mkdir limited
	"$ADVISOR" recommend usage.db --site site.yml -o limited/plan.json --time-limit 600 > limited/text
	cmp plan.json limited/plan.json
	cmp text limited/text
}
