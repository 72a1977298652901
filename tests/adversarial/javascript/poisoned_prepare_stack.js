// Has the engine call the program whenever an error is made.
// expect: exception
Error.prepareStackTrace = () => { throw new Error('of the hook'); };
Error.stackTraceLimit = Infinity;
null.property;
