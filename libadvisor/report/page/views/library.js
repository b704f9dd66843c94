// SPDX-License-Identifier: BSD-3-Clause
// Views of libraries: any set of import names compared, all import names, all packages.
import { barChart, lineChart } from '../chart.js';
import { h } from '../dom.js';
import { KIND } from '../count.js';
import { count, hours } from '../format.js';
import { moduleLink, packageLink, section } from '../parts.js';
import { change } from '../state.js';

const MOST = 12;
const numbers = (id, head, show = count) => ({ id, head, number: true, value: (row) => row[id], show: (row) => show(row[id]) });

/* The places of the names asked for among all; without any the 'first' ones. */
export function asked(query, all, first) {
	const names = (query.lib ?? '').split(',').filter(Boolean).map((name) => {
		try {
			return decodeURIComponent(name);
		} catch {
			return name;
		}
	});
	const known = [...new Set(names)].map((name) => all.indexOf(name)).filter((at) => at >= 0);
	return known.length ? known.slice(0, MOST) : first;
}

/* Of import names, the five that most users import from a package. */
function chosen(ctx) {
	const rows = ctx.tally('module');
	return asked(ctx.query, ctx.data.modules, ctx.data.modules.map((_, at) => at).filter((at) => rows.kinds[at] >> KIND.PACKAGE & 1)
		.sort((a, b) => rows.users[b] - rows.users[a] || a - b).slice(0, 5));
}

/* Names to compare, as buttons that take them away, and a field that adds one; 'what' they are. */
export function picker(all, keys, what, missing) {
	const choose = (some) => change({ lib: some.map((at) => encodeURIComponent(all[at])).join(',') });
	const box = h('input', { list: 'all-names', name: 'library', placeholder: what, 'aria-label': `${what[0].toUpperCase()}${what.slice(1)} to add`, autocomplete: 'off' });
	const add = () => {
		const at = all.indexOf(box.value.trim());
		box.setCustomValidity(at < 0 ? missing : keys.length >= MOST ? `${MOST} at most.` : '');
		if (box.reportValidity() && !keys.includes(at))
			choose([...keys, at]);
	};
	return h('form', { class: 'picker', 'aria-label': 'Libraries compared', onsubmit: (event) => { event.preventDefault(); add(); } },
		keys.map((at) => h('button', {
			type: 'button', class: 'chip', 'aria-label': `Remove ${all[at]}`, disabled: keys.length === 1,
			onclick: () => choose(keys.filter((key) => key !== at)),
		}, all[at], h('span', { 'aria-hidden': 'true' }, ' ×'))),
		box, h('button', { type: 'submit' }, 'Add'),
		h('datalist', { id: 'all-names' }, all.map((name) => h('option', { value: name }))));
}

export function splitSection(ctx, kind, rows) {
	const of = ctx.tally(kind);
	const filled = rows.map(({ name, at }) => ({
		name, users: of.users[at], baseOnly: of.baseOnly[at], both: of.both[at], customOnly: of.customOnly[at], baseOrBoth: of.baseOnly[at] + of.both[at],
	}));
	return section({
		title: 'From base, from elsewhere, or both',
		note: 'Unique users by where they import it from: only from base, from base and elsewhere, only from elsewhere.',
		chart: barChart({
			names: filled.map((row) => row.name), unit: 'users', parts: [
				{ name: 'base only', values: filled.map((row) => row.baseOnly) },
				{ name: 'both', values: filled.map((row) => row.both) },
				{ name: 'elsewhere only', values: filled.map((row) => row.customOnly) }],
		}), height: 44 + 40 * filled.length,
		controls: h('p', { class: 'legend', 'aria-hidden': 'true' }, ['base only', 'both', 'elsewhere only'].map((name, i) => h('span', null, h('i', { class: `part-${i + 1}` }), name))),
		columns: [
			{ id: 'name', head: kind === 'module' ? 'Import' : 'Package', value: (row) => row.name }, numbers('users', 'Users'), numbers('baseOnly', 'Base only'),
			numbers('both', 'Both'), numbers('customOnly', 'Elsewhere only'), numbers('baseOrBoth', 'Base or both'),
		],
		rows: filled,
	});
}

/* Pearson's r; NaN of what does not vary. */
function correlation(a, b) {
	const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const ma = mean(a), mb = mean(b);
	let ab = 0, aa = 0, bb = 0;
	for (let i = 0; i < a.length; i++) {
		ab += (a[i] - ma) * (b[i] - mb);
		aa += (a[i] - ma) ** 2;
		bb += (b[i] - mb) ** 2;
	}
	return ab / Math.sqrt(aa * bb);
}

const r = (n) => Number.isNaN(n) ? '–' : n.toFixed(3);

function monthsSection(ctx, keys, series) {
	return section({
		title: 'Unique users by month',
		chart: lineChart({ names: ctx.months, unit: 'users', lines: keys.map((at, i) => ({ name: ctx.data.modules[at], values: series[i] })) }), height: 320,
		columns: [{ id: 'month', head: 'Month', value: (row) => row.month }, ...keys.map((at, i) => ({ id: `k${i}`, head: ctx.data.modules[at], number: true, value: (row) => row.values[i], show: (row) => count(row.values[i]) }))],
		rows: ctx.months.map((month, i) => ({ month, values: series.map((values) => values[i]) })),
	});
}

function againstSection(ctx, keys, series) {
	const all = ctx.monthsOf('python', 0);
	const rs = series.map((values) => correlation([...values], [...all]));
	const lines = [{ name: 'all Python', values: all }, ...keys.slice(0, 5).map((at, i) => ({ name: ctx.data.modules[at], values: series[i] }))];
	return section({
		title: 'Against all Python users',
		note: h('span', null, 'Pearson’s r of the users of each month with all Python users: ', keys.map((at, i) => [i ? ', ' : '', `${ctx.data.modules[at]} `, h('b', null, r(rs[i]))]), '.'),
		chart: lineChart({ names: ctx.months, unit: 'users', lines }), height: 320,
		columns: [
			{ id: 'month', head: 'Month', value: (row) => row.month }, { id: 'all', head: 'All Python', number: true, value: (row) => row.all, show: (row) => row.month === 'r' ? '' : count(row.all) },
			...keys.map((at, i) => ({ id: `k${i}`, head: ctx.data.modules[at], number: true, value: (row) => row.values[i], show: (row) => row.month === 'r' ? r(row.values[i]) : count(row.values[i]) })),
		],
		rows: [...ctx.months.map((month, i) => ({ month, all: all[i], values: series.map((values) => values[i]) })), { month: 'r', all: 1, values: rs.map((n) => Number(n.toFixed(6))) }],
	});
}

/* Who uses which of the first four together. */
function togetherSection(ctx, keys) {
	const some = keys.slice(0, 4), names = some.map((at) => ctx.data.modules[at]);
	const { mixes } = ctx.overlap('module', some);
	const sets = [];
	for (let bits = 1; bits < 1 << some.length; bits++)
		sets.push({ bits, name: names.filter((_, i) => bits >> i & 1).join(' + ') });
	sets.sort((a, b) => a.name.split('+').length - b.name.split('+').length);
	const row = (month, mix) => ({ month, values: sets.map((set) => mix.get(set.bits) ?? 0) });
	const months = mixes.months.slice(ctx.filter.from, ctx.filter.to + 1);
	const all = sets.map((set) => ({ name: set.name, users: mixes.all.get(set.bits) ?? 0 })).filter((mix) => mix.users);
	return section({
		title: 'Used together',
		note: `Unique users of exactly these and none of the others of ${names.join(', ')}, over all months of the filter; the table has every month, too.`,
		chart: barChart({ names: all.map((mix) => mix.name), parts: [{ name: 'users', values: all.map((mix) => mix.users) }], unit: 'users' }), height: 40 + 30 * all.length,
		columns: [{ id: 'month', head: 'Month', value: (line) => line.month }, ...sets.map((set, i) => ({ id: `s${i}`, head: set.name, number: true, value: (line) => line.values[i], show: (line) => count(line.values[i]) }))],
		rows: some.length > 1 && all.length ? [row('all months', mixes.all), ...months.map((mix, i) => row(ctx.months[i], mix))] : [],
		empty: 'Add a second library to see who uses both.',
	});
}

export function libraries(ctx) {
	const keys = chosen(ctx);
	if (!keys.length)
		return [h('p', { class: 'empty' }, 'Nobody imported anything with these filters.')];
	const series = ctx.monthsOfKeys('module', keys);
	return [
		picker(ctx.data.modules, keys, 'import name', 'Nobody imported that name.'), splitSection(ctx, 'module', keys.map((at) => ({ at, name: ctx.data.modules[at] }))),
		monthsSection(ctx, keys, series), togetherSection(ctx, keys), againstSection(ctx, keys, series),
	];
}

const KINDS = ['', 'nowhere', 'package', 'private', 'stdlib', 'namespace'];

export const kindsOf = (bits) => KINDS.filter((name, i) => name && bits >> i & 1).sort().join(', ');

/* Columns of all figures, those by place in CSV alone. */
function usageColumns(ctx, of) {
	return [
		numbers('users', 'Users'), numbers('beyond', 'Users beyond base'),
		...['baseOnly', 'both', 'customOnly'].map((id) => ({ ...numbers(id, id), csvOnly: true, csv: { baseOnly: 'Base only', both: 'Both', customOnly: 'Elsewhere only' }[id] })),
		numbers('projects', 'Projects'), numbers('jobs', 'Jobs'), numbers('runs', 'Runs'), numbers('hours', 'Node-hours', hours),
		...ctx.data.places.map((place, i) => ({ id: `place${i}`, head: `Users ${place}`, csvOnly: true, value: (row) => of.places[i][row.at] })),
	];
}

function usageRows(names, of) {
	return names.map((name, at) => ({
		name, at, users: of.users[at], beyond: of.both[at] + of.customOnly[at], baseOnly: of.baseOnly[at], both: of.both[at], customOnly: of.customOnly[at],
		projects: of.projects[at], jobs: of.jobs[at], runs: of.runs[at], hours: of.hours[at], kinds: kindsOf(of.kinds[at]),
	})).filter((row) => of.kinds[row.at]).sort((a, b) => b.users - a.users || (a.name < b.name ? -1 : 1));
}

export function imports(ctx) {
	const of = ctx.tally('module');
	return [section({
		title: 'Import names', main: true,
		note: 'Top-level names, counted once a run. The CSV has the users by place, too.',
		columns: [
			{ id: 'import', head: 'Import', value: (row) => row.name, show: (row) => moduleLink(row.name) },
			{ id: 'package', head: 'Package', value: (row) => ctx.data.packages[ctx.data.packageOf[row.at]] ?? '', show: (row) => packageLink(ctx.data.packages[ctx.data.packageOf[row.at]]) },
			{ id: 'kinds', head: 'Kind', value: (row) => row.kinds },
			...usageColumns(ctx, of),
		],
		rows: usageRows(ctx.data.modules, of),
	})];
}

export function packages(ctx) {
	const of = ctx.tally('package');
	return [section({
		title: 'Packages', main: true,
		note: 'What is imported from site-packages, by the package that has it. The CSV has the users by place, too.',
		columns: [
			{ id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) },
			...usageColumns(ctx, of),
			{ id: 'base', head: 'In base', value: (row) => ['no', 'yes', 'by pip'][ctx.data.inBase[row.at]] },
			...(ctx.plan ? [{ id: 'plan', head: 'Plan', value: (row) => ctx.verdicts.get(row.name)?.words ?? '' }] : []),
		],
		rows: usageRows(ctx.data.packages, of),
	})];
}
