// Runs expressions in the engine itself, if ASSAY_QJS names a QuickJS-NG shell: the language there is not quite node's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { source } from './prelude.js';

export const engine = process.env.ASSAY_QJS;

const BEFORE = `
const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
for (const name of ['setTimeout', 'setInterval']) define(name, (f, ms, ...args) => os.setTimeout(() => f(...args), ms ?? 0));
for (const name of ['clearTimeout', 'clearInterval']) define(name, (timer) => { if (timer) os.clearTimeout(timer); });
setTimeout[Symbol.for('nodejs.util.promisify.custom')] = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
define('setImmediate', (f, ...args) => os.setTimeout(() => f(...args), 0));
define('clearImmediate', clearTimeout);
define('process', { cwd: () => '/work', nextTick: (f, ...args) => queueMicrotask(() => f(...args)), env: {}, argv: [] });
for (const name of ['DOMException', 'atob', 'btoa', 'performance']) delete globalThis[name];
define('Atomics', Object.defineProperty({}, Symbol.toStringTag, { value: 'Atomics', configurable: true }));
`;

const AFTER = `
const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 4, EXCL: 8, TRUNC: 16, APPEND: 32 };
let seed = 1;
const host = { files: { O, cwd: () => '/work' }, write() {}, now: () => 1.7e12, sleep() {}, entropy: () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0), promiseState: (v) => (Object.prototype.toString.call(v) === '[object Promise]' ? [0] : undefined), proxyParts: () => undefined };
const { makeNodeModules, makeTesting, inspect } = prelude;
const node = makeNodeModules(host, { unsupported: (what) => { throw new Error('unsupported: ' + what); }, origin: () => 1.7e12 });
node.define();
const testing = makeTesting({ clock: { setTimeout, clearTimeout }, assert: node.assert });
const require = (name) => node.modules[name.replace(/^node:/, '')] ?? testing.modules[name];
const shown = (value) => (value !== null && typeof value === 'object' && 'stack' in value && 'message' in value
  ? value.name + (value.code === undefined ? '' : ' [' + value.code + ']') + ': ' + value.message : inspect(value, { depth: 8 }));
(async () => {
  const outcomes = [];
  for (const text of CASES) {
    try { outcomes.push('gave ' + shown(await (0, eval)(text)(require, '/nowhere'))); } catch (error) { outcomes.push('threw ' + shown(error)); }
  }
  print('OUTCOMES' + JSON.stringify(outcomes));
})();
`;

/** What each of these `async (require, DIR) => ...` gives in the engine. */
export function outcomesInEngine(cases) {
  const file = join(mkdtempSync(join(tmpdir(), 'engine-test-')), 'cases.js');
  writeFileSync(file, `${BEFORE}\n${source}\n{\nconst CASES = ${JSON.stringify(cases)};\n${AFTER}\n}`);
  const printed = execFileSync(engine, ['--std', '--script', file], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return JSON.parse(/^OUTCOMES(.*)$/m.exec(printed)[1]);
}
