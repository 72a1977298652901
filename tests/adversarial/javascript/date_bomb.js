// Formats dates for ever.
// expect: out_of_fuel
for (let time = 0; ; time += 864e5) new Date(time % 8e15).toString();
