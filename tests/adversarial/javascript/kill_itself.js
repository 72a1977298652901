// Sends itself a signal.
// expect: anything
process.kill(process.pid, 'SIGKILL');
for (;;);
