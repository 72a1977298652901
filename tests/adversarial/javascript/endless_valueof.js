// Converts an object whose conversion converts it again.
// expect: exception RangeError
const value = { valueOf() { return +this; } };
+value;
