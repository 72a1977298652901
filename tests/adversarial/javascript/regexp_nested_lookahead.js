// A regular expression that looks ahead in each of exponentially many states.
// expect: out_of_fuel
/^((?=(a|aa)+)(a|aa)+)+$/.test("a".repeat(60) + "!");
