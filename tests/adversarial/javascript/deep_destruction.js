// Lets go of a list with ten million members at once.
// expect: anything
let list = null;
for (let index = 0; index < 3000000; index++) list = { list };
list = null;
console.log('let go');
