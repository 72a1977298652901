// Asks for a terabyte.
// expect: exception RangeError
new ArrayBuffer(2 ** 40);
