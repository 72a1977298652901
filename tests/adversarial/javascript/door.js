// Looks for the door.
// expect: completed 0
const names = Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('__'));
const seen = new Set();
function look(value, depth) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || depth > 6 || seen.has(value)) return;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    let part;
    try {
      part = value[key];
    } catch {
      continue;
    }
    if (key === 'runPrepared' || key === 'evaluateModule' || key === 'proxyParts') process.exitCode = 1;
    look(part, depth + 1);
  }
}
look(globalThis, 0);
for (const name of ['fs', 'process', 'timers', 'assert', 'node:test', 'module']) {
  try {
    look(require(name), 0);
  } catch {}
}
if (names.length > 0) process.exitCode = 2;
