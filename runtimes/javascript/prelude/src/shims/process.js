// The part of process that readable-stream uses.
export const nextTick = (callback, ...args) => queueMicrotask(() => callback(...args));
export const env = {};
export const browser = true;
