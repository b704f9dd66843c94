// SPDX-License-Identifier: BSD-3-Clause
// Views of one package, import name or project.
import { barChart, lineChart } from '../chart.js';
import { h } from '../dom.js';
import { bytes, count, hours, plural, share } from '../format.js';
import { figures, moduleLink, packageLink, projectLink, section, whichMonths } from '../parts.js';
import { link } from '../state.js';
import { kindsOf, splitSection } from './library.js';
import { hoursSection, placesSection } from './site.js';

const numbers = (id, head, show = count) => ({ id, head, number: true, value: (row) => row[id], show: (row) => show(row[id]) });

const unknown = (what, name, list) => [h('p', { class: 'empty' }, `No usage of ${what} ‘${name}’ is known. `, h('a', { href: link([list]) }, `All ${list} that are`), '.')];

function monthsSection(ctx, kind, at) {
	const users = ctx.monthsOf(kind, at), outside = ctx.monthsOf(kind, at, ctx.outside);
	return section({
		title: 'Unique users by month',
		chart: lineChart({ names: ctx.months, unit: 'users', lines: [{ name: 'all', values: users }, { name: 'beyond base', values: outside }] }),
		columns: [{ id: 'month', head: 'Month', value: (row) => row.month }, numbers('users', 'Users'), numbers('outside', 'Users beyond base')],
		rows: ctx.months.map((month, i) => ({ month, users: users[i], outside: outside[i] })),
	});
}

function placeSection(ctx, kind, at) {
	const { places } = ctx.tally(kind);
	const rows = ctx.data.places.map((name, i) => ({ name, users: places[i][at] })).filter((row) => row.users > 0);
	return section({
		title: 'Users by place', note: 'Unique users; who imports it from several places counts at each.',
		chart: barChart({ names: rows.map((row) => row.name), parts: [{ name: 'users', values: rows.map((row) => row.users) }], unit: 'users' }), height: 44 + 30 * rows.length,
		columns: [{ id: 'place', head: 'Place', value: (row) => row.name }, numbers('users', 'Users')], rows,
	});
}

function projectsSection(ctx, kind, at) {
	const of = ctx.groups(kind, at, 'project');
	return section({
		title: 'Projects that use it', main: true,
		columns: [{ id: 'project', head: 'Project', value: (row) => row.name, show: (row) => projectLink(row.name) }, { id: 'domain', head: 'Domain', value: (row) => row.domain }, numbers('users', 'Users'), numbers('runs', 'Runs'), numbers('hours', 'Node-hours', hours)],
		rows: ctx.data.projects.map((name, i) => ({ name, domain: ctx.data.head.projects.domains[i], users: of.users[i], runs: of.runs[i], hours: of.hours[i] }))
			.filter((row) => row.users > 0).sort((a, b) => b.users - a.users || (a.name < b.name ? -1 : 1)),
	});
}

/* What the page has of versions does not tell who has them when, so filters don't change it. */
function versionsSection(ctx, at) {
	const told = ctx.data.head.packages.brought[at], base = ctx.data.head.packages.versions[at];
	const rows = [];
	for (let i = 0; i < told.length; i += 2)
		rows.push({ version: told[i], users: told[i + 1], base: told[i] === base ? 'yes' : '' });
	return section({
		title: 'Versions, elsewhere than in base', note: `Unique users of ${whichMonths(ctx)} months, whatever the filter.`,
		columns: [{ id: 'version', head: 'Version', value: (row) => row.version }, numbers('users', 'Users'), ...(base ? [{ id: 'base', head: 'As in base', value: (row) => row.base }] : [])],
		rows, empty: 'Of no use from elsewhere is the version known: not every logger tells it.',
	});
}

const FATES = ['no', 'until the plan', 'yes'];

function environmentsSection(ctx, at) {
	const told = ctx.data.head.projects.environments[at] ?? { fates: [0, 0, 0], listed: [] };
	const [covered, freed, kept] = told.fates, all = covered + freed + kept;
	const sized = told.listed.some((row) => row.bytes);
	return section({
		title: 'Environments of the users’ own',
		note: all ? `${plural(all, 'environment')}: ${count(covered)} ${covered === 1 ? 'is' : 'are'} needed no more, since base has all that is imported from ${covered === 1 ? 'it' : 'them'}${ctx.plan ? `; with the plan ${count(covered + freed)}` : ''}.${all > told.listed.length ? ` The ${count(told.listed.length)} that most people use are listed.` : ''} Of ${whichMonths(ctx)} months, whatever the filter. For: packages that are imported from it, first those that base lacks.` : null,
		columns: [
			{ id: 'place', head: 'In', value: (row) => ctx.data.places[row.place] }, numbers('users', 'Users'), numbers('packages', 'Packages'), numbers('lacking', 'Not in base'),
			...(sized ? [{ ...numbers('bytes', 'Size (about)', (n) => n ? bytes(n) : '–'), value: (row) => row.bytes ?? NaN }] : []),
			numbers('hours', 'Node-hours', hours), { id: 'last', head: 'Last used', value: (row) => row.last ?? '' },
			{ id: 'fate', head: 'Still needed', value: (row) => FATES[row.fate] }, { id: 'for', head: 'For', long: true, value: (row) => row.for.join(', ') },
		],
		rows: told.listed, empty: 'None is known.',
	});
}

function headFigures(of, at) {
	return [
		['users', count(of.users[at])], ['beyond base', count(of.both[at] + of.customOnly[at]), `${share(of.both[at] + of.customOnly[at], of.users[at])} of its users`],
		['projects', count(of.projects[at])], ['jobs', count(of.jobs[at])], ['runs', count(of.runs[at])], ['node-hours', hours(of.hours[at])],
	];
}

export function onePackage(ctx, name) {
	const at = ctx.data.packages.indexOf(name);
	if (at < 0)
		return unknown('a package', name, 'packages');
	const of = ctx.tally('package'), modules = ctx.tally('module');
	const verdict = ctx.verdicts.get(name);
	const names = ctx.data.modules.map((module, i) => ({ module, i })).filter(({ i }) => ctx.data.packageOf[i] === at && modules.kinds[i]);
	const version = ctx.data.head.packages.versions[at];
	return [
		h('p', { class: 'lead' }, ['Base does not have it', 'Base has it', 'Base has it by pip'][ctx.data.inBase[at]], version ? ` in version ${version}.` : '.',
			verdict ? ` With the plan it ${verdict.words}${verdict.reason ? `: ${verdict.reason}` : ''}.` : ctx.plan ? ' The plan leaves it as it is.' : '',
			names.length ? [' Imported as ', names.map(({ module }, i) => [i ? ', ' : '', moduleLink(module)]), '.'] : ''),
		figures(headFigures(of, at)), monthsSection(ctx, 'package', at), splitSection(ctx, 'package', [{ name, at }]), placeSection(ctx, 'package', at),
		versionsSection(ctx, at), hoursSection(ctx, 'package', at), projectsSection(ctx, 'package', at),
	];
}

export function oneImport(ctx, name) {
	const at = ctx.data.modules.indexOf(name);
	if (at < 0)
		return unknown('an import', name, 'imports');
	const of = ctx.tally('module');
	const of_package = ctx.data.packages[ctx.data.packageOf[at]];
	return [
		h('p', { class: 'lead' }, of_package ? ['Package ', packageLink(of_package), '. '] : 'No package is known that has it. ', of.kinds[at] ? `Seen as: ${kindsOf(of.kinds[at])}.` : ''),
		figures(headFigures(of, at)), monthsSection(ctx, 'module', at), splitSection(ctx, 'module', [{ name, at }]), placeSection(ctx, 'module', at),
		hoursSection(ctx, 'module', at), projectsSection(ctx, 'module', at),
	];
}

function projectPackages(ctx) {
	const all = ctx.tally('package'), outside = ctx.tally('package', ctx.outside);
	return section({
		title: 'Packages imported from elsewhere than base', main: true,
		columns: [
			{ id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) }, numbers('outside', 'Users beyond base'), numbers('users', 'All users'),
			numbers('hours', 'Node-hours beyond base', hours), { id: 'base', head: 'In base', value: (row) => row.base },
			...(ctx.plan ? [{ id: 'plan', head: 'Plan', value: (row) => row.verdict?.words ?? '' }, { id: 'why', head: 'Why', long: true, value: (row) => row.verdict?.reason ?? '' }] : []),
		],
		rows: ctx.data.packages.map((name, at) => ({
			name, outside: outside.users[at], users: all.users[at], hours: outside.hours[at], base: ['no', 'yes', 'by pip'][ctx.data.inBase[at]], verdict: ctx.verdicts.get(name),
		})).filter((row) => row.outside > 0).sort((a, b) => b.outside - a.outside || (a.name < b.name ? -1 : 1)),
		empty: 'Everything that the project imports comes from base.',
	});
}

export function oneProject(ctx, name) {
	const at = ctx.data.projects.indexOf(name);
	if (at < 0)
		return unknown('a project', name, 'projects');
	const of = ctx.tally('python');
	const cover = ctx.data.head.covers[at];
	return [
		h('p', { class: 'lead' }, `Domain: ${ctx.data.head.projects.domains[at]}.`,
			cover ? ` Base has all that ${plural(cover.users_now, 'user')} of ${count(cover.users)} ${cover.users_now === 1 ? 'imports' : 'import'} here, over ${whichMonths(ctx)} months${ctx.plan ? `; with the plan, ${count(cover.users_then)}` : ''}.` : ''),
		figures(headFigures(of, 0)), monthsSection(ctx, 'python', 0), placesSection(ctx), environmentsSection(ctx, at), projectPackages(ctx), hoursSection(ctx),
	];
}
