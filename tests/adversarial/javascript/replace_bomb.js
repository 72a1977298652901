// Doubles a string until memory ends.
// expect: out_of_fuel
let text = 'x';
for (;;) text = text.replace(/x/g, 'xx');
