// Gives every property descriptor a getter.
// expect: completed 0
Object.prototype.get = () => 1;
Object.prototype.set = () => {};
setTimeout(() => {}, 10);
