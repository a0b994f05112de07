import { Cron } from 'croner';
import { err, ok, type Result } from '../../../base/result.ts';
import type { MaintenanceBody } from '../../../model/alert/silence-api.ts';

/** Half-open, epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

type Plan = Pick<MaintenanceBody, 'startsAt' | 'endsAt' | 'schedule' | 'durationMs' | 'timeZone'>;

const cronOf = ({ schedule = '', timeZone }: Plan): Cron =>
  new Cron(schedule, { timezone: timeZone, paused: true });

/** The span that holds at `atMs`. */
export function spanAt(plan: Plan, atMs: number): Span | undefined {
  const begins = plan.schedule === undefined ? startOf(plan) : lastRunMs(plan, atMs);
  if (begins === undefined || begins > atMs) return undefined;
  const span = { fromMs: begins, toMs: endOf(plan, begins) };
  return span.toMs > atMs ? span : undefined;
}

/** The span that begins next after `atMs`. */
export function spanAfter(plan: Plan, atMs: number): Span | undefined {
  const begins =
    plan.schedule === undefined ? startOf(plan) : cronOf(plan).nextRun(new Date(atMs))?.getTime();
  if (begins === undefined || begins <= atMs) return undefined;
  return { fromMs: begins, toMs: endOf(plan, begins) };
}

const startOf = (plan: Plan): number => Date.parse(plan.startsAt ?? '');
const endOf = (plan: Plan, begins: number): number =>
  plan.schedule === undefined ? Date.parse(plan.endsAt ?? '') : begins + (plan.durationMs ?? 0);

/** A run at `atMs` itself counts. */
const lastRunMs = (plan: Plan, atMs: number): number | undefined =>
  cronOf(plan)
    .previousRuns(1, new Date(atMs + 1))[0]
    ?.getTime();

/** Refuses a schedule that cannot be read or never comes, and a window that is over already. */
export function checkMaintenance(
  plan: Plan,
  nowMs: number,
): Result<void, { readonly field: string; readonly message: string }> {
  if (plan.schedule === undefined) {
    if (endOf(plan, 0) <= startOf(plan))
      return err({ field: 'endsAt', message: 'the window ends before it begins' });
    if (endOf(plan, 0) <= nowMs) return err({ field: 'endsAt', message: 'the window is over' });
    return ok(undefined);
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: plan.timeZone });
  } catch {
    return err({ field: 'timeZone', message: `there is no time zone "${plan.timeZone}"` });
  }
  try {
    if (cronOf(plan).nextRun(new Date(nowMs)) === null)
      return err({ field: 'schedule', message: `"${plan.schedule}" never comes` });
    return ok(undefined);
  } catch (error) {
    const why = (error as Error).message.replace(/^\w+: /, '');
    return err({ field: 'schedule', message: `"${plan.schedule}" is no cron expression: ${why}` });
  }
}
