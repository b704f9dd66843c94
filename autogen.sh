#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Makes ./configure out of configure.ac.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
