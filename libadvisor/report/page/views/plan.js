// SPDX-License-Identifier: BSD-3-Clause
// The plan: its effect, what it adds and leaves, and what other budgets would bring.
import { curveChart } from '../chart.js';
import { h } from '../dom.js';
import { bytes, count, share } from '../format.js';
import { figures, packageLink, section } from '../parts.js';

const numbers = (id, head, show = count) => ({ id, head, number: true, value: (row) => row[id], show: (row) => show(row[id]) });
const text = (id, head, long = false) => ({ id, head, long, value: (row) => row[id] ?? '' });
const name = { id: 'package', head: 'Package', value: (row) => row.name, show: (row) => packageLink(row.name) };

function frontierSection(frontier) {
	const points = [
		{ packages: 0, users: frontier.base.users_covered, workloads: frontier.base.workloads_covered, share: frontier.base.benefit_share, bytes: 0, budget: 0 },
		...frontier.budgets.map((at) => ({ packages: at.added.packages, users: at.users_covered, workloads: at.workloads_covered, share: at.benefit_share, bytes: at.added.bytes, budget: at.max_packages })),
	];
	return section({
		title: 'What other budgets bring',
		note: `Users who could do without an environment of their own, of ${count(frontier.users)}, by the packages that base gains.`,
		chart: curveChart({ points: points.map((point) => ({ x: point.packages, y: point.users, name: point.budget ? `budget of ${count(point.budget)} packages` : 'base as it is' })), unitX: 'packages that base gains', unitY: 'users covered' }),
		columns: [numbers('budget', 'Budget (packages)'), numbers('packages', 'Packages gained'), numbers('bytes', 'Download', bytes), numbers('users', 'Users covered'), numbers('workloads', 'Workloads covered'),
			{ ...numbers('share', 'Benefit', (n) => share(n, 1)) }],
		rows: points,
	});
}

function effectOf(plan) {
	const { effect } = plan;
	return figures([
		['users covered now', count(effect.users_now), `of ${count(effect.users)}: base has every package that they import`],
		['with the plan', count(effect.users_then), `${share(effect.users_then, effect.users)}: ${count(effect.users_then - effect.users_now)} more`],
		['workloads covered', count(effect.workloads_then), `${count(effect.workloads_now)} now, of ${count(effect.workloads)}`],
		['packages that base gains', count(plan.added_packages), `${bytes(plan.added_bytes)} to download`],
		['packages then', count(plan.packages)],
	]);
}

export function plan(ctx) {
	const { plan, data: { frontier } } = ctx;
	if (!plan)
		return [
			h('p', { class: 'empty' }, 'This page was made without a plan. ', h('code', null, 'conda-advisor report … --html … --plan plan.json'), ' puts it here.'),
			frontier ? frontierSection(frontier) : null,
		];
	const months = plan.since || plan.until ? ` Demand of ${plan.since ?? 'the first month'} to ${plan.until ?? 'the last month'}.` : '';
	return [
		h('p', { class: 'lead' }, plan.proved ? 'No other choice serves more within the same budget, which is proved.' : 'The best choice that was found; that there is none better is not proved.', months, ' The plan is as it was made: filters do not change it. It leaves mere looks for a package out, as other views do with the evidence “imported, no mere probes”.'),
		effectOf(plan),
		section({
			title: 'Added, in the order of choice', main: true, columns: [name, text('version', 'Version'), numbers('users', 'Users'), numbers('frees', 'Frees'), numbers('brings', 'Brings'), numbers('bytes', 'Download', bytes), text('evidence', 'Evidence')],
			note: 'Users: import it from elsewhere than base. Frees: users who are covered with this line and were not before. Brings: packages that come with it.',
			rows: plan.additions, empty: 'The plan adds nothing.',
		}),
		frontier ? frontierSection(frontier) : h('section', { 'aria-label': 'What other budgets bring' }, h('header', null, h('h2', null, 'What other budgets bring')),
			h('p', { class: 'empty' }, 'No frontier was given. ', h('code', null, 'conda-advisor recommend … --frontier -o frontier.json'), ' makes one, ', h('code', null, '--frontier frontier.json'), ' puts it here.')),
		section({ title: 'Wanted, and not added', columns: [name, numbers('users', 'Users'), text('kind', 'Kind'), text('reason', 'Reason', true)], rows: plan.refused, empty: 'Everything that is wanted is added.' }),
		section({
			title: 'All actions', columns: [text('kind', 'Action'), name, numbers('users', 'Users'), text('confidence', 'Sure'), text('ticket', 'In a sentence', true)],
			rows: plan.actions, empty: 'There is nothing to do.',
		}),
		...(plan.bundles.length ? [section({
			title: 'Bundles beside base', columns: [{ id: 'bundle', head: 'Bundle', value: (row) => row.name }, text('kind', 'Kind'), numbers('users', 'Users'), numbers('frees', 'Frees'), numbers('packages', 'Packages'), numbers('bytes', 'Download', bytes), { id: 'wanted', head: 'For', long: true, value: (row) => row.wanted.join(', ') }],
			rows: plan.bundles,
		})] : []),
		...(plan.changed.length || plan.removed.length ? [section({ title: 'What else changes in base', columns: [name, text('from', 'Now'), { id: 'to', head: 'Then', value: (row) => row.to ?? 'gone' }], rows: [...plan.changed, ...plan.removed] })] : []),
	];
}
