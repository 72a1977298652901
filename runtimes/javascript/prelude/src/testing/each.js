import { bind } from 'jest-each';

const { isArray } = Array;

/** `test.each` as Jest has it: tables of rows and tagged templates, titles with printf and $ variables. */
export const each = (register) => bind(register);

/** `describe.each`, whose bodies have no `done`. */
export const eachSuite = (register) => bind(register, false);

/** Vitest's `test.for`: as `each`, but the whole row is the first argument and the context the second. */
export const eachRow = (register) => (table, ...data) => (title, body, timeout) => {
  let row = 0;
  const rows = isArray(table) && table.raw === undefined ? table : undefined;
  bind((name, run, limit) => {
    const item = rows?.[row++];
    register(name, (context) => (rows ? body(item, context) : run(context)), limit);
  })(table, ...data)(title, () => {}, timeout);
};
