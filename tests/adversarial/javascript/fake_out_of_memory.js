// Throws what looks like the end of memory.
// expect: exception InternalError
throw Object.assign(new Error('out of memory'), { name: 'InternalError' });
