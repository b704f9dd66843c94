// SPDX-License-Identifier: BSD-3-Clause
// Tables that sort, search and page; TanStack Table keeps the state, plain elements show it.
import { createTable, getCoreRowModel, getFilteredRowModel, getPaginationRowModel, getSortedRowModel } from '@tanstack/table-core';

import { h } from './dom.js';
import { count } from './format.js';

const PAGE = 25;

function compare(a, b, id) {
	const x = a.getValue(id), y = b.getValue(id);
	if (typeof x === 'number' && typeof y === 'number')
		return (Number.isNaN(x) ? -1 : x) - (Number.isNaN(y) ? -1 : y);
	return String(x ?? '').localeCompare(String(y ?? ''), 'en');
}

/*
 * columns: { id, head, value(row), show(row)?, number?, long?, title? }
 * state: { sort: 'users.desc', q, p }; told(state) hears of changes.
 */
export function makeTable({ caption, columns, rows, dense, state = {}, told = () => {}, search = rows.length > 10 }) {
	const [sortId, direction] = (state.sort ?? '').split(/\.(?=(?:asc|desc)$)/);
	const known = columns.some((column) => column.id === sortId);
	const table = createTable({
		data: rows, state: {}, onStateChange: () => {}, renderFallbackValue: null,
		autoResetPageIndex: false, getColumnCanGlobalFilter: () => true,
		columns: columns.map((column) => ({
			id: column.id, accessorFn: column.value, sortingFn: compare,
			sortDescFirst: Boolean(column.number), enableGlobalFilter: !column.number,
		})),
		globalFilterFn: (row, id, text) =>
			String(row.getValue(id) ?? '').toLowerCase().includes(String(text).toLowerCase()),
		getCoreRowModel: getCoreRowModel(), getSortedRowModel: getSortedRowModel(),
		getFilteredRowModel: getFilteredRowModel(), getPaginationRowModel: getPaginationRowModel(),
	});
	let held = {
		...table.initialState,
		sorting: known ? [{ id: sortId, desc: direction === 'desc' }] : [],
		globalFilter: state.q ?? '',
		pagination: { pageIndex: Math.max(0, Number.parseInt(state.p ?? '1', 10) - 1 || 0), pageSize: PAGE },
	};
	const hold = (next) => {
		held = typeof next === 'function' ? next(held) : next;
		table.setOptions((options) => ({ ...options, state: held }));
	};
	table.setOptions((options) => ({ ...options, state: held, onStateChange: hold }));
	const head = h('tr'), body = h('tbody'), foot = h('p', { class: 'pager' });
	const host = h('div', { class: dense ? 'table dense' : 'table' });

	function tell() {
		const [sort] = held.sorting;
		told({
			sort: sort ? `${sort.id}.${sort.desc ? 'desc' : 'asc'}` : '',
			q: held.globalFilter, p: held.pagination.pageIndex ? String(held.pagination.pageIndex + 1) : '',
		});
	}

	function page(step, label) {
		const can = step < 0 ? table.getCanPreviousPage() : table.getCanNextPage();
		return h('button', {
			type: 'button', disabled: !can, 'data-step': step,
			onclick: () => {
				table.setPageIndex(held.pagination.pageIndex + step);
				show();
				tell();
				const again = foot.querySelector(`[data-step="${step}"]`);
				(again.disabled ? foot.querySelector('button:not(:disabled)') : again)?.focus();
			},
		}, label);
	}

	const mark = (sorted) => h('span', { class: 'mark', 'aria-hidden': 'true' }, sorted === 'asc' ? '▲' : sorted === 'desc' ? '▼' : '');

	function showHead() {
		head.replaceChildren(...columns.map((column) => {
			const sorted = table.getColumn(column.id).getIsSorted();
			return h('th', {
				scope: 'col', class: column.number ? 'number' : null,
				'aria-sort': sorted ? { asc: 'ascending', desc: 'descending' }[sorted] : null,
			}, h('button', {
				type: 'button', title: column.title ?? null, 'data-sort': column.id,
				onclick: () => {
					table.getColumn(column.id).toggleSorting();
					table.setPageIndex(0);
					show();
					tell();
					head.querySelector(`[data-sort="${CSS.escape(column.id)}"]`).focus();
				},
			}, column.number ? [mark(sorted), column.head] : [column.head, mark(sorted)]));
		}));
	}

	function show() {
		const found = table.getFilteredRowModel().rows.length;
		if (held.pagination.pageIndex * PAGE >= found)
			table.setPageIndex(Math.max(0, Math.ceil(found / PAGE) - 1));
		showHead();
		const { rows: shown } = table.getRowModel();
		const first = held.pagination.pageIndex * PAGE;
		body.replaceChildren(...shown.map((row) => h('tr', null, columns.map((column, i) =>
			h(i ? 'td' : 'th', { class: column.number ? 'number' : column.long ? 'long' : null, scope: i ? null : 'row' },
				(column.show ?? column.value)(row.original))))));
		if (!shown.length)
			body.append(h('tr', null, h('td', { colspan: columns.length, class: 'empty' },
				rows.length ? 'No row has that text.' : 'Nothing was counted here.')));
		foot.replaceChildren(
			h('span', { role: 'status' }, found ? `${count(first + 1)} to ${count(first + shown.length)} of ${count(found)}` : ''),
			...(found > PAGE ? [page(-1, 'Previous'), page(1, 'Next')] : []));
	}

	const box = h('input', {
		type: 'search', value: held.globalFilter, 'aria-label': `Search in: ${caption}`, placeholder: 'Search',
		oninput: (event) => {
			table.setGlobalFilter(event.target.value);
			table.setPageIndex(0);
			show();
			tell();
		},
	});
	show();
	host.append(...(search ? [h('p', { class: 'search' }, box)] : []),
		h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
			h('table', null, h('caption', { class: 'hidden' }, caption), h('thead', null, head), body)),
		...(rows.length > PAGE ? [foot] : []));
	return host;
}
