// Prints an object that is its own part, and has ten thousand parts.
// expect: completed
const big = {};
for (let index = 0; index < 10000; index++) big['key' + index] = big;
console.log(big);
