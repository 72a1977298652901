// Splices an array whose kind is chosen by the program.
// expect: anything
class Species extends Array {
  static get [Symbol.species]() {
    return function (length) {
      return new Proxy([], { defineProperty() { throw new Error(String(length)); } });
    };
  }
}
Species.from('abcdef').splice(1, 3);
