// Reads a property whose getter reads it again.
// expect: exception RangeError
const value = { get again() { return this.again; } };
value.again;
