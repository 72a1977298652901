// What expect asks of jest-message-util, without its code frames, which need the file system and a terminal.
export function separateMessageFromStack(content) {
  if (!content) return { message: '', stack: '' };
  const [, message, stack] = /^(?:Error: )?([\S\s]*?(?=\n\s*at\s.*:\d*:\d*)|\s*.*)([\S\s]*)$/.exec(content);
  return { message, stack };
}

export const formatStackTrace = (stack) => stack;

export const formatExecError = (error) => `${error.stack ?? error}`;
