// Calls itself without an end.
// expect: exception RangeError
(function again() { again(); })();
