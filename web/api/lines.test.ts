import { expect, test } from 'vitest';
import { readLines } from './lines.ts';

const stream = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines, cut anywhere, even inside a character', async () => {
  const check = async (chunks: Uint8Array[], expected: string[]) => {
    const lines: string[] = [];
    for await (const line of readLines(stream(...chunks))) lines.push(line);
    expect(lines).toEqual(expected);
  };

  await check([bytes('{"a":1}\n{"b":2}\n')], ['{"a":1}', '{"b":2}']);
  await check([bytes('{"a"'), bytes(':1}\n\n{"b":2}')], ['{"a":1}', '{"b":2}']);
  const umlaut = bytes('"ü"\n');
  await check([umlaut.slice(0, 2), umlaut.slice(2)], ['"ü"']);
  await check([], []);
});
