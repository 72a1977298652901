// Sets an exit code that is no number.
// expect: anything
process.exitCode = { valueOf() { throw new Error('no number'); } };
