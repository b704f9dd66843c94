// SPDX-License-Identifier: BSD-3-Clause
// Whether something became more frequent: as advise/rates.c has it, for any filter.

const LEVEL = 0.05;

/* To four digits, as there: what is listed must not hang on the last ones. */
const rounded = (n) => Number.isFinite(n) ? Number(n.toPrecision(4)) : n;

/* P(X >= k), or P(X <= k), for X ~ Bin(n, p): terms relative to the mode's, divided by their sum. */
function tail(k, n, p, upper) {
	if (p <= 0 || p >= 1)
		return Number(upper === p >= 1 ? true : p >= 1 ? k === n : k === 0);
	const mode = Math.min(n, Math.floor((n + 1) * p)), odds = p / (1 - p);
	const counts = (i) => upper ? i >= k : i <= k;
	let all = 1, part = counts(mode) ? 1 : 0;
	for (let i = mode, term = 1; i < n && term > 1e-300; i++) {
		term *= (n - i) / (i + 1) * odds;
		all += term;
		part += counts(i + 1) ? term : 0;
	}
	for (let i = mode, term = 1; i > 0 && term > 1e-300; i--) {
		term *= i / (n - i + 1) / odds;
		all += term;
		part += counts(i - 1) ? term : 0;
	}
	return part / all;
}

/* Two Poisson rates, {events, exposure} each: their ratio, and p of their being the same. */
export function compare(now, before) {
	const n = now.events + before.events;
	const p = now.exposure / (now.exposure + before.exposure);
	const less = tail(now.events, n, p, false), more = tail(now.events, n, p, true);
	return {
		ratio: rounded(before.events ? now.events / before.events * (before.exposure / now.exposure) : Infinity),
		p: rounded(Math.min(1, 2 * Math.min(less, more))),
	};
}

/* Gives rows, which come by rising 'p', their 'q' (Benjamini, Hochberg). */
export function adjust(sorted) {
	let least = 1;
	for (let i = sorted.length - 1; i >= 0; i--) {
		least = Math.min(least, sorted[i].p * sorted.length / (i + 1));
		sorted[i].q = rounded(least);
	}
	return sorted;
}

/* Those rows, by 'p', of which a share of LEVEL at most is there by chance. */
export const significant = (rows) =>
	adjust([...rows].sort((a, b) => a.p - b.p)).filter((row) => row.q <= LEVEL);
