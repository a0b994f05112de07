import { expect, test } from 'vitest';
import { Absorption, absorptionKey } from './absorption.ts';

/** Steps: `+1a` entry 1 with key a is committed, `=1a` it is recovered, `a?` a request with key a comes, `1!` answered, `1x` answer lost, `@n` time. */
function play(steps: string): string {
  const absorption = new Absorption(600);
  let now = 0;
  const seen: string[] = [];
  for (const step of steps.split(' ')) {
    if (step.startsWith('@')) now = Number(step.slice(1));
    else if (step.startsWith('+')) absorption.track(Number(step[1]), step[2]!, now, 'pending');
    else if (step.startsWith('=')) absorption.track(Number(step[1]), step[2]!, now, 'open');
    else if (step.endsWith('?')) seen.push(String(absorption.claim(step[0]!, now) ?? 'new'));
    else if (step.endsWith('!')) absorption.answered(Number(step[0]));
    else if (step.endsWith('x')) absorption.unanswered(Number(step[0]));
    else if (step === 'expire') seen.push(`gone:${absorption.expire(now).join()}`);
  }
  return seen.join(' ');
}

test('which requests are absorbed', () => {
  const check = (steps: string, expected: string) => expect(play(steps), steps).toBe(expected);
  // In normal running equal requests are all kept, before and after the answer.
  check('+1a a?', 'new');
  check('+1a 1! a?', 'new');
  // A lost answer absorbs one retry, of equal bytes only.
  check('+1a 1x b? a? a?', 'new 1 new');
  // The retry's own answer settles the entry, or it can absorb again.
  check('+1a 1x a? 1! a?', '1 new');
  check('+1a 1x a? 1x a?', '1 1');
  // After a start.
  check('=1a =2a a? a? a?', '1 2 new');
  check('=1a 1! a?', 'new');
  // Lost twice is lost once.
  check('+1a 1x 1x a? a?', '1 new');
  // Ten minutes.
  check('=1a @600 a?', '1');
  check('=1a @601 a?', 'new');
  check('=1a @1 =2a @601 a?', '2');
  check('=1a =2b @601 expire a? b?', 'gone:1,2 new new');
  check('+1a @601 expire 1x a?', 'gone: new');
  // Unknown entries are ignored.
  check('7! 7x a?', 'new');
});

test('keys tell apart what the client tells apart', () => {
  const check = (a: [string, string, string], b: [string, string, string], equal: boolean) =>
    expect(absorptionKey(...a) === absorptionKey(...b)).toBe(equal);
  check(['logs', 'k', 'ab'], ['logs', 'k', 'ab'], true);
  check(['logs', 'k', 'ab'], ['traces', 'k', 'ab'], false);
  check(['logs', 'k', 'ab'], ['logs', 'l', 'ab'], false);
  check(['logs', 'k', 'ab'], ['logs', 'k', 'ac'], false);
});
