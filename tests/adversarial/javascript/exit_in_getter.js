// Leaves while its error is described.
// expect: anything
throw { get name() { process.exit(0); }, get message() { process.exit(0); } };
