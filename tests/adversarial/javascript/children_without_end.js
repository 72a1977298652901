// Starts itself again and again, each waiting for the next one.
// expect: anything
require('child_process').spawnSync('node', [__filename]);
