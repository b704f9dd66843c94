// SPDX-License-Identifier: BSD-3-Clause
// The page: which view the address asks for, and the frame around it.
import { forgetCharts } from './chart.js';
import { makeContext } from './context.js';
import { readData } from './data.js';
import { byId, h } from './dom.js';
import { makeFilters, showFilters } from './filters.js';
import { count } from './format.js';
import { verdictsOf } from './plan.js';
import { filterOf, isFiltered, link, readState } from './state.js';
import { makeThemeSwitch } from './theme.js';
import { about } from './views/about.js';
import { imports, libraries, packages } from './views/library.js';
import { oneImport, onePackage, oneProject } from './views/one.js';
import { plan } from './views/plan.js';
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

function viewOf(path) {
	const one = ONE[path[0]];
	if (one && path.length > 1) {
		const name = path.slice(1).join('/');
		return { list: one[0], title: `${path[0] === 'import' ? 'import' : path[0][0].toUpperCase() + path[0].slice(1)} ${name}`, make: (ctx) => one[1](ctx, name), name };
	}
	const [list, title, make] = VIEWS.find(([id]) => id === (path[0] ?? '')) ?? [];
	return make ? { list, title, make } : {
		title: 'No such view', make: () => [h('p', { class: 'empty' }, 'This address leads to no view. ', h('a', { href: '#/' }, 'Overview'), '.')],
	};
}

function showViews(list) {
	byId('views').replaceChildren(h('ul', null, VIEWS.map(([id, title]) => h('li', null, h('a', {
		href: link(id ? [id] : []), 'aria-current': id === list ? 'page' : null,
	}, title)))));
	byId('views').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

let shown = null;

function show(data, verdicts) {
	const { path, query } = readState();
	const view = viewOf(path);
	const filter = filterOf(data, query);
	if (path[0] === 'project' && view.name !== undefined)
		filter.project = data.projects.indexOf(view.name);
	const ctx = { ...makeContext(data, filter), query, verdicts, plan: data.head.plan, isFiltered: isFiltered(query) };
	const main = byId('main');
	const at = shown === path.join('/') ? scrollY : 0;
	forgetCharts();
	showViews(view.list);
	showFilters(data);
	const heading = h('h1', { tabindex: '-1' }, view.title);
	main.replaceChildren(heading, filter.from > filter.to
		? h('p', { class: 'empty' }, data.months.length ? 'No month lies within the filter.' : 'The store holds no use of Python.')
		: h('div', { class: 'view' }, view.make(ctx)));
	document.title = `${view.title} · Python at ${data.head.site ?? 'this centre'}`;
	if (shown !== null && shown !== path.join('/'))
		heading.focus({ preventScroll: true });
	shown = path.join('/');
	scrollTo(0, at);
	byId('status').textContent = filter.from > filter.to ? 'no months' : `${view.title}: ${count(ctx.tally('python').users[0])} users with these filters`;
}

async function start() {
	const data = await readData();
	const verdicts = verdictsOf(data.head.plan);
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
