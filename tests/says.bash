# SPDX-License-Identifier: BSD-3-Clause
# What every bats file may need to say.

# Fails when a command succeeds. A bare '! command' fails no test, unless it is the last line.
refute() { # command
	! "$@"
}

# Whether what is tested was built with sanitizers, which makes some of it too slow.
sanitized() {
	grep -q '^SAN_CFLAGS = ..*' "$BUILDDIR/Makefile"
}
