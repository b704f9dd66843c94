// SPDX-License-Identifier: BSD-3-Clause
// Puts page, style and code into one text, and that, compressed, into a C file.
//   build.mjs NODE_MODULES BUNDLE.c
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const [modules, target] = process.argv.slice(2);
const esbuild = createRequire(join(modules, 'x.js'))('esbuild');

async function bundled(options) {
	const built = await esbuild.build({
		bundle: true, minify: true, write: false, charset: 'utf8', legalComments: 'eof',
		nodePaths: [modules], logLevel: 'warning', ...options,
	});
	return built.outputFiles[0].text;
}

const code = await bundled({
	entryPoints: [join(here, 'main.js')], format: 'iife', target: ['es2022'],
	define: { 'process.env.NODE_ENV': '"production"' },
});
const style = await bundled({ entryPoints: [join(here, 'style.css')] });
if (/<\/(script|style)|<!--/i.test(code + style))
	throw new Error('the bundle holds what would end its own element');

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const parts = { code, style, 'code-hash': hash(code) };
const page = readFileSync(join(here, 'index.html'), 'utf8')
	.replace(/<!--build:([a-z-]+)-->/g, (mark, name) => parts[name]);

const bytes = gzipSync(page, { level: 9 });
const lines = [];
for (let at = 0; at < bytes.length; at += 32)
	lines.push(`\t${[...bytes.subarray(at, at + 32)].join(',')},`);
writeFileSync(target, `/* SPDX-License-Identifier: BSD-3-Clause AND Apache-2.0 AND MIT AND 0BSD */
/* The dashboard's page, gzipped, with ECharts, zrender, TanStack Table and tslib; made by build.mjs. */
#include "report/html.h"

const unsigned char advi_page[] = {
${lines.join('\n')}
};
const size_t advi_page_bytes = sizeof(advi_page);
`);
