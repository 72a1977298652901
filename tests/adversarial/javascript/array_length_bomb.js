// Fills an array that is as long as one can be.
// expect: anything
new Array(2 ** 32 - 1).fill(0);
