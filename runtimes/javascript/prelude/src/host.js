// What the prelude has from C, which programs never reach.
export const host = globalThis.__host;
