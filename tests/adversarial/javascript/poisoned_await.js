// Makes every object a thenable and every promise one of another class.
// expect: completed 0
const { defineProperty } = Object;
try { defineProperty(Promise.prototype, 'constructor', { value: class Fake {} }); } catch {}
Promise.prototype.then = function (resolve) { resolve(1); };
Object.prototype.then = function (resolve) { resolve('anything'); };
