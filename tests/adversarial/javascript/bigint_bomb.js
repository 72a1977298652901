// Computes a number of a thousand million digits.
// expect: anything
try {
  2n ** (2n ** 40n);
} catch (error) {
  console.log(error.name);
}
let number = 3n;
for (;;) number *= number;
