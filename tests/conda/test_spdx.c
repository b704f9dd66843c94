/* SPDX-License-Identifier: BSD-3-Clause */
/* Licence expressions: what of them is accepted, by hand and by trees whose answer is known. */
#include "unit.h"

#include "base/buf.h"
#include "base/mem.h"
#include "conda/spdx.h"

/* Takes what 'context', names between blanks, has; exceptions are asked about as they stand. */
static bool among(void *context, struct advi_str license)
{
	struct advi_str rest = advi_str(context), word;

	while (advi_str_split(&rest, ';', &word))
		if (advi_str_eq(word, license))
			return true;
	return false;
}

static void expressions(void **state)
{
	static const struct {
		const char *expression, *taken;
		bool accepted;
	} rows[] = {
		{"MIT", "MIT", true},
		{"MIT", "BSD-3-Clause", false},
		{" MIT ", "MIT", true},
		{"MIT OR GPL-3.0-only", "MIT", true},
		{"GPL-3.0-only OR MIT", "MIT", true},
		{"MIT AND GPL-3.0-only", "MIT", false},
		{"MIT AND GPL-3.0-only", "MIT;GPL-3.0-only", true},
		/* AND binds closer. */
		{"A OR B AND C", "A", true},
		{"A OR B AND C", "B", false},
		{"A AND B OR C", "C", true},
		{"(A OR B) AND C", "A", false},
		{"(A OR B) AND C", "B;C", true},
		{"A or B and C", "B;C", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0",
		 "GPL-2.0-only WITH Classpath-exception-2.0", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false},
		{"A AND (GPL-2.0+ WITH x OR B)", "A;GPL-2.0+ WITH x", true},
		/* No expressions: asked about as they stand. */
		{"BSD 3-Clause", "BSD 3-Clause", true},
		{"BSD 3-Clause", "BSD", false},
		{"GPL 2 or later", "GPL 2 or later", true},
		{"MIT OR", "MIT", false},
		{"OR MIT", "MIT", false},
		{"MIT OR OR A", "MIT;A", false},
		{"(MIT", "MIT", false},
		{"MIT)", "MIT", false},
		{"()", "", false},
		{"MIT/Apache", "MIT;Apache", false},
		{"MIT WITH", "MIT", false},
	};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++)
		if (advi_spdx_accepts(advi_str(rows[i].expression), among,
				      (void *)(uintptr_t)rows[i].taken) != rows[i].accepted)
			fail_msg("'%s' by who takes '%s'", rows[i].expression, rows[i].taken);
}

/* --- random trees --- */

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Licences are "L0" to "L7"; bit i of 'context' says whether Li is taken. */
static bool by_bit(void *context, struct advi_str license)
{
	assert_int_equal(license.len, 2);
	return *(const uint8_t *)context >> (license.ptr[1] - '0') & 1;
}

/* Writes a tree, every level of it in brackets, and returns its answer. */
static bool grow(struct advi_buf *out, uint32_t *seed, uint8_t taken, int depth)
{
	uint32_t kind = depth ? next(seed) % 3 : 0, leaf = next(seed) % 8;
	bool left, right;

	if (kind == 0) {
		advi_buf_printf(out, "L%u", leaf);
		return taken >> leaf & 1;
	}
	advi_buf_text(out, "(");
	left = grow(out, seed, taken, depth - 1);
	advi_buf_text(out, kind == 1 ? " AND " : " OR ");
	right = grow(out, seed, taken, depth - 1);
	advi_buf_text(out, ")");
	return kind == 1 ? left && right : left || right;
}

static void random_trees(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 16);
		uint8_t taken = (uint8_t)next(&seed);
		bool expected = grow(&text, &seed, taken, 6);

		if (advi_spdx_accepts(advi_buf_str(&text), by_bit, &taken) != expected)
			fail_msg("%s by %02x", text.ptr, taken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions),
		cmocka_unit_test(random_trees),
	};

	return cmocka_run_group_tests_name("licence expressions", tests, NULL, NULL);
}
