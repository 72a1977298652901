// Calls itself without an end, and again in each catch.
// expect: out_of_fuel
function again() {
  try {
    again();
  } finally {
    again();
  }
}
again();
