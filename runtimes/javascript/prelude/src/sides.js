// The module `assay` that the two sides of a judged execution import: what the judge and the candidate say to each other.
//
// Both have `encode` and `decode` for values (see values.js) and `BadValue`, which these throw.
//
// The judge has `call(message)`, which gives the candidate's answer, string to string, or throws `CandidateEnded`; and
// `test(name, passed)`, which puts a test on record. Where it puts none, its own end counts as the one test.
//
// The candidate has `serve(handler)`: from when its file has been run to its end, every message is answered with what
// `handler(message)` gives, a string or the promise of one.
import { host } from './host.js';
import { BadValue, decode, encode } from './values.js';

const LONGEST_NAME = 200;
const { apply } = Reflect;
const { slice } = String.prototype;
const parse = JSON.parse;
const string = String;

/** The candidate ended before it answered. `status` says how, in the words of outcomes, such as `out_of_fuel`. */
export class CandidateEnded extends Error {
  constructor(status, detail) {
    super(detail ? `${status}: ${detail}` : status);
    this.name = 'CandidateEnded';
    this.status = status;
    this.detail = detail;
  }
}

function checked(message, what) {
  if (typeof message !== 'string') throw new TypeError(`${what} must be a string, not ${typeof message}`);
  return message;
}

/** The judge's module. `record(name, passed)` takes its tests. */
export function judgesModule(record) {
  return {
    BadValue, CandidateEnded, decode, encode,
    call(message) {
      const answer = host.call(`c${checked(message, 'a message')}`);
      if (answer === null) throw new BadValue('the message is too long');
      const rest = apply(slice, answer, [1]);
      if (answer[0] === 'm') return rest;
      const { outcome, exception, what } = parse(rest);
      throw new CandidateEnded(outcome, exception ? `${exception.type}: ${exception.message}` : what ?? '');
    },
    test(name, passed) { record(apply(slice, string(name), [0, LONGEST_NAME]), !!passed); },
  };
}

/** The candidate's module. `serve(handler)` takes what answers. */
export function candidatesModule(serve) {
  return { BadValue, decode, encode, serve };
}

/** The next message to the candidate, after its answer to the last one; null when nobody asks any more. */
export function nextMessage(answer) {
  return host.call(`n${checked(answer, 'an answer')}`);
}
