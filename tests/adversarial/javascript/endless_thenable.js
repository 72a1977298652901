// Resolves a promise with an object whose `then` resolves with another such object.
// expect: out_of_fuel
const again = () => ({ then(resolve) { resolve(again()); } });
Promise.resolve(again());
