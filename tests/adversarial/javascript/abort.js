// Aborts as a native program does.
// expect: completed 134
process.abort();
