// Starts a thread.
// expect: unsupported worker_threads
new (require('worker_threads').Worker)('1', { eval: true });
