// Settles a parent's promise in a child, whose reactions must not run twice or never.
// expect: completed 1
const { spawnSync } = require('child_process');
const own = process;
let ran = 0;
globalThis.deferred = Promise.withResolvers();
deferred.promise.then(() => { ran += 1; own.exitCode = ran; });
spawnSync('node', ['-e', 'deferred.resolve()']);
setTimeout(() => { if (ran !== 1) own.exitCode = 7; }, 1000);
