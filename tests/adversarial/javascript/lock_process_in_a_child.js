// Makes the child's process the parent's for good.
// expect: anything
const { spawnSync } = require('child_process');
spawnSync('node', ['-e', 'Object.defineProperty(globalThis, "process", { value: 1, configurable: false })']);
console.log(typeof process);
