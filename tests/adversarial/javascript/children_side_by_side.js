// Starts more and more processes at once, that start more themselves.
// expect: out_of_fuel
const { spawn } = require('child_process');
for (let index = 0; index < 10; index++) spawn('node', [__filename]);
