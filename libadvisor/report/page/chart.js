// SPDX-License-Identifier: BSD-3-Clause
// Charts (Apache ECharts): one look, drawn as SVG, each with words for who can't see it.
import { BarChart, LineChart, TreemapChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

import { h } from './dom.js';
import { count } from './format.js';

use([BarChart, LineChart, TreemapChart, GridComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect'];
let drawn = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const series = (i) => colour(`series-${i % 6 + 1}`);
const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/* zrender keeps texts as keys of plain objects, where '__proto__' and its like are something else
   (its text cache, core/LRU): an invisible word joiner makes them texts like others. */
const safe = (name) => name in Object.prototype ? `\u2060${name}` : name;

/* Of a view that goes. */
export function forgetCharts() {
	for (const { chart, watch } of drawn) {
		watch.disconnect();
		chart.dispose();
	}
	drawn = [];
}

function tooltip(lines) {
	return h('div', null, lines.map((line, i) => h(i ? 'div' : 'b', null, line)));
}

function base() {
	return {
		animation: false,
		textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour('fg') },
		tooltip: {
			confine: true, backgroundColor: colour('panel'), borderColor: colour('line'),
			textStyle: { color: colour('fg'), fontSize: 13 }, transitionDuration: still() ? 0 : 0.15,
		},
	};
}

function valueAxis(name) {
	return {
		type: 'value', name, nameLocation: 'end', nameGap: 12, minInterval: 1,
		nameTextStyle: { align: 'left', color: colour('muted'), fontSize: 12, padding: [0, 0, 0, -28] },
		axisLabel: { color: colour('muted'), formatter: (n) => count(n) }, splitNumber: 4,
		splitLine: { lineStyle: { color: colour('line') } }, axisLine: { show: false }, axisTick: { show: false },
	};
}

function nameAxis(names) {
	return {
		type: 'category', data: names.map(safe), boundaryGap: true,
		axisLabel: { color: colour('muted'), hideOverlap: true },
		axisLine: { lineStyle: { color: colour('line') } }, axisTick: { show: false },
	};
}

/* A round end of an axis that starts at 0, and the step of its marks. */
function scaleTo(most) {
	const about = Math.max(1, most) / 4, ten = 10 ** Math.floor(Math.log10(about));
	const step = Math.max(1, [1, 2, 2.5, 5, 10].map((n) => n * ten).find((n) => n >= about && (n >= 10 || Number.isInteger(n))) ?? 10 * ten);
	return { max: Math.max(1, Math.ceil(most / step)) * step, interval: step };
}

const TOP = 34, BOTTOM = 28, LABEL = 14;

/* How far names at the ends of lines are moved, so that none lies over another. */
function labelShifts(ends, max, height) {
	const at = ends.map((value) => (height - TOP - BOTTOM) * (1 - value / max));
	const order = at.map((_, i) => i).sort((a, b) => at[a] - at[b] || a - b);
	const put = [...at];
	for (let i = 1; i < order.length; i++)
		put[order[i]] = Math.max(put[order[i]], put[order[i - 1]] + LABEL);
	let floor = height - TOP - BOTTOM + LABEL;
	for (let i = order.length - 1; i >= 0; i--, floor -= LABEL)
		put[order[i]] = Math.min(put[order[i]], floor);
	return put.map((y, i) => y - at[i]);
}

/* lines: [{ name, values }] over names; each line carries its own name at its end. */
export function lineChart({ names, lines, unit }) {
	const longest = Math.max(0, ...lines.map((line) => line.name.length));
	const scale = scaleTo(Math.max(0, ...lines.flatMap((line) => [...line.values])));
	return ({ height, width }) => {
		const shifts = labelShifts(lines.map((line) => line.values[line.values.length - 1]), scale.max, height);
		const room = Math.min(width < 600 ? 90 : 150, 24 + longest * 7.5);
		return {
			...base(),
			grid: { left: 44, right: room, top: TOP, bottom: BOTTOM },
			xAxis: nameAxis(names), yAxis: { ...valueAxis(unit), ...scale },
			tooltip: {
				...base().tooltip, trigger: 'axis', axisPointer: { lineStyle: { color: colour('muted') } },
				formatter: (points) => tooltip([points[0].axisValue, ...points.map((point) => `${point.seriesName}: ${count(point.value)}`)]),
			},
			series: lines.map((line, i) => ({
				type: 'line', name: safe(line.name), data: [...line.values], symbol: SYMBOLS[i % 6], symbolSize: 6,
				color: series(i), lineStyle: { width: 2 }, emphasis: { focus: 'series' },
				endLabel: { show: true, formatter: '{a}', color: colour('fg'), fontSize: 12, width: room - 12, overflow: 'truncate', ellipsis: '…', offset: [0, shifts[i]] },
			})),
		};
	};
}

/* parts: [{ name, values }] of each of the names, one after the other; the values stand in them. */
export function barChart({ names, parts, unit, show = count }) {
	const longest = Math.max(0, ...names.map((name) => name.length));
	const several = parts.length > 1;
	return ({ width }) => ({
		...base(),
		grid: { left: Math.min(width < 600 ? 120 : 260, 16 + longest * 7.2), right: several ? 24 : 48, top: several ? 10 : 6, bottom: 30 },
		xAxis: { ...valueAxis(''), axisLabel: { color: colour('muted'), hideOverlap: true, formatter: (n) => show(n) } },
		yAxis: { ...nameAxis(names), inverse: true, axisLabel: { color: colour('fg'), width: width < 600 ? 104 : 244, overflow: 'truncate', ellipsis: '…' } },
		tooltip: {
			...base().tooltip, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: colour('shade') } },
			formatter: (points) => tooltip([points[0].axisValue, ...points.map((point) => `${point.seriesName}: ${show(point.value)} ${unit}`)]),
		},
		series: parts.map((part, i) => ({
			type: 'bar', stack: 'all', name: safe(part.name), data: [...part.values], barMaxWidth: 26,
			color: colour(`part-${i + 1}`), itemStyle: { borderColor: colour('panel'), borderWidth: several ? 1 : 0 },
			label: { show: true, position: several ? 'inside' : 'right', color: colour(several ? `on-part-${i + 1}` : 'fg'), formatter: ({ value }) => value ? show(value) : '', fontSize: 12 },
			labelLayout: { hideOverlap: true },
		})),
	});
}

/* Bars over months. */
export function columnChart({ names, values, unit, show = count }) {
	return () => ({
		...base(),
		grid: { left: 56, right: 12, top: 34, bottom: 28 },
		xAxis: nameAxis(names), yAxis: { ...valueAxis(unit), minInterval: 0 },
		tooltip: {
			...base().tooltip, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: colour('shade') } },
			formatter: ([point]) => tooltip([point.axisValue, `${show(point.value)} ${unit}`]),
		},
		series: [{ type: 'bar', data: [...values], color: colour('accent'), barMaxWidth: 36 }],
	});
}

const ROOM_FOR_FIGURE = 4500; // pixels of a tile: on a narrow one a number would lose digits

/* tiles: [{ name, value, kind }]; 'open(name)' is called on a click. */
export function treemap({ tiles, unit, open }) {
	const sum = tiles.reduce((all, tile) => all + tile.value, 0);
	return ({ height, width }) => ({
		...base(),
		tooltip: { ...base().tooltip, formatter: (tile) => tooltip([tile.name, `${count(tile.value)} ${unit}`, tile.data.words]) },
		series: [{
			type: 'treemap', roam: false, nodeClick: false, breadcrumb: { show: false },
			left: 0, right: 0, top: 0, bottom: 0, visibleMin: 1,
			itemStyle: { borderColor: colour('panel'), borderWidth: 1, gapWidth: 1 },
			label: { show: true, formatter: ({ name, value }) => value / sum * height * width > ROOM_FOR_FIGURE ? `${name}\n${count(value)}` : name, fontSize: 12, lineHeight: 16, overflow: 'truncate', ellipsis: '…' },
			data: tiles.map((tile) => ({
				name: safe(tile.name), value: tile.value, words: tile.words, open: () => open(tile.name),
				itemStyle: { color: colour(tile.kind) }, label: { color: colour(`on-${tile.kind}`) },
			})),
		}],
	});
}

/* Points that a line joins, on two number axes: [{ x, y, name }]. */
export function curveChart({ points, unitX, unitY }) {
	return () => ({
		...base(),
		grid: { left: 52, right: 24, top: 34, bottom: 44 },
		xAxis: { ...valueAxis(''), name: unitX, nameLocation: 'middle', nameGap: 28, nameTextStyle: { color: colour('muted'), fontSize: 12 }, splitLine: { show: false } },
		yAxis: valueAxis(unitY),
		tooltip: { ...base().tooltip, trigger: 'item', formatter: ({ data }) => tooltip([data[2], `${count(data[1])} ${unitY}`]) },
		series: [{ type: 'line', data: points.map((point) => [point.x, point.y, safe(point.name)]), color: colour('accent'), symbol: 'circle', symbolSize: 7, lineStyle: { width: 2 } }],
	});
}

/* The chart in an element that says in 'words' what it shows; the table beside it has the figures. */
export function drawChart(makeOption, { height = 280, words }) {
	const host = h('div', { class: 'chart', role: 'img', 'aria-label': words, style: `height:${height}px` });
	queueMicrotask(() => {
		if (!host.isConnected)
			return;
		const chart = init(host, null, { renderer: 'svg' });
		chart.setOption(makeOption({ height, width: host.clientWidth }));
		chart.on('click', ({ data }) => data?.open?.());
		const watch = new ResizeObserver(() => chart.resize());
		watch.observe(host);
		drawn.push({ chart, watch });
	});
	return host;
}
