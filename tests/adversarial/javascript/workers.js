// Starts threads that start threads.
// expect: out_of_fuel
const { Worker } = require('worker_threads');
new Worker(__filename);
new Worker(__filename);
