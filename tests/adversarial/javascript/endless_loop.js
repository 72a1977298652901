// Loops for ever.
// expect: out_of_fuel
while (true);
