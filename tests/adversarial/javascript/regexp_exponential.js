// A regular expression that takes exponential time.
// expect: out_of_fuel
/^(a+)+$/.test("a".repeat(40) + "b");
