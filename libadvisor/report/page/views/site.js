// SPDX-License-Identifier: BSD-3-Clause
// Views of the whole: overview, places, home imports, trends, domains, node-hours, projects.
import { columnChart, lineChart, treemap } from '../chart.js';
import { windows } from '../context.js';
import { EVIDENCE } from '../count.js';
import { h } from '../dom.js';
import { count, hours, plural, ratio, share } from '../format.js';
import { figures, packageLink, projectLink, section, spark, whichMonths } from '../parts.js';
import { compare, significant } from '../rates.js';
import { link } from '../state.js';

const monthsColumn = { id: 'month', head: 'Month', value: (row) => row.month };
const numbers = (id, head, show = count) => ({ id, head, number: true, value: (row) => row[id], show: (row) => show(row[id]) });

function usersSection(ctx) {
	const users = ctx.monthsOf('python', 0), outside = ctx.monthsOf('python', 0, ctx.outside);
	return section({
		title: 'Python users by month',
		note: 'Unique users with a run that imports anything; and those who import something from elsewhere than base.',
		chart: lineChart({ names: ctx.months, unit: 'users', lines: [{ name: 'all', values: users }, { name: 'beyond base', values: outside }] }),
		columns: [monthsColumn, numbers('users', 'Users'), numbers('outside', 'Users beyond base')],
		rows: ctx.months.map((month, i) => ({ month, users: users[i], outside: outside[i] })),
	});
}

export function placesSection(ctx) {
	const all = ctx.tally('place').users;
	const seen = ctx.data.places.map((name, at) => ({ name, at, users: all[at] })).filter((place) => place.users > 0);
	const values = ctx.monthsOfKeys('place', seen.map((place) => place.at));
	const lines = seen.map((place, i) => ({ name: place.name, values: values[i] }));
	return section({
		title: 'Users by place and month',
		note: 'Unique users who import anything from there. Most import from several places, so places do not add up to all users.',
		chart: lineChart({ names: ctx.months, unit: 'users', lines }), height: 320,
		columns: [monthsColumn, ...lines.map((line, i) => numbers(`p${i}`, line.name))],
		rows: seen.length ? ctx.months.map((month, i) => Object.fromEntries([['month', month], ...lines.map((line, j) => [`p${j}`, line.values[i]])])) : [],
	});
}

/* Packages by users who import them from elsewhere than base. */
function outsidePackages(ctx) {
	const all = ctx.tally('package'), outside = ctx.tally('package', ctx.outside);
	return ctx.data.packages.map((name, at) => ({
		name, at, users: all.users[at], outside: outside.users[at], hours: outside.hours[at],
		base: ctx.data.inBase[at] ? (ctx.data.inBase[at] === 2 ? 'by pip' : 'yes') : 'no',
		plan: ctx.verdicts.get(name)?.words ?? '',
	})).filter((row) => row.outside > 0 || Number.isNaN(row.outside)).sort((a, b) => b.outside - a.outside || (a.name < b.name ? -1 : 1));
}

function homeSection(ctx, { main, most = 60, height = 420 } = {}) {
	const rows = outsidePackages(ctx);
	const tiles = rows.slice(0, most).map((row) => ({
		name: row.name, value: row.outside, kind: row.base === 'no' ? 'tile' : 'tile-base',
		words: row.base === 'no' ? 'not in base' : 'base has it, too',
	}));
	return section({
		title: 'Packages imported from elsewhere than base', main,
		note: `Area: unique users. Strong colour: base lacks it; pale: base has it, too.${rows.length > most ? ` The ${most} with the most users; the table has all ${count(rows.length)}.` : ''}`,
		chart: treemap({ tiles, unit: 'users', open: (name) => { location.hash = link(['package', name]); } }), height,
		words: `Treemap of ${plural(rows.length, 'package')} that users import from elsewhere than base${rows.length ? `; most users: ${rows.slice(0, 3).map((row) => `${row.name} (${row.outside})`).join(', ')}` : ''}.`,
		columns: [
			{ id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) },
			numbers('outside', 'Users beyond base'), numbers('users', 'All users'), numbers('hours', 'Node-hours beyond base', hours),
			{ id: 'base', head: 'In base', value: (row) => row.base },
			...(ctx.plan ? [{ id: 'plan', head: 'Plan', value: (row) => row.plan }] : []),
		],
		rows,
	});
}

export function overview(ctx) {
	const all = ctx.tally('python');
	const { cover } = ctx.data.head;
	const unfiltered = !ctx.isFiltered;
	return [
		figures([
			['Python users', count(all.users[0])],
			['beyond base', count(all.both[0] + all.customOnly[0]), `${share(all.both[0] + all.customOnly[0], all.users[0])} import something from elsewhere than base`],
			['projects', count(all.projects[0])],
			['Python runs', count(all.runs[0])],
			['node-hours', hours(all.hours[0])],
			unfiltered ? ['covered by base', count(cover.users_now), `${share(cover.users_now, cover.users)} of ${plural(cover.users, 'user')}: base has every package that they import`] : null,
			unfiltered && ctx.plan ? ['covered with the plan', count(cover.users_then), `${share(cover.users_then, cover.users)}: ${count(cover.users_then - cover.users_now)} more`] : null,
		].filter(Boolean)),
		usersSection(ctx), placesSection(ctx), homeSection(ctx, { most: 40, height: 360 }),
	];
}

export const places = (ctx) => {
	const all = ctx.tally('place');
	const rows = ctx.data.places.map((name, at) => ({
		name, users: all.users[at], projects: all.projects[at], jobs: all.jobs[at], runs: all.runs[at], hours: all.hours[at],
	})).filter((row) => row.users > 0 || Number.isNaN(row.users));
	return [placesSection(ctx), section({
		title: 'Places over all months', main: true,
		note: 'A run counts at every place that it imports something from.',
		columns: [
			{ id: 'place', head: 'Place', value: (row) => row.name }, numbers('users', 'Users'), numbers('projects', 'Projects'),
			numbers('jobs', 'Jobs'), numbers('runs', 'Runs'), numbers('hours', 'Node-hours', hours),
		],
		rows,
	})];
};

export const home = (ctx) => [homeSection(ctx, { main: true, most: 120, height: 560 })];

function trendRows(ctx) {
	const { recent, former } = windows(ctx.filter);
	if (recent.to < recent.from || former.to < former.from)
		return { recent, former, tested: 0, rows: [] };
	const width = ctx.data.months.length;
	const sum = (values, at, { from, to }) => values.subarray(at * width + from, at * width + to + 1).reduce((a, b) => a + b, 0);
	// As plans: of packages mere probes are left out, and whoever imports anything is active.
	const since = { from: former.from };
	const used = ctx.filter.evidence === EVIDENCE.IMPORTED ? { ...since, evidence: EVIDENCE.USED } : since;
	const packages = ctx.byMonth('package', used), python = ctx.byMonth('python', since);
	const exposure = { recent: sum(python, 0, recent), former: sum(python, 0, former) };
	const users = { recent: ctx.tally('package', { ...used, ...recent }).users, former: ctx.tally('package', { ...used, ...former }).users };
	if (!exposure.recent || !exposure.former)
		return { recent, former, tested: 0, rows: [] };
	const all = ctx.data.packages.map((name, at) => {
		const events = { recent: sum(packages, at, recent), former: sum(packages, at, former) };
		if (events.recent + events.former < 5)
			return null;
		return {
			name, at, recent: users.recent[at], former: users.former[at],
			values: packages.subarray(at * width + former.from, at * width + recent.to + 1),
			...compare({ events: events.recent, exposure: exposure.recent }, { events: events.former, exposure: exposure.former }),
		};
	}).filter(Boolean);
	const rows = significant(all).filter((row) => (row.ratio > 1 ? row.recent : row.former) >= 3);
	return { recent, former, tested: all.length, rows };
}

export function trends(ctx) {
	const { recent, former, tested, rows } = trendRows(ctx);
	const span = ({ from, to }) => from === to ? ctx.data.months[to] : `${ctx.data.months[from]} to ${ctx.data.months[to]}`;
	const columns = [
		{ id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) },
		numbers('former', 'Users before'), numbers('recent', 'Users lately'),
		{ ...numbers('ratio', 'Change', ratio), title: 'of the share of active users, lately against before' },
		{ id: 'values', head: 'By month', value: (row) => row.values.join(' '), show: (row) => spark(row.values) },
	];
	const few = 'The months of the filter are too few to compare.';
	const part = (title, kept, main) => section({
		title, columns, main, rows: kept,
		empty: tested ? 'No package of this kind stands out.' : few,
	});
	return [
		h('p', { class: 'note' }, tested ? `Lately is ${span(recent)}, before is ${span(former)}. ${count(tested)} packages were tested for a change of the share of active users who import them; what is listed is significant together (false discovery rate 5 %), and at least 3 people use it, or used it.` : few),
		part('Emerging', rows.filter((row) => row.ratio > 1).sort((a, b) => a.q - b.q || a.p - b.p), true),
		part('Declining', rows.filter((row) => row.ratio <= 1).sort((a, b) => a.q - b.q || a.p - b.p)),
	];
}

export function domains(ctx) {
	const { names } = ctx.data.domains;
	const total = ctx.groups('python', 0, 'domain').users;
	const shown = names.map((name, at) => ({ name, at })).filter((domain) => total[domain.at] > 0);
	const cross = ctx.cross('package'), width = ctx.data.packages.length;
	const all = ctx.tally('package').users;
	const rows = ctx.data.packages.map((name, at) => ({
		name, users: all[at], cells: shown.map((domain) => cross[domain.at * width + at]),
	})).filter((row) => row.users > 0).sort((a, b) => b.users - a.users || (a.name < b.name ? -1 : 1));
	const cell = (row, i) => {
		const part = row.cells[i] / total[shown[i].at];
		return h('span', { class: 'heat', style: `--heat:${(60 * part).toFixed(0)}%`, title: `${share(row.cells[i], total[shown[i].at])} of ${shown[i].name}` }, row.cells[i] || '·');
	};
	return [section({
		title: 'Packages by domain', main: true, dense: true,
		note: 'Unique users; the shade is their share of all Python users of the domain. A user with projects in several domains counts in each.',
		columns: [
			{ id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) }, numbers('users', 'All'),
			...shown.map((domain, i) => ({ id: `d${i}`, head: domain.name, number: true, value: (row) => row.cells[i], show: (row) => cell(row, i) })),
		],
		rows: shown.length > 1 || shown[0]?.name !== 'unknown' ? rows : [],
		empty: 'No domain of any project is known: name them under ‘domains’ in the site recipe.',
	}), section({
		title: 'Domains',
		columns: [{ id: 'domain', head: 'Domain', value: (row) => row.name }, numbers('users', 'Users'), numbers('jobs', 'Jobs'), numbers('runs', 'Runs'), numbers('hours', 'Node-hours', hours)],
		rows: shown.map(({ name, at }) => {
			const of = ctx.groups('python', 0, 'domain');
			return { name, users: of.users[at], jobs: of.jobs[at], runs: of.runs[at], hours: of.hours[at] };
		}),
	})];
}

export function hoursSection(ctx, kind = 'python', at = 0) {
	const all = ctx.groups(kind, at, 'month');
	const values = ctx.cut(all.hours);
	return section({
		title: 'Node-hours by month', note: 'Of runs that import it: nodes times hours, sampled runs weighed by their probability. Not known of a month with a run whose logger did not tell how long it took.',
		chart: values.some((n) => n >= 0) ? columnChart({ names: ctx.months, values, unit: 'node-hours', show: hours }) : null, height: 240,
		columns: [monthsColumn, numbers('hours', 'Node-hours', hours), numbers('runs', 'Runs'), numbers('jobs', 'Jobs')],
		rows: ctx.months.map((month, i) => ({ month, hours: values[i], runs: all.runs[i + ctx.filter.from], jobs: all.jobs[i + ctx.filter.from] })),
	});
}

export const nodeHours = (ctx) => [hoursSection(ctx), projectsSection(ctx, 'hours')];

function projectsSection(ctx, order) {
	const of = ctx.groups('python', 0, 'project'), beyond = ctx.groups('python', 0, 'project', ctx.outside);
	const { covers } = ctx.data.head;
	const rows = ctx.data.projects.map((name, at) => ({
		name, domain: ctx.data.head.projects.domains[at], users: of.users[at], beyond: beyond.users[at], runs: of.runs[at],
		hours: of.hours[at], now: covers[at]?.users_now ?? NaN, then: covers[at]?.users_then ?? NaN,
	})).filter((row) => row.users > 0 || Number.isNaN(row.users)).sort((a, b) => b[order] - a[order] || (a.name < b.name ? -1 : 1));
	return section({
		title: 'Projects', main: true,
		note: `Covered: users whose imports in the project base has all, over ${whichMonths(ctx)} months.`,
		columns: [
			{ id: 'project', head: 'Project', value: (row) => row.name, show: (row) => projectLink(row.name) },
			{ id: 'domain', head: 'Domain', value: (row) => row.domain }, numbers('users', 'Users'), numbers('beyond', 'Users beyond base'),
			numbers('runs', 'Runs'), numbers('hours', 'Node-hours', hours), numbers('now', 'Covered now'),
			...(ctx.plan ? [numbers('then', 'With the plan')] : []),
		],
		rows,
	});
}

export const projects = (ctx) => [projectsSection(ctx, 'users')];
