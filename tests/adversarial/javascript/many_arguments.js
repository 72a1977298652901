// Calls a function with more arguments than there may be.
// expect: out_of_fuel
Math.max(...new Array(10000000).fill(1));
