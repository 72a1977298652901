// Ends a child in ways that might end its parent, or go on after it.
// expect: completed 5
const { spawnSync } = require('child_process');
const sources = [
  'process.exit(1)',
  'try { process.exit(1) } finally { process.exit(2) }',
  'Promise.resolve().then(() => process.exit(1)); for await (const x of [1]) process.exit(1)',
  'process.on("exit", () => { process.exit(3) }); process.exit(1)',
  '[1].sort(() => 0); [2, 1].sort(() => process.exit(1))',
  'new Proxy({}, { get() { process.exit(1) } }).x',
  'function* g() { try { yield 1 } finally { process.exit(1) } } for (const x of g()) break',
  'process.abort()',
  'globalThis.process = globalThis.console = undefined; throw 1',
  'delete globalThis.process; delete globalThis.console',
];
for (const source of sources) {
  const { status } = spawnSync('node', ['-e', source]);
  if (typeof process !== 'object' || typeof console.log !== 'function') break;
  if (status === null) throw new Error(source);
}
process.exitCode = 5;
