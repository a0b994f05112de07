import { err, ok, type Result } from '../../base/result.ts';
import type { NotificationMessage } from '../../core/alerting/index.ts';

const place = /\{\{\s*(json\s+)?([A-Za-z0-9_.]+)\s*\}\}/g;

/**
 * Fills a template: `{{title}}` becomes text that is safe inside a JSON string, `{{json alerts}}` a
 * JSON value. A path that leads nowhere becomes nothing, or null.
 */
export const fillTemplate = (template: string, message: NotificationMessage): string =>
  template.replace(place, (_, json: string | undefined, path: string) => {
    const value = valueAt(message, path);
    if (json !== undefined) return JSON.stringify(value ?? null);
    if (value === undefined || value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });

function valueAt(message: NotificationMessage, path: string): unknown {
  let value: unknown = message;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

const known: ReadonlySet<string> = new Set([
  'id',
  'kind',
  'at',
  'title',
  'severity',
  'link',
  'alerts',
  'alertCount',
]);

/** What no template may be upset by: quotes, backslashes and line breaks in every text. */
const hostile = 'a "b" \\ c\n{{title}} </x>';
const sample: NotificationMessage = {
  id: 'id',
  kind: 'firing',
  at: '2026-01-01T00:00:00.000Z',
  title: hostile,
  severity: 'critical',
  link: 'https://example.com/alerts/id',
  alerts: [],
  alertCount: 1,
};

/** Refuses what would never work: an unknown name, half a bracket, a body that is not JSON. */
export function checkTemplate(template: string, isJson: boolean): Result<void, string> {
  for (const [, , path = ''] of template.matchAll(place)) {
    const first = path.split('.')[0] ?? '';
    if (!known.has(first))
      return err(`{{${path}}} leads nowhere; a notification has ${[...known].join(', ')}`);
  }
  const rest = template.replace(place, '');
  if (rest.includes('{{'))
    return err(`"${rest.slice(rest.indexOf('{{')).slice(0, 30)}" is not closed, or not a path`);
  if (!isJson) return ok(undefined);
  try {
    JSON.parse(fillTemplate(template, sample));
    return ok(undefined);
  } catch (error) {
    return err(
      `filled in, it is not JSON (${(error as Error).message}); put {{…}} inside of quotes, {{json …}} outside, or set the header Content-Type`,
    );
  }
}
