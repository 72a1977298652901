// Throws an object without a prototype.
// expect: exception
throw Object.assign(Object.create(null), { message: 1n });
