// Splits with a regular expression whose `exec` never ends.
// expect: out_of_fuel
class Lying extends RegExp {
  exec() {
    return Object.assign([''], { index: 0 });
  }
}
'a'.replace(new Lying('a', 'g'), () => 'b');
