// Calls a function with more arguments than there may be.
// expect: exception
Math.max(...new Array(10000000).fill(1));
