// SPDX-License-Identifier: BSD-3-Clause
// What a view asks of the data, counted once for a filter however often it is asked.
import { as, crossUsers, overlap, select, setsWith, tally, tallyGroups, usersByMonth } from './count.js';

const BASE = 0;
const remembered = new Map();

function once(key, make) {
	if (!remembered.has(key)) {
		if (remembered.size > 60)
			remembered.clear();
		remembered.set(key, make());
	}
	return remembered.get(key);
}

export function makeContext(data, filter) {
	const sizes = { module: data.modules.length, package: data.packages.length, python: 1, place: data.places.length };
	const keyOf = (kind) => once(`as ${kind}`, () => as[kind](data));
	const key = (changes) => JSON.stringify({ ...filter, ...changes });
	const selection = (changes = {}) => once(`select ${key(changes)}`, () => select(data, { ...filter, ...changes }));
	const outside = { places: (filter.places || (1 << sizes.place) - 1) & ~(1 << BASE) };
	return {
		data, filter, selection, keyOf, outside,
		months: data.months.slice(filter.from, filter.to + 1),
		/* A row of all months, cut to those of the filter. */
		cut: (values) => values.slice(filter.from, filter.to + 1),
		tally: (kind, changes) => once(`tally ${kind} ${key(changes)}`, () =>
			tally(data, selection(changes), keyOf(kind), sizes[kind])),
		byMonth: (kind, changes) => once(`months ${kind} ${key(changes)}`, () =>
			usersByMonth(data, selection(changes), keyOf(kind), sizes[kind])),
		/* Of some keys, or of one: users by month. */
		monthsOfKeys(kind, keys, changes) {
			return this.overlap(kind, keys, changes).months.map(this.cut);
		},
		monthsOf(kind, at, changes) {
			return this.monthsOfKeys(kind, [at], changes)[0];
		},
		overlap: (kind, keys, changes) => once(`overlap ${kind} ${keys} ${key(changes)}`, () =>
			overlap(data, selection(changes), keyOf(kind), keys)),
		/* Runs by project, domain or month; of one key alone when 'at' is given. */
		groups(kind, at, by, changes) {
			const { groups, domains } = data;
			const rows = { month: data.months.length, project: data.projects.length, domain: domains.names.length };
			const rowOf = {
				month: (g) => groups.month[g], project: (g) => groups.project[g],
				domain: (g) => groups.project[g] < 0 ? domains.unknown : domains.of[groups.project[g]],
			};
			return once(`groups ${kind} ${at} ${by} ${key(changes)}`, () =>
				tallyGroups(data, selection(changes), setsWith(data, selection(changes), keyOf(kind), at), rowOf[by], rows[by]));
		},
		cross: (kind) => once(`cross ${kind} ${key()}`, () => crossUsers(data, selection(),
			(g) => data.groups.project[g] < 0 ? data.domains.unknown : data.domains.of[data.groups.project[g]],
			data.domains.names.length, keyOf(kind), sizes[kind])),
	};
}

/* What trends compare: the latter half of the months, 6 at most, with up to 12 before. */
export const windows = (filter) => {
	const months = filter.to - filter.history + 1;
	const recent = Math.min(6, Math.floor(months / 2)), former = recent ? Math.min(12, months - recent) : 0;
	return {
		recent: { from: filter.to - recent + 1, to: filter.to },
		former: { from: filter.to - recent - former + 1, to: filter.to - recent },
	};
};
