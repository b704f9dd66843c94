// SPDX-License-Identifier: BSD-3-Clause
// What the plan says of a package.

const SAYS = {
	add: 'joins base', upgrade: 'is upgraded', drop: 'leaves base', bundle: 'goes into a bundle',
	module: 'comes from a module', leave: 'stays out',
};

/* By name: { kind, words, reason }. */
export function verdictsOf(plan) {
	const verdicts = new Map();
	for (const row of plan?.refused ?? [])
		verdicts.set(row.name, { kind: 'leave', words: 'stays out', reason: row.reason });
	for (const row of plan?.present ?? [])
		verdicts.set(row.name, { kind: 'add', words: 'joins base with others', reason: null });
	for (const row of plan?.actions ?? [])
		if (row.kind !== 'leave' || !verdicts.has(row.name))
			verdicts.set(row.name, { kind: row.kind, words: row.kind === 'upgrade' && row.to ? `is upgraded to ${row.to}` : SAYS[row.kind] ?? row.kind, reason: row.reason, ticket: row.ticket });
	return verdicts;
}
