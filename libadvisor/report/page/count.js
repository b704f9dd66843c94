// SPDX-License-Identifier: BSD-3-Clause
// Counting, with any filter: unique users can't be added up, so they are counted anew each time.
// A user's groups lie together and are ordered by set, so a set is looked at once a user.

/* What is taken for a use: any import; imports without mere looks for a package; mapped objects. */
export const EVIDENCE = { IMPORTED: 0, MAPPED: 1, USED: 2 };
export const KIND = { NOT_KNOWN: 0, NOWHERE: 1, PACKAGE: 2, PRIVATE: 3, STDLIB: 4, NAMESPACE: 5 };
const BASE = 0; // the place
const ALL_PLACES = (1 << 9) - 1;
const ANY_PROJECT = -2, ANY_DOMAIN = -1;

/* What is counted: 'groups' and 'items' say of each whether a filter lets it pass. */
export function select(data, filter) {
	const { groups, items, domains } = data;
	const passed = new Uint8Array(groups.count);
	for (let g = 0; g < groups.count; g++) {
		const project = groups.project[g];
		passed[g] = groups.month[g] >= filter.from && groups.month[g] <= filter.to &&
			(filter.project === ANY_PROJECT || project === filter.project) &&
			(filter.domain === ANY_DOMAIN ||
			 (project < 0 ? domains.unknown : domains.of[project]) === filter.domain) ? 1 : 0;
	}
	const wanted = new Uint8Array(items.count);
	const places = filter.places || ALL_PLACES;
	const mapped = filter.evidence === EVIDENCE.MAPPED ? 1 : 0, probes = filter.evidence !== EVIDENCE.USED;
	for (let i = 0; i < items.count; i++)
		wanted[i] = items.mapped[i] === mapped && (probes || !items.probe[i]) && places >> items.place[i] & 1;
	return { groups: passed, items: wanted };
}

/* Items by what they are counted as, -1 when as nothing: import names, packages, or all as one. */
export const as = {
	module: (data) => data.items.module.map((module, i) => data.items.part[i] ? -1 : module),
	package: (data) => data.items.module.map((module, i) =>
		data.items.kind[i] === KIND.PACKAGE ? data.packageOf[module] : -1),
	python: (data) => data.items.module.map((module, i) => data.items.part[i] ? -1 : 0),
	place: (data) => data.items.module.map((module, i) =>
		data.items.part[i] ? -1 : data.items.place[i]),
};

const CHUNK = 32;

function bitCount(n) {
	n -= n >> 1 & 0x55555555;
	n = (n & 0x33333333) + (n >> 2 & 0x33333333);
	return ((n + (n >> 4) & 0xF0F0F0F) * 0x1010101) >> 24;
}

/* Calls 'each' with the keys of a set's wanted items, each key once. */
function keysOfSets(data, selection, keyOf, count) {
	const { sets } = data;
	const stamp = new Int32Array(count).fill(-1);
	return (set, each) => {
		for (let i = sets.start[set]; i < sets.start[set + 1]; i++) {
			const item = sets.at[i], key = keyOf[item];
			if (key < 0 || !selection.items[item] || stamp[key] === set)
				continue;
			stamp[key] = set;
			each(key, item);
		}
		for (let i = sets.start[set]; i < sets.start[set + 1]; i++)
			if (keyOf[sets.at[i]] >= 0)
				stamp[keyOf[sets.at[i]]] = -1;
	};
}

function newRows(count) {
	const numbers = () => new Float64Array(count);
	return {
		count, users: numbers(), baseOnly: numbers(), both: numbers(), customOnly: numbers(),
		places: Array.from({ length: 9 }, numbers), projects: numbers(), jobs: numbers(),
		runs: numbers(), hours: numbers(), kinds: new Uint8Array(count),
	};
}

function countUsers(data, selection, keyOf, rows) {
	const { groups, sets, items } = data;
	const places = new Uint16Array(rows.count);
	const touched = new Int32Array(rows.count);
	for (let user = 0; user < groups.users; user++) {
		let length = 0;
		for (let g = groups.start[user], last = -1; g < groups.start[user + 1]; g++) {
			const set = groups.set[g];
			if (!selection.groups[g] || set === last)
				continue;
			last = set;
			for (let i = sets.start[set]; i < sets.start[set + 1]; i++) {
				const item = sets.at[i], key = keyOf[item];
				if (key < 0 || !selection.items[item])
					continue;
				if (!places[key])
					touched[length++] = key;
				places[key] |= 1 << items.place[item];
			}
		}
		for (let i = 0; i < length; i++) {
			const key = touched[i], seen = places[key];
			places[key] = 0;
			if (user === 0) {
				// somebody, and nobody knows who
				for (const unknown of [rows.users, rows.baseOnly, rows.both, rows.customOnly, ...rows.places])
					unknown[key] = NaN;
				continue;
			}
			rows.users[key]++;
			rows[seen === 1 << BASE ? 'baseOnly' : seen & 1 << BASE ? 'both' : 'customOnly'][key]++;
			for (let place = 0; place < 9; place++)
				rows.places[place][key] += seen >> place & 1;
		}
	}
}

/* Runs, hours and jobs: summed by set first, since many groups share one. */
function countRuns(data, selection, keyOf, rows) {
	const { groups, sets, items, shared } = data;
	const keys = keysOfSets(data, selection, keyOf, rows.count);
	const runs = new Float64Array(sets.count), hours = new Float64Array(sets.count);
	const jobs = new Float64Array(sets.count), seen = new Uint8Array(sets.count);
	const counted = new Int32Array(rows.count).fill(-1); // of ready-made counts: the module
	for (let g = 0; g < groups.count; g++) {
		if (!selection.groups[g])
			continue;
		const set = groups.set[g];
		seen[set] = 1;
		runs[set] += groups.runs[g];
		hours[set] += groups.hours[g];
		jobs[set] += groups.counted[g] ? NaN : groups.jobs[g];
		if (groups.counted[g])
			keys(set, (key, item) => {
				// A run with two imports is in two counts: of several they don't add up.
				if (counted[key] >= 0 && counted[key] !== items.module[item])
					rows.runs[key] = NaN;
				counted[key] = items.module[item];
			});
	}
	for (let set = 0; set < sets.count; set++)
		if (seen[set])
			keys(set, (key, item) => {
				rows.runs[key] += runs[set];
				rows.hours[key] += hours[set];
				rows.jobs[key] += jobs[set];
				rows.kinds[key] |= 1 << items.kind[item];
			});
	const stamp = new Int32Array(rows.count).fill(-1);
	for (let row = 0; row < shared.count; row++)
		for (let i = shared.start[row]; i < shared.start[row + 1]; i++)
			if (selection.groups[shared.at[i]])
				keys(groups.set[shared.at[i]], (key) => {
					if (stamp[key] !== row)
						rows.jobs[key] += shared.jobs[row];
					stamp[key] = row;
				});
}

function countProjects(data, selection, keyOf, rows) {
	const { groups } = data;
	const keys = keysOfSets(data, selection, keyOf, rows.count);
	const words = Math.ceil(data.projects.length / CHUNK);
	const bits = new Int32Array(rows.count * words);
	const pairs = new Set();
	for (let g = 0; g < groups.count; g++) {
		const project = groups.project[g];
		const pair = groups.set[g] * data.projects.length + project;
		if (!selection.groups[g] || project < 0 || pairs.has(pair))
			continue;
		pairs.add(pair);
		keys(groups.set[g], (key) => {
			bits[key * words + (project >> 5)] |= 1 << (project & 31);
		});
	}
	for (let key = 0; key < rows.count; key++)
		for (let word = 0; word < words; word++)
			rows.projects[key] += bitCount(bits[key * words + word]);
}

/*
 * All figures by key: 'keyOf' gives the key of an item, 'count' of them there are. What few views
 * show is counted when it is first asked for.
 */
export function tally(data, selection, keyOf, count) {
	const rows = newRows(count);
	countUsers(data, selection, keyOf, rows);
	const parts = [
		[['runs', 'hours', 'jobs', 'kinds'], countRuns],
		[['projects'], countProjects],
	];
	const shown = { ...rows };
	for (const [names, fill] of parts) {
		let filled = false;
		for (const name of names)
			Object.defineProperty(shown, name, {
				get() {
					if (!filled)
						fill(data, selection, keyOf, rows);
					filled = true;
					return rows[name];
				},
			});
	}
	return shown;
}

/* By set: which of some keys (32 at most) it has, as bits. */
function bitsOfSets(data, selection, keyOf, keys) {
	const bit = new Map(keys.map((key, i) => [key, 1 << i]));
	const bitOf = Int32Array.from(keyOf, (key, item) => selection.items[item] ? bit.get(key) ?? 0 : 0);
	const bits = new Int32Array(data.sets.count);
	for (let set = 0; set < data.sets.count; set++)
		for (let i = data.sets.start[set]; i < data.sets.start[set + 1]; i++)
			bits[set] |= bitOf[data.sets.at[i]];
	return bits;
}

/*
 * Users of some keys (32 at most): 'months[i][month]' of the i-th key, and in 'mixes' of exactly
 * which of them (a set of bits), by month and over the period ('all').
 */
export function overlap(data, selection, keyOf, keys) {
	const { groups } = data;
	const bits = bitsOfSets(data, selection, keyOf, keys);
	const months = keys.map(() => new Int32Array(data.months.length));
	const mixes = { all: new Map(), months: data.months.map(() => new Map()) };
	const had = new Int32Array(data.months.length);
	const add = (map, key) => key !== 0 && map.set(key, (map.get(key) ?? 0) + 1);
	for (let user = 1; user < groups.users; user++) {
		let all = 0;
		for (let g = groups.start[user]; g < groups.start[user + 1]; g++)
			if (selection.groups[g])
				had[groups.month[g]] |= bits[groups.set[g]];
		for (let month = 0; month < had.length; month++) {
			const now = had[month];
			if (now === 0)
				continue;
			all |= now;
			had[month] = 0;
			add(mixes.months[month], now);
			for (let i = 0; i < keys.length; i++)
				months[i][month] += now >>> i & 1;
		}
		add(mixes.all, all);
	}
	return { months, mixes };
}

/* Unique users by key and month: 'at[key * months + month]'. */
export function usersByMonth(data, selection, keyOf, count) {
	const { groups, sets } = data;
	const width = data.months.length;
	const at = new Int32Array(count * width), last = new Int32Array(count * width);
	for (let user = 1; user < groups.users; user++)
		for (let g = groups.start[user]; g < groups.start[user + 1]; g++) {
			if (!selection.groups[g])
				continue;
			const month = groups.month[g], set = groups.set[g];
			for (let i = sets.start[set]; i < sets.start[set + 1]; i++) {
				const item = sets.at[i], key = keyOf[item];
				if (key < 0 || !selection.items[item])
					continue;
				const cell = key * width + month;
				if (last[cell] !== user) {
					last[cell] = user;
					at[cell]++;
				}
			}
		}
	return at;
}

/* Which sets have a wanted item, of one key or (undefined) of any. */
export function setsWith(data, selection, keyOf, key) {
	const has = new Uint8Array(data.sets.count);
	for (let set = 0; set < data.sets.count; set++)
		for (let i = data.sets.start[set]; i < data.sets.start[set + 1] && !has[set]; i++)
			has[set] = selection.items[data.sets.at[i]] &&
				(key === undefined ? keyOf[data.sets.at[i]] >= 0 : keyOf[data.sets.at[i]] === key);
	return has;
}

/* Figures of runs by what they are of: 'rowOf(group)' is a row, or negative. */
export function tallyGroups(data, selection, has, rowOf, count) {
	const { groups, shared } = data;
	const rows = {
		count, users: new Float64Array(count), runs: new Float64Array(count),
		jobs: new Float64Array(count), hours: new Float64Array(count),
	};
	const last = new Int32Array(count).fill(-1);
	const counts = (g) => selection.groups[g] && has[groups.set[g]];
	for (let user = 0; user < groups.users; user++)
		for (let g = groups.start[user]; g < groups.start[user + 1]; g++) {
			const row = counts(g) ? rowOf(g) : -1;
			if (row < 0)
				continue;
			if (last[row] !== user)
				rows.users[row] += user ? 1 : NaN;
			last[row] = user;
			// Ready-made counts say how often a module was imported, not how many runs there were.
			rows.runs[row] += groups.counted[g] ? NaN : groups.runs[g];
			rows.hours[row] += groups.hours[g];
			rows.jobs[row] += groups.counted[g] ? NaN : groups.jobs[g];
		}
	last.fill(-1);
	for (let i = 0; i < shared.count; i++)
		for (let j = shared.start[i]; j < shared.start[i + 1]; j++) {
			const row = counts(shared.at[j]) ? rowOf(shared.at[j]) : -1;
			if (row >= 0 && last[row] !== i)
				rows.jobs[row] += shared.jobs[i];
			if (row >= 0)
				last[row] = i;
		}
	return rows;
}

/* Unique users by row of groups and key of items: 'at[row * count + key]'. */
export function crossUsers(data, selection, rowOf, rowCount, keyOf, count) {
	const { groups, sets } = data;
	const at = new Int32Array(rowCount * count), last = new Int32Array(rowCount * count);
	for (let user = 1; user < groups.users; user++)
		for (let g = groups.start[user]; g < groups.start[user + 1]; g++) {
			const row = selection.groups[g] ? rowOf(g) : -1;
			if (row < 0)
				continue;
			for (let i = sets.start[groups.set[g]]; i < sets.start[groups.set[g] + 1]; i++) {
				const item = sets.at[i], key = keyOf[item];
				if (key < 0 || !selection.items[item] || last[row * count + key] === user)
					continue;
				last[row * count + key] = user;
				at[row * count + key]++;
			}
		}
	return at;
}
