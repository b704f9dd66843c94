#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Makes the screenshot in README.md again: ADVISOR=PROGRAM make.sh FILE.svg
set -eu

[ $# -eq 1 ] || { echo "usage: ADVISOR=PROGRAM make.sh FILE.svg" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
advisor=$(realpath "${ADVISOR:-$here/../../build/conda-advisor}")
python=${PYTHON3:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
export XDG_CACHE_HOME="$work/cache" PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8

cd "$work"
"$python" "$here/centre.py"
"$python" "$here/../../tests/cli/write_logs.py" xalt < xalt.plan > logs.jsonl
"$python" "$here/../../tests/cli/write_logs.py" snooper snooper < snooper.plan
"$advisor" ingest -q -o usage.db --site site.yml logs.jsonl snooper
"$advisor" recommend -q usage.db --site site.yml -o plan.json --color always > shown
"$python" "$here/terminal_svg.py" 'conda-advisor recommend usage.db --site site.yml -o plan.json' \
	< shown > "$out.tmp"
mv "$out.tmp" "$out"
