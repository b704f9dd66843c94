// SPDX-License-Identifier: BSD-3-Clause
// Views of a public page: the whole site, its domains and projects, packages, and the plan.
import { barChart, lineChart, treemap } from '../chart.js';
import { h } from '../dom.js';
import { bytes, count, plural, share } from '../format.js';
import { figures, packageLink, section } from '../parts.js';
import { link } from '../state.js';
import { asked, picker } from './library.js';

/* What is folded or held back. */
export const HIDDEN = '*';
const told = (n) => n === null || n === undefined || Number.isNaN(n) ? HIDDEN : count(n);
const text = (id, head, long = false) => ({ id, head, long, value: (row) => row[id] ?? '' });
const numbers = (id, head, show = told) => ({ id, head, number: true, value: (row) => row[id] ?? NaN, show: (row) => show(row[id]) });
const packageColumn = { id: 'package', head: 'Package', value: (row) => row.package, show: (row) => packageLink(row.package) };
const monthColumn = { id: 'month', head: 'Month', value: (row) => row.month };
const partColumn = (kind, head, known) => ({
	id: kind, head, value: (row) => row[kind], show: (row) => known.has(row[kind]) ? h('a', { href: link([kind, row[kind]]) }, row[kind]) : row[kind],
});

const coverOf = (report, of) => report.cover.find((row) => row.of === of);

function coverFigures(ctx, report) {
	const users = coverOf(report, 'users'), workloads = coverOf(report, 'workloads');
	const part = (n, of) => n === null || of === null ? 'base has every package that they import' : `${share(n, of)}: base has every package that they import`;
	return figures([
		['Python users', told(users.all)],
		['covered by base', told(users.now), part(users.now, users.all)],
		...(ctx.plan ? [['covered with the plan', told(users.then), part(users.then, users.all)]] : []),
		['workloads', told(workloads.all), 'what one user imports from one environment'],
		['workloads covered', told(workloads.now), ctx.plan ? `${told(workloads.then)} with the plan` : null],
	]);
}

function monthsSection(rows, lines, title = 'Unique users by month') {
	return section({
		title, note: 'A gap in a line is a figure that is not told.',
		chart: lineChart({ names: rows.map((row) => row.month), unit: 'users', lines: lines.map(([id, name]) => ({ name, values: rows.map((row) => row[id]) })) }), height: 320,
		columns: [monthColumn, ...lines.map(([id, name]) => numbers(id, name))], rows,
	});
}

function placesSection(report) {
	const rows = report.places;
	const shown = rows.filter((row) => row.users !== null);
	return section({
		title: 'Users by place of their environments', note: 'Unique users; who has environments in several places counts at each.',
		chart: barChart({ names: shown.map((row) => row.place), parts: [{ name: 'users', values: shown.map((row) => row.users) }], unit: 'users' }), height: 44 + 30 * shown.length,
		columns: [text('place', 'Place'), numbers('users', 'Users'), numbers('workloads', 'Workloads')], rows,
	});
}

function beyondSection(ctx, report) {
	const rows = [...report.lacking.map((row) => ({ ...row, base: 'no' })), ...report.there.map((row) => ({ ...row, base: row.how || 'yes' }))]
		.map((row) => ({ ...row, plan: ctx.verdicts.get(row.package)?.words ?? '' }))
		.sort((a, b) => (b.users ?? -1) - (a.users ?? -1) || (a.package < b.package ? -1 : 1));
	const tiles = rows.filter((row) => row.users !== null).slice(0, 80).map((row) => ({
		name: row.package, value: row.users, kind: row.base === 'no' ? 'tile' : 'tile-base', words: row.base === 'no' ? 'not in base' : 'base has it, too',
	}));
	return section({
		title: 'Packages imported from elsewhere than base', main: true,
		note: 'Area: unique users. Strong colour: base lacks it; pale: base has it, too.',
		chart: tiles.length ? treemap({ tiles, unit: 'users', open: (name) => { location.hash = link(['package', name]); } }) : null, height: 420,
		words: `Treemap of ${plural(rows.length, 'package')} that users import from elsewhere than base.`,
		columns: [
			packageColumn, numbers('users', 'Users beyond base'), numbers('user_site', 'user-site'), numbers('home', 'home'), numbers('project', 'project'), numbers('tmp', 'tmp'),
			text('base', 'In base'), ...(ctx.plan ? [text('plan', 'Plan')] : []),
		],
		rows, empty: `Nothing is imported from elsewhere by ${ctx.least} users or more.`,
	});
}

function partsSection(ctx, report, kind, title, main) {
	const known = new Set(kind === 'domain' ? ctx.data.domains : ctx.data.projects);
	const rows = report[`${kind}s`] ?? [];
	return section({
		title, main, note: 'Workloads are covered when base has every package of theirs.',
		columns: [partColumn(kind, kind === 'domain' ? 'Domain' : 'Project', known), numbers('users', 'Users'), numbers('workloads', 'Workloads'), numbers('now', 'Covered now'), ...(ctx.plan ? [numbers('then', 'With the plan')] : [])],
		rows, empty: `None has ${ctx.least} users or more.`,
	});
}

const overview = (ctx) => [
	coverFigures(ctx, ctx.data.site), monthsSection(ctx.data.site.months, [['users', 'all'], ['own', 'from their own places']], 'Python users by month'),
	placesSection(ctx.data.site), beyondSection(ctx, ctx.data.site),
];

const onePart = (kind) => (ctx, name) => {
	const report = ctx.data.reports[kind].get(name);
	if (!report)
		return [h('p', { class: 'empty' }, `This page tells nothing of a ${kind} ‘${name}’: there is none, or fewer than ${ctx.least} people are in it.`)];
	return [coverFigures(ctx, report), placesSection(report), beyondSection(ctx, report), ...(kind === 'domain' && !ctx.data.head.nameless ? [partsSection(ctx, report, 'project', 'Projects')] : [])];
};

/* --- packages --- */

const usersOf = (report, who) => report.use.find((row) => row.who === who)?.users;

function packageRow(ctx, name) {
	const report = ctx.data.reports.package.get(name), state = report.state[0];
	const users = usersOf(report, 'all'), outside = usersOf(report, 'from elsewhere than base');
	return {
		package: name, users, outside, base: users === null || outside === null ? null : users - outside,
		state: state.in_base ? state.base_version ?? 'yes' : 'no', plan: ctx.verdicts.get(name)?.words ?? '', report,
	};
}

const most = (a, b) => (b.users ?? -1) - (a.users ?? -1) || (a.package < b.package ? -1 : 1);

const packages = (ctx) => [section({
	title: 'Packages', main: true, note: `Those that ${ctx.least} users or more import.`,
	columns: [packageColumn, numbers('users', 'Users'), numbers('outside', 'Users beyond base'), numbers('base', 'From base alone'), text('state', 'In base'), ...(ctx.plan ? [text('plan', 'Plan')] : [])],
	rows: ctx.data.packages.map((name) => packageRow(ctx, name)).sort(most),
}), section({
	title: 'Import names that no package is known for', columns: [text('module', 'Import'), numbers('users', 'Users')],
	rows: ctx.data.site.nowhere, empty: `None is imported by ${ctx.least} users or more.`,
})];

function libraries(ctx) {
	const { packages: names } = ctx.data;
	const rows = names.map((name) => packageRow(ctx, name));
	const first = names.map((_, at) => at).sort((a, b) => most(rows[a], rows[b])).slice(0, 5);
	const keys = asked(ctx.query, names, first);
	if (!keys.length)
		return [h('p', { class: 'empty' }, `No package is imported by ${ctx.least} users or more.`)];
	const all = ctx.data.site.months, some = keys.map((at) => rows[at]);
	const at = (row, i) => row.report.months[i]?.users ?? null;
	return [
		picker(names, keys, 'package', 'No package of that name is told of.'),
		monthsSection(all.map(({ month }, i) => Object.fromEntries([['month', month], ...some.map((row, k) => [`k${k}`, at(row, i)])])), some.map((row, k) => [`k${k}`, row.package])),
		monthsSection(all.map(({ month, users }, i) => Object.fromEntries([['month', month], ['all', users], ...some.slice(0, 5).map((row, k) => [`k${k}`, at(row, i)])])), [['all', 'all Python'], ...some.slice(0, 5).map((row, k) => [`k${k}`, row.package])], 'Against all Python users'),
		section({
			title: 'All users, and those beyond base', note: 'From base alone: the difference. Who imports it from both places counts as beyond base.',
			chart: barChart({
				names: some.map((row) => row.package), unit: 'users', parts: [
					{ name: 'from base alone', values: some.map((row) => row.base) }, { name: 'beyond base', values: some.map((row) => row.outside) }],
			}), height: 44 + 40 * some.length,
			controls: h('p', { class: 'legend', 'aria-hidden': 'true' }, ['from base alone', 'beyond base'].map((name, i) => h('span', null, h('i', { class: `part-${i + 1}` }), name))),
			columns: [packageColumn, numbers('users', 'Users'), numbers('outside', 'Users beyond base'), numbers('base', 'From base alone')], rows: some,
		}),
	];
}

function onePackage(ctx, name) {
	if (!ctx.data.reports.package.has(name))
		return [h('p', { class: 'empty' }, `This page tells nothing of a package ‘${name}’: nobody uses it, or fewer than ${ctx.least} people do. `, h('a', { href: link(['packages']) }, 'All packages that it tells of'), '.')];
	const row = packageRow(ctx, name), { report } = row, verdict = ctx.verdicts.get(name);
	const state = report.state[0];
	const places = report.use.filter((use) => use.who.startsWith('there, in ')).map((use) => ({ place: use.who.slice(10), users: use.users }));
	const known = places.filter((place) => place.users !== null);
	const part = (kind, head, names) => section({
		title: kind === 'domain' ? 'Domains' : 'Projects', main: kind === 'project',
		columns: [partColumn('name', head, new Set()), ...(kind === 'domain' ? [numbers('users', 'Users')] : []), numbers('outside', 'Users beyond base')].map((column) => column.id === 'name'
			? { ...column, show: (one) => names.includes(one.name) ? h('a', { href: link([kind, one.name]) }, one.name) : one.name } : column),
		rows: report[`${kind}s`] ?? [], empty: `In none ${ctx.least} users or more import it.`,
	});
	return [
		h('p', { class: 'lead' }, state.in_base ? `Base has it${state.base_version ? ` in version ${state.base_version}` : ''}.` : 'Base does not have it.', verdict ? ` With the plan it ${verdict.words}${verdict.reason ? `: ${verdict.reason}` : ''}.` : ''),
		figures([['users', told(row.users)], ['beyond base', told(row.outside)], ['from base alone', told(row.base)]]),
		monthsSection(report.months, [['users', 'users']]),
		section({
			title: 'Users beyond base, by place', chart: known.length ? barChart({ names: known.map((place) => place.place), parts: [{ name: 'users', values: known.map((place) => place.users) }], unit: 'users' }) : null, height: 44 + 30 * known.length,
			columns: [text('place', 'Place'), numbers('users', 'Users')], rows: places, empty: 'Nobody imports it from elsewhere than base.',
		}),
		part('domain', 'Domain', ctx.data.domains), part('project', 'Project', ctx.data.projects),
	];
}

/* --- domains, projects, the plan --- */

function domains(ctx) {
	const shown = ctx.data.site.domains.map((row) => ({ name: row.domain, users: row.users }));
	const rows = ctx.data.packages.map((name) => {
		const { users, report } = packageRow(ctx, name);
		const by = new Map((report.domains ?? []).map((row) => [row.name, row.users]));
		return { package: name, users, cells: shown.map((domain) => by.get(domain.name)) };
	}).sort(most);
	const cell = (n, domain) => n === undefined ? '·'
		: h('span', n === null || domain.users === null ? null : { class: 'heat', style: `--heat:${(60 * n / domain.users).toFixed(0)}%`, title: `${share(n, domain.users)} of ${domain.name}` }, told(n));
	return [section({
		title: 'Packages by domain', main: true, dense: true,
		note: `Unique users; the shade is their share of the domain’s Python users. · is nobody, or fewer than ${ctx.least}.`,
		columns: [packageColumn, numbers('users', 'All'), ...shown.map((domain, i) => ({ id: `d${i}`, head: domain.name, number: true, value: (row) => row.cells[i] ?? NaN, show: (row) => cell(row.cells[i], domain) }))],
		rows: shown.length ? rows : [], empty: 'No domain of any project is known.',
	}), partsSection(ctx, ctx.data.site, 'domain', 'Domains')];
}

const projects = (ctx) => [
	ctx.data.head.nameless ? h('p', { class: 'note' }, 'This centre publishes no names of projects: numbers stand for them, others in each table.') : null,
	partsSection(ctx, ctx.data.site, 'project', 'Projects', true),
];

function plan(ctx) {
	const { plan } = ctx;
	if (!plan)
		return [h('p', { class: 'empty' }, 'This page was made without a plan.')];
	const cover = coverOf(ctx.data.site, 'users');
	const moved = [...plan.changed, ...plan.removed].map((row) => ({ ...row, package: row.name, to: row.to ?? 'gone' }));
	const named = (rows) => rows.map((row) => ({ ...row, package: row.name }));
	return [
		figures([
			['users covered now', told(cover.now), cover.all === null ? null : `of ${count(cover.all)}: base has every package that they import`],
			['with the plan', told(cover.then)], ['packages that base gains', count(plan.added_packages), `${bytes(plan.added_bytes)} to download`], ['packages then', count(plan.packages)],
		]),
		section({ title: 'Added', main: true, note: 'Brings: packages that come with it. How many want it is told, where it is told, in the view of the package.', columns: [packageColumn, text('version', 'Version'), numbers('brings', 'Brings'), numbers('bytes', 'Download', bytes)], rows: named(plan.additions), empty: 'The plan adds nothing.' }),
		section({ title: 'Wanted, and not added', note: `What ${ctx.least} users or more import from elsewhere than base.`, columns: [packageColumn, text('kind', 'Kind'), text('reason', 'Reason', true)], rows: named(plan.refused), empty: 'Everything that so many want is added.' }),
		...(moved.length ? [section({ title: 'What else changes in base', columns: [packageColumn, text('from', 'Now'), text('to', 'Then')], rows: moved })] : []),
	];
}

const about = (ctx) => [
	h('section', { 'aria-label': 'Public' }, h('header', null, h('h2', null, 'What a public page tells')),
		h('p', null, `Figures of fewer than ${ctx.least} people are not in this file, nor any from which they could be found by sums, unions or differences over everything in it; ${HIDDEN} stands for them. What too few use or are in has no row. Nobody has a row, a name or a pseudonym here, no path is in it, and what staff see besides – versions, environments, node-hours, who uses what together – is left out, since it tells of single people.`),
		h('p', null, 'So there are no filters by month, place or evidence: from figures with and without a month one could tell who came or went. The whole site, each domain and each project have a view of their own. All figures are of all months of the page, and a mere look for a package, without loading it, is not counted.')),
	h('section', { 'aria-label': 'Terms' }, h('header', null, h('h2', null, 'What is counted')), h('dl', { class: 'terms' },
		[['user', 'A unique person. Users of two months, places or projects can be the same people, so such figures don’t add up.'],
			['workload', 'What one user imports from one environment; it is covered when base has every package of it, a user when all workloads are.'],
			['beyond base', 'Imported from any other place than base.']].map(([term, words]) => [h('dt', null, term), h('dd', null, words)]))),
];

export const PUBLIC_VIEWS = [
	['', 'Overview', overview], ['libraries', 'Libraries compared', libraries], ['domains', 'Domains', domains],
	['packages', 'Packages', packages], ['projects', 'Projects', projects], ['plan', 'Plan', plan], ['about', 'What is told', about],
];
export const PUBLIC_ONE = { package: ['packages', onePackage], domain: ['domains', onePart('domain')], project: ['projects', onePart('project')] };
