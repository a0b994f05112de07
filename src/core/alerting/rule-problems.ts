import type { Bounds, RuleBody, RuleSource } from '../../model/alert/rule-api.ts';
import { fitsPattern } from './pattern.ts';
import { anyNumber, boundsProblem, changes, counts, type Domain, shares } from './rule-bounds.ts';

/** Why a rule is refused: where (a path in its body), what, and what to do. */
export interface RuleProblem {
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
}

/** What exists, so that a rule about something else can be refused. Undefined: not known now. */
export interface KnownNames {
  readonly checks?: readonly string[];
  readonly channels?: readonly string[];
}

/** What can be said against a rule without asking a cluster or the store. */
export function findRuleProblems(rule: RuleBody, known: KnownNames): RuleProblem[] {
  const { source } = rule;
  return [
    ...boundsOf(source).flatMap(({ field, bounds, domain }) => {
      const message = boundsProblem(bounds, domain);
      return message === undefined ? [] : [{ field, message }];
    }),
    ...(source.kind === 'finding'
      ? findingProblems(source.match.check, known)
      : windowProblems(rule)),
    ...(source.kind === 'sql' ? sqlProblems(source.sql) : []),
    ...channelProblems(rule.channels, known),
  ];
}

function boundsOf(source: RuleSource): { field: string; bounds: Bounds; domain: Domain }[] {
  if (source.kind === 'finding') return [];
  if (source.kind !== 'search')
    return [{ field: 'source.bounds', bounds: source.bounds, domain: anyNumber }];
  const { test } = source;
  if (test.kind === 'absence') return [];
  const domain = { count: counts, ratio: shares, change: changes }[test.kind];
  return [{ field: 'source.test.bounds', bounds: test.bounds, domain }];
}

function findingProblems(check: string | undefined, { checks }: KnownNames): RuleProblem[] {
  if (check === undefined || checks === undefined) return [];
  if (checks.some((each) => fitsPattern(check, each))) return [];
  return [
    {
      field: 'source.match.check',
      message: `there is no check "${check}"`,
      hint: 'GET /api/v1/checks lists them.',
    },
  ];
}

function windowProblems({ source, holdMs }: RuleBody): RuleProblem[] {
  if (source.kind === 'finding' || holdMs <= source.windowMs) return [];
  return [
    {
      field: 'holdMs',
      message: `the hold time (${holdMs} ms) is longer than the window (${source.windowMs} ms)`,
      hint: 'What happened once has left the window before that: lengthen the window, or shorten the hold time.',
    },
  ];
}

/** `{from}` alone would look at ever more, `{to}` alone at everything that was. */
function sqlProblems(sql: string): RuleProblem[] {
  const from = sql.includes('{from}');
  if (from === sql.includes('{to}')) return [];
  return [
    {
      field: 'source.sql',
      message: `the statement has ${from ? '{from} and no {to}' : '{to} and no {from}'}`,
      hint: 'Use both, or none where it looks at the present only.',
    },
  ];
}

function channelProblems(wanted: readonly string[], { channels }: KnownNames): RuleProblem[] {
  if (channels === undefined) return [];
  return wanted
    .filter((id) => !channels.includes(id))
    .map((id) => ({
      field: 'channels',
      message: `there is no channel ${id}`,
      hint: 'GET /api/v1/channels lists them.',
    }));
}
