// SPDX-License-Identifier: BSD-3-Clause
// Parts that views are put together from.
import { drawChart } from './chart.js';
import { download } from './csv.js';
import { h, svg } from './dom.js';
import { change, link, readState } from './state.js';
import { makeTable } from './table.js';

const rawOf = (column, row) => (column.raw ?? column.value)(row);

function csvButton(title, columns, rows) {
	const { path, query } = readState();
	const name = [...path, title, query.from, query.to].filter(Boolean).join('-').toLowerCase();
	return h('button', {
		type: 'button', class: 'csv', 'aria-label': `Download CSV: ${title}`,
		onclick: () => download(name, [columns.map((column) => column.csv ?? column.head), ...rows.map((row) => columns.map((column) => rawOf(column, row)))]),
	}, 'CSV');
}

/*
 * One thing that is shown: a title, what it counts in words, a chart, and the same as a table, which
 * is all there is when nothing is drawn. With 'main' the table's state stands in the address.
 */
export function section({ title, note, chart, height, words, columns, rows, main, dense, controls, empty }) {
	const isEmpty = !rows.length;
	const head = h('header', null, h('h2', null, title), isEmpty ? null : csvButton(title, columns, rows));
	const body = [];
	if (isEmpty)
		body.push(h('p', { class: 'empty' }, empty ?? 'Nothing was counted with these filters.'));
	else {
		const { query } = readState();
		const table = () => makeTable({
			caption: title, columns: columns.filter((column) => !column.csvOnly), rows, dense, state: main ? query : { sort: null },
			told: main ? (state) => change(state, { inPlace: true }) : undefined,
		});
		if (chart) {
			const details = h('details', {
				class: 'twin', ontoggle: () => {
					if (details.open && details.children.length === 1)
						details.append(table());
				},
			}, h('summary', null, 'As a table'));
			body.push(drawChart(chart, { height, words: words ?? `${title}. The table below has the figures.` }), details);
		} else
			body.push(table());
	}
	return h('section', { 'aria-label': title }, head, note ? h('p', { class: 'note' }, note) : null, controls ?? null, body);
}

/* Figures in large type: [[label, value, note]]. */
export const figures = (list) => h('dl', { class: 'figures' }, list.map(([label, value, note]) =>
	h('div', null, h('dt', null, label), h('dd', null, value), note ? h('dd', { class: 'note' }, note) : null)));

export const packageLink = (name) => name ? h('a', { href: link(['package', name]) }, name) : '–';
export const moduleLink = (name) => h('a', { href: link(['import', name]) }, name);
export const projectLink = (name) => h('a', { href: link(['project', name]) }, name);

/* Small rises and falls, for a row of a table: the row's numbers say the same. */
export function spark(values) {
	const most = Math.max(1, ...values), width = 96, height = 20;
	const points = [...values].map((value, i) => `${(i * width / Math.max(1, values.length - 1)).toFixed(1)},${(height - 2 - value / most * (height - 4)).toFixed(1)}`);
	return svg('svg', { class: 'spark', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `by month: ${[...values].join(', ')}` },
		svg('polyline', { points: points.join(' ') }));
}

/* Of what was counted with the plan, and no filter changes. */
export const whichMonths = (ctx) => ctx.data.head.since || ctx.data.head.until ? 'the plan’s' : 'all';
