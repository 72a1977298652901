// Doubles a string until it can be no longer.
// expect: exception InternalError
let text = 'x';
for (;;) text += text;
