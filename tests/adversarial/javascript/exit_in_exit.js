// Leaves again while it leaves, and never comes to an end.
// expect: anything
process.on('exit', () => { for (;;) process.exit(1); });
process.exit(0);
