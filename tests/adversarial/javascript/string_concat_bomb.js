// Doubles a string until it can be no longer.
// expect: exception
let text = 'x';
for (;;) text += text;
