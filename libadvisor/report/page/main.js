// SPDX-License-Identifier: BSD-3-Clause
// The page: which view the address asks for, and the frame around it.
import { forgetCharts } from './chart.js';
import { makeContext } from './context.js';
import { readData } from './data.js';
import { byId, h } from './dom.js';
import { makeFilters, showFilters } from './filters.js';
import { count } from './format.js';
import { verdictsOf } from './plan.js';
import { publicVerdicts } from './public.js';
import { filterOf, isFiltered, link, readState } from './state.js';
import { makeThemeSwitch } from './theme.js';
import { about } from './views/about.js';
import { imports, libraries, packages } from './views/library.js';
import { oneImport, onePackage, oneProject } from './views/one.js';
import { plan } from './views/plan.js';
import { PUBLIC_ONE, PUBLIC_VIEWS } from './views/public.js';
import { domains, home, nodeHours, overview, places, projects, trends } from './views/site.js';

const VIEWS = [
	['', 'Overview', overview],
	['libraries', 'Libraries compared', libraries],
	['home', 'Beyond base', home],
	['places', 'Places', places],
	['trends', 'Emerging, declining', trends],
	['domains', 'Domains', domains],
	['hours', 'Node-hours', nodeHours],
	['packages', 'Packages', packages],
	['imports', 'Import names', imports],
	['projects', 'Projects', projects],
	['plan', 'Plan', plan],
	['about', 'What is counted', about],
];
/* Views of one thing, and the list in which it stands. */
const ONE = {
	package: ['packages', onePackage], import: ['imports', oneImport], project: ['projects', oneProject],
};

const titleOf = (kind, name) => `${kind === 'import' ? kind : kind[0].toUpperCase() + kind.slice(1)} ${name}`;

function viewOf(path, views, ones) {
	const one = Object.hasOwn(ones, path[0] ?? '') ? ones[path[0]] : undefined;
	if (one && path.length > 1) {
		const name = path.slice(1).join('/');
		return { list: one[0], title: titleOf(path[0], name), make: (ctx) => one[1](ctx, name), name };
	}
	const [list, title, make] = views.find(([id]) => id === (path[0] ?? '')) ?? [];
	return make ? { list, title, make } : {
		title: 'No such view', make: () => [h('p', { class: 'empty' }, 'This address leads to no view. ', h('a', { href: '#/' }, 'Overview'), '.')],
	};
}

function showViews(list, views) {
	byId('views').replaceChildren(h('ul', null, views.map(([id, title]) => h('li', null, h('a', {
		href: link(id ? [id] : []), 'aria-current': id === list ? 'page' : null,
	}, title)))));
	byId('views').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/* What a view is made from; what stands in place of it where there is nothing to count; what a
   screen reader is told. */
function staffContext(data, verdicts, view, { path, query }) {
	const filter = filterOf(data, query);
	if (path[0] === 'project' && view.name !== undefined)
		filter.project = data.projects.indexOf(view.name);
	const ctx = { ...makeContext(data, filter), query, verdicts, plan: data.head.plan, isFiltered: isFiltered(query) };
	const none = filter.from <= filter.to ? null : data.months.length ? 'No month lies within the filter.' : 'The store holds no use of Python.';
	return { ctx, none, words: none ? 'no months' : `${view.title}: ${count(ctx.tally('python').users[0])} users with these filters` };
}

function publicContext(data, verdicts, view, { query }) {
	const ctx = { data, query, verdicts, plan: data.head.plan, least: count(data.head.min_users) };
	return { ctx, none: data.months.length ? null : 'The store holds no use of Python.', words: view.title };
}

let shown = null;

function show(data, verdicts) {
	const open = data.head.public;
	const state = readState(), { path } = state;
	const view = open ? viewOf(path, PUBLIC_VIEWS, PUBLIC_ONE) : viewOf(path, VIEWS, ONE);
	const { ctx, none, words } = (open ? publicContext : staffContext)(data, verdicts, view, state);
	const main = byId('main');
	const at = shown === path.join('/') ? scrollY : 0;
	forgetCharts();
	showViews(view.list, open ? PUBLIC_VIEWS : VIEWS);
	showFilters(data);
	const heading = h('h1', { tabindex: '-1' }, view.title);
	main.replaceChildren(heading, none ? h('p', { class: 'empty' }, none) : h('div', { class: 'view' }, view.make(ctx)));
	document.title = `${view.title} · Python at ${data.head.site ?? 'this centre'}`;
	if (shown !== null && shown !== path.join('/'))
		heading.focus({ preventScroll: true });
	shown = path.join('/');
	scrollTo(0, at);
	byId('status').textContent = words;
}

async function start() {
	const data = await readData();
	const verdicts = (data.head.public ? publicVerdicts : verdictsOf)(data.head.plan);
	const draw = () => show(data, verdicts);
	byId('top').replaceChildren(
		h('p', { class: 'site' }, h('a', { href: '#/' }, h('b', null, 'Python at '), data.head.site ?? 'this centre')),
		h('p', { class: 'span' }, data.months.length ? `${data.months[0]} to ${data.months.at(-1)}` : 'no months'),
		makeThemeSwitch(draw));
	makeFilters(data);
	addEventListener('hashchange', draw);
	draw();
	document.documentElement.dataset.ready = Math.round(performance.now());
}

start().catch((error) => {
	byId('main').replaceChildren(h('p', { class: 'empty' }, `The page can’t be shown: ${error.message}. A browser of 2023 or later is needed.`));
	throw error;
});
