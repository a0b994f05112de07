import { expect, test } from 'vitest';
import { lucenePlace, sqlPlace } from './query-completion.ts';

test('what a Lucene query asks for at its end', () => {
  const check = (before: string, expected: string | undefined) => {
    const place = lucenePlace(before);
    expect(place && `${place.kind} ${place.field}|${place.typed}|${place.from}`).toBe(expected);
  };
  check('', 'field ||0');
  check('Serv', 'field |Serv|0');
  check('error Serv', 'field |Serv|6');
  check('-Serv', 'field |Serv|1');
  check('(Serv', 'field |Serv|1');
  check('ServiceName:', 'value ServiceName||12');
  check('ServiceName:ap', 'value ServiceName|ap|12');
  check('ServiceName:"a p', 'value ServiceName|a p|12');
  check('x -LogAttributes.a\\:b:"c', 'value LogAttributes.a:b|c|22');
  check('"in a phrase', undefined);
  check('"a phrase" Se', 'field |Se|11');
});

test('what a WHERE expression asks for at its end', () => {
  const check = (before: string, expected: string | undefined) => {
    const place = sqlPlace(before);
    expect(place && `${place.kind} ${place.field}|${place.typed}|${place.from}`).toBe(expected);
  };
  check('Serv', 'field |Serv|0');
  check("ServiceName = 'a", 'value ServiceName|a|14');
  check("LogAttributes['k.v'] != 'a", 'value LogAttributes.k.v|a|24');
  check("`Events.Name` LIKE 'x", 'value Events.Name|x|19');
  check("x = 'a' AND Se", 'field |Se|12');
  check("concat('in", undefined);
});
