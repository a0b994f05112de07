/** A severity as the columns hold it. */
export interface Severity {
  readonly text: string;
  readonly number: number;
}

/** Attributes that name a level, the first that is there counts. */
export const levelAttributes = [
  'level',
  'Level',
  'LEVEL',
  'severity',
  'Severity',
  'SEVERITY',
  'log.level',
] as const;

const info: Severity = { text: 'info', number: 9 };

/** Each level and the words that mean it. A later line overrides an earlier one. */
const levels: readonly (Severity & { readonly words: readonly string[] })[] = [
  { text: 'fatal', number: 21, words: ['alert', 'crit', 'emerg', 'fatal'] },
  { text: 'error', number: 17, words: ['err'] },
  { text: 'warn', number: 13, words: ['warn', 'notice'] },
  { ...info, words: ['info'] },
  { text: 'debug', number: 5, words: ['debug', 'dbug'] },
  { text: 'trace', number: 1, words: ['trace'] },
];

/** Looked for at the start of a word; `info` is not among them, as in ClickStack. */
const keyword = /\b(alert|crit|emerg|fatal|err|warn|notice|debug|dbug|trace)/i;

/** How much of a body is looked at, in characters. */
const lookedAt = 256;

/** The number of a level that a producer wrote in its own words; its text is kept, in lower case. */
export function severityOfLevel(level: string): Severity {
  const text = level.toLowerCase();
  let { number } = info;
  for (const each of levels)
    if (each.words.some((word) => text.includes(word))) number = each.number;
  return { text, number };
}

/** Guesses from the first keyword in the beginning of a body; `info` where there is none. */
export function severityOfBody(body: string): Severity {
  // A character may be two UTF-16 units.
  const beginning = Array.from(body.slice(0, lookedAt * 2))
    .slice(0, lookedAt)
    .join('');
  const word = keyword.exec(beginning)?.[1]?.toLowerCase();
  const level = levels.find((each) => word !== undefined && each.words.includes(word));
  return level ? { text: level.text, number: level.number } : info;
}
