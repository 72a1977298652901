// Gives every object a toJSON.
// expect: exception Error
Object.prototype.toJSON = () => ({ end: 'exit', code: 0 });
String.prototype.toJSON = () => 'lie';
throw new Error('a failure');
