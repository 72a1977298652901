// Prints an object that says how it is printed, for ever.
// expect: out_of_fuel
console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } });
