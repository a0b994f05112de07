import { expect, test } from 'vitest';
import { bySeverity, type Severity, severityOf } from './severity.ts';

test('severities by word, then by number', () => {
  const check = (text: string, number: number, expected: Severity) =>
    expect(severityOf(text, number), `${text} ${number}`).toBe(expected);
  check('INFO', 0, 'info');
  check('Information', 9, 'info');
  check('WARNING', 0, 'warn');
  check('err', 0, 'error');
  check('CRITICAL', 0, 'fatal');
  check('', 17, 'error');
  check('', 24, 'fatal');
  check('', 25, 'none');
  check('custom', 13, 'warn');
  check('', 0, 'none');
  check('Ok', 0, 'ok');
  expect(['info', 'ERROR', 'Unset', 'fatal'].sort(bySeverity)).toEqual([
    'fatal',
    'ERROR',
    'info',
    'Unset',
  ]);
});
