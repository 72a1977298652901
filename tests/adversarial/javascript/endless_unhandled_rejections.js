// Rejects a promise in the handler of rejected promises.
// expect: out_of_fuel
process.on('unhandledRejection', () => { Promise.reject(new Error('again')); });
Promise.reject(new Error('first'));
