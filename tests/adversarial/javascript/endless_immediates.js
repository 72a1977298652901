// Makes an immediate in each immediate.
// expect: out_of_fuel
function again() {
  setImmediate(again);
}
again();
