// SPDX-License-Identifier: BSD-3-Clause
// What is counted, and what the page is made of.
import { h } from '../dom.js';
import { count } from '../format.js';

const TERMS = [
	['user', 'A unique person. Who has a million runs is one user. Users of two months or places can be the same people, so such figures don’t add up.'],
	['run', 'One process that a logger recorded to its end and that imports something.'],
	['import name', 'The top-level name in an import statement, counted once a run however often it was recorded.'],
	['package', 'What installs an import name. A name counts for its package where it was imported from site-packages.'],
	['place', 'The class of the path that something was imported from, by the first rule of the site recipe that matches.'],
	['beyond base', 'Imported from any other place than base.'],
	['covered', 'Base has every package that a user imports, wherever it was imported from. Covered users can do without an environment of their own.'],
	['node-hours', 'Nodes times hours of the runs; a run that was sampled weighs as many as it stands for. Not known where a logger does not tell.'],
	['imported, loaded', 'An import hook sees a mere look for a package, too. “No mere probes” leaves out what a run had no shared object of mapped though it should have; plans and reports count so, and so do trends. Loaded counts only what had shared objects mapped when the run ended.'],
];

export function about(ctx) {
	const { data } = ctx;
	return [
		h('section', { 'aria-label': 'Terms' }, h('header', null, h('h2', null, 'What is counted')), h('dl', { class: 'terms' }, TERMS.map(([term, words]) => [h('dt', null, term), h('dd', null, words)]))),
		h('section', { 'aria-label': 'Data' }, h('header', null, h('h2', null, 'What this page holds')),
			h('p', null, `${count(data.groups.users - 1)} users, ${count(data.modules.length)} import names, ${count(data.projects.length)} projects, ${count(data.months.length)} months.`),
			h('p', null, 'So that unique users can be counted for any filter, the page has a row for each user: without a name or a pseudonym, in an order that tells nothing. Who knows what somebody imported in some month may still find the row. This page is for the centre’s staff and is not to be published.')),
		h('section', { 'aria-label': 'Software' }, h('header', null, h('h2', null, 'Made with')),
			h('p', null, `conda-advisor ${data.head.version} (BSD-3-Clause), Apache ECharts (Apache-2.0, copyright The Apache Software Foundation), zrender (BSD-3-Clause, copyright Baidu Inc.), TanStack Table (MIT, copyright Tanner Linsley). Their notices stand in the page’s source.`)),
	];
}
