// Commands that start node, as argument lists and as lines of a shell.
import { Unsupported } from '../errors.js';

const NODE = /^(?:.*\/)?node(?:\.exe)?$/;
/** What a shell would do more with than take it as it is. */
const SHELL = /[|&;<>()$`\n*?[\]#~{}]/;
/** Options that need a value, and what they say is of no effect here. */
const WITHOUT_EFFECT = /^--(?:no-)?(?:warnings|deprecation|experimental-[\w-]+|trace-[\w-]+|enable-source-maps|max-old-space-size=\d+|stack-size=\d+|unhandled-rejections=throw|harmony[\w-]*|expose-gc|use_strict|use-strict)$/;

/**
 * What `file` with `args` runs: `{main, isText, prints, argv, execArgv}`. Throws `Unsupported` for other programs than node.
 */
export function command(file, args) {
  if (!NODE.test(file)) throw new Unsupported('child_process');
  const execArgv = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (['-e', '--eval', '-p', '--print', '-pe'].includes(word)) {
      return { main: args[i + 1] ?? '', isText: true, prints: word.includes('p'), argv: args.slice(i + 2), execArgv: args.slice(0, i + 2) };
    }
    if (WITHOUT_EFFECT.test(word)) execArgv.push(word);
    else if (word.startsWith('-')) throw new Unsupported('child_process');
    else return { main: word, isText: false, prints: false, argv: args.slice(i + 1), execArgv };
  }
  throw new Unsupported('child_process');
}

/** The words of a shell's line that starts one program. Throws `Unsupported` for all else that a shell can do. */
export function words(line) {
  const found = [];
  let word;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === ' ' || letter === '\t') {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (letter === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new Unsupported('child_process');
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (letter === '"') {
      word ??= '';
      for (i++; line[i] !== '"'; i++) {
        if (i >= line.length || line[i] === '`' || (line[i] === '$' && /[\w({]/.test(line[i + 1] ?? ''))) throw new Unsupported('child_process');
        if (line[i] === '\\' && '"\\$`'.includes(line[i + 1])) i++;
        word += line[i];
      }
    } else if (letter === '\\') {
      word = (word ?? '') + (line[++i] ?? '');
    } else if (SHELL.test(letter)) {
      throw new Unsupported('child_process');
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (word !== undefined) found.push(word);
  return found;
}
