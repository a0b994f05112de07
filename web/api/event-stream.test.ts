import { expect, test } from 'vitest';
import { createEventParser, type ServerEvent } from './event-stream.ts';

const parse = (...chunks: string[]): ServerEvent[] => {
  const push = createEventParser();
  return chunks.flatMap(push);
};

test('events of a stream, whatever the pieces it arrives in', () => {
  const check = (chunks: string[], expected: ServerEvent[]) =>
    expect(parse(...chunks), JSON.stringify(chunks)).toEqual(expected);
  const row: ServerEvent = { event: 'rows', data: '[1]', id: '7' };

  check(['id: 7\nevent: rows\ndata: [1]\n\n'], [row]);
  check(['id: 7\r\nevent: rows\r\ndata: [1]\r\n\r\n'], [row]);
  check(['id:7\revent:rows\rdata:[1]\r\r', ':\n'], [row]);
  check(['id: 7\r', '\nevent: ro', 'ws\r\ndata: [1]\r\n', '\r', '\n'], [row]);
  check(['data: a\ndata: b\n\n'], [{ event: 'message', data: 'a\nb', id: '' }]);
  check([': a comment\n\n'], []);
  check(['event: ping\n\n'], []);
  check(
    ['id: 1\ndata: a\n\ndata: b\n\n'],
    [
      { event: 'message', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
    ],
  );
  check(['data: unfinished\n'], []);
});
