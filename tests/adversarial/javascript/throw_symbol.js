// Throws a symbol.
// expect: exception
throw Symbol('thrown');
