// The packages that are in the bundles, with their versions and licences: node licences.js [--write]
// With --write the table in README.md is replaced.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build.js';

const here = dirname(fileURLToPath(import.meta.url));
export const README = join(here, 'README.md');
const [BEGIN, END] = ['<!-- packages -->\n', '<!-- /packages -->'];

/** `[{name, version, licence, bundles}]` of what is really in the bundles of these entries. */
export async function packages(entries) {
  const found = new Map();
  for (const entry of entries) {
    const { metafile } = await bundle(entry, 'licences-are-not-written.js', { metafile: true, write: false });
    for (const input of Object.keys(metafile.inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (!match || input.startsWith('(disabled)')) continue;
      const { name, version, license } = JSON.parse(readFileSync(join(here, match[1], 'package.json'), 'utf8'));
      const key = `${name}@${version}`;
      const known = found.get(key) ?? { name, version, licence: license, bundles: new Set() };
      known.bundles.add(entry.includes('intl') ? 'intl' : 'prelude');
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const table = (list) => ['| Package | Version | Licence | Bundle |', '|---|---|---|---|',
  ...list.map(({ name, version, licence, bundles }) => `| ${name} | ${version} | ${licence} | ${[...bundles].join(', ')} |`), ''].join('\n');

/** The table as README.md has it. */
export function written() {
  const text = readFileSync(README, 'utf8');
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = table(await packages(['test/support/entry.js', 'src/intl.js']));
  if (process.argv.includes('--write')) {
    const text = readFileSync(README, 'utf8');
    writeFileSync(README, text.slice(0, text.indexOf(BEGIN) + BEGIN.length) + made + text.slice(text.indexOf(END)));
  } else process.stdout.write(made);
}
