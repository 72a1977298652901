// Walks over an array of four thousand million holes.
// expect: out_of_fuel
const list = [];
list.length = 2 ** 32 - 1;
list.indexOf(1);
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
