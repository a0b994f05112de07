import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  DryRunBody,
  DryRunData,
  RuleBody,
  RuleData,
  RulesData,
  SavedRuleData,
} from '../../../model/alert/rule-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { AlertParts } from '../alert-parts.ts';
import { checkRule } from '../rules/check-rule.ts';
import { dryRun } from '../rules/dry-run.ts';
import { callerSignal, failures, Id, NoMeta, parseTimeMs, Removed, tags } from './route-parts.ts';

const weekMs = 7 * 86_400_000;
const longestMs = 31 * 86_400_000;

/** `GET/POST/PUT/DELETE /rules`, `POST /rules/dry-run`. */
export const ruleRoutes =
  (parts: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { rules, channels, data, budget, now, refresh } = parts;
    const check = async (rule: RuleBody, signal: AbortSignal) =>
      checkRule(
        rule,
        await channels.ids(),
        { data, timeoutMs: budget.statementTimeoutMs, now },
        signal,
      );
    const One = envelope(RuleData, NoMeta);
    const Saved = envelope(SavedRuleData, NoMeta);
    app.get(
      '/rules',
      {
        schema: {
          tags,
          operationId: 'listRules',
          summary: 'Rules: which findings people are told of, and those of their own',
          response: { 200: envelope(RulesData, NoMeta), ...failures },
        },
      },
      async () => answer({ rules: await rules.list() }),
    );
    app.get(
      '/rules/:id',
      {
        schema: {
          tags,
          operationId: 'getRule',
          summary: 'One rule',
          params: Id,
          response: { 200: One, ...failures },
        },
      },
      async ({ params }) => answer({ rule: await rules.get(params.id) }),
    );
    app.post(
      '/rules',
      {
        schema: {
          tags,
          operationId: 'createRule',
          summary: 'Make a rule; one that could not fire is refused',
          description: untriedText,
          body: RuleBody,
          response: { 201: Saved, ...failures },
        },
      },
      async ({ body }, reply) => {
        const untried = await check(body, callerSignal(reply));
        const rule = await rules.create(body, untried && untriedProblem(untried));
        return reply.code(201).send(answer({ rule, ...warningOf(untried) }));
      },
    );
    app.put(
      '/rules/:id',
      {
        schema: {
          tags,
          operationId: 'replaceRule',
          summary: 'Change a rule',
          description: untriedText,
          params: Id,
          body: RuleBody,
          response: { 200: Saved, ...failures },
        },
      },
      async ({ params, body }, reply) => {
        await rules.get(params.id);
        const untried = body.enabled ? await check(body, callerSignal(reply)) : undefined;
        const rule = await rules.replace(params.id, body, untried && untriedProblem(untried));
        await refresh();
        return answer({ rule, ...warningOf(untried) });
      },
    );
    app.delete(
      '/rules/:id',
      {
        schema: {
          tags,
          operationId: 'removeRule',
          summary: 'Remove a rule; its alerts end',
          params: Id,
          response: { 200: envelope(Removed, NoMeta), ...failures },
        },
      },
      async ({ params }) => {
        await rules.remove(params.id);
        await refresh();
        return answer({ id: params.id });
      },
    );
    app.post(
      '/rules/dry-run',
      {
        schema: {
          tags,
          operationId: 'dryRunRule',
          summary: 'How often a rule would have fired; nothing is saved and nobody is told',
          body: DryRunBody,
          response: { 200: envelope(DryRunData, NoMeta), ...failures },
        },
      },
      async ({ body }, reply) => {
        const signal = callerSignal(reply);
        const untried = await check(body.rule, signal);
        if (untried !== undefined)
          throw new RequestFailure('unavailable', `the rule cannot be tried: ${untried}`, {
            hint: 'It can be saved all the same: it is evaluated as soon as there is an answer.',
            retryAfterSeconds: 30,
          });
        const range = rangeOf(body, now());
        return answer(await dryRun(body.rule, range, data, budget, signal));
      },
    );
  };

const untriedText =
  'Where the cluster or the store that it asks does not answer, it is saved untried: `warning` says why. `problem` of the rule says so, too, until it could be evaluated, or what is wrong with it then.';

const untriedProblem = (why: string): string => `not tried yet: ${why}`;

const warningOf = (why: string | undefined) =>
  why === undefined
    ? {}
    : {
        warning: `The rule is saved, but could not be tried: ${why}. It is evaluated as soon as it can be; "problem" of the rule says how that went.`,
      };

function rangeOf(body: DryRunBody, nowMs: number) {
  const toMs = body.to === undefined ? nowMs : parseTimeMs(body.to, 'body.to');
  const fromMs = body.from === undefined ? toMs - weekMs : parseTimeMs(body.from, 'body.from');
  if (fromMs >= toMs) throw new RequestFailure('invalid_request', 'body.from must be before to');
  if (toMs - fromMs > longestMs)
    throw new RequestFailure('invalid_request', 'body.from: a dry run looks at 31 days at most');
  return { fromMs, toMs };
}
