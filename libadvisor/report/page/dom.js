// SPDX-License-Identifier: BSD-3-Clause
// Elements: texts become text nodes, so no name is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (name.startsWith('on'))
			element.addEventListener(name.slice(2), value);
		else if (name === 'value' || name === 'checked' || name === 'selected' || name === 'disabled')
			element[name] = value;
		else if (value !== undefined && value !== null && value !== false)
			element.setAttribute(name, value === true ? '' : value);
	}
	element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

/* h('p', { class: 'note' }, 'text', h('b', null, 'more')) */
export const h = (tag, attributes, ...children) =>
	fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) =>
	fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);
