import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { verdictOf } from '../../../core/collection/verdict.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { Outcome, Severity } from '../../../model/fleet/finding.ts';
import {
  ChecksData,
  FindingDetailData,
  FindingsData,
  Mark,
  MarksData,
  OutcomesData,
  ProbeData,
} from '../../../model/fleet/fleet-api.ts';
import type { Fleet } from '../fleet.ts';
import { ClusterId, failures, NoMeta, tags } from './route-parts.ts';

/** Findings that are shown where nobody asks for others. */
const openOutcomes: readonly Outcome[] = ['info', 'warning', 'critical', 'unknown'];

const OutcomeList = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .pipe(z.array(Outcome))
  .optional();

const KeptMark = MarksData.shape.marks.element;

const findingReads =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/checks',
      {
        schema: {
          tags,
          operationId: 'listChecks',
          summary: 'The catalogue of checks',
          response: { 200: envelope(ChecksData, NoMeta), ...failures },
        },
      },
      async () => answer({ checks: fleet.checks() }),
    );
    app.get(
      '/clusters/:id/findings',
      {
        schema: {
          tags,
          operationId: 'listFindings',
          summary: 'Open findings of a cluster, the severest first',
          description: '`outcome`: one or several, separated by commas; all but ok by default.',
          params: ClusterId,
          querystring: z.object({ outcome: OutcomeList }),
          response: { 200: envelope(FindingsData, NoMeta), ...failures },
        },
      },
      async (request) => {
        const { outcome } = request.query;
        return answer({
          findings: await fleet.findings(request.params.id, outcome ?? openOutcomes),
        });
      },
    );
    app.get(
      '/clusters/:id/findings/:finding',
      {
        schema: {
          tags,
          operationId: 'getFinding',
          summary: 'One finding with its history, also one that is over',
          params: ClusterId.extend({ finding: z.string().min(1).max(1_000) }),
          response: { 200: envelope(FindingDetailData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.finding(request.params.id, request.params.finding)),
    );
    app.get(
      '/clusters/:id/outcomes',
      {
        schema: {
          tags,
          operationId: 'listOutcomes',
          summary: 'What each check said of each node at the last evaluation',
          description: '`node`: only what was said of it.',
          params: ClusterId,
          querystring: z.object({ node: z.string().min(1).max(300).optional() }),
          response: { 200: envelope(OutcomesData, NoMeta), ...failures },
        },
      },
      async ({ params, query }) => answer(await fleet.outcomes(params.id, query.node)),
    );
  };

/** For load balancers, uptime checks and scripts that only look at the status. */
const probeRoute =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/probe',
      {
        schema: {
          tags,
          operationId: 'probeCluster',
          summary: 'Whether a cluster is well, by the status: 200, else 503',
          description: '`failOn`: the severity of findings from which it is not.',
          params: ClusterId,
          querystring: z.object({ failOn: Severity.default('high') }),
          response: {
            200: envelope(ProbeData, NoMeta),
            ...failures,
            503: envelope(ProbeData, NoMeta),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { status, score } = await fleet.get(id);
        const findings = await fleet.findings(id, openOutcomes);
        const judged = verdictOf({ status, score }, findings, request.query.failOn);
        const messages = judged.findings.map(({ message }) => message);
        return reply
          .code(judged.verdict === 'well' ? 200 : 503)
          .send(answer({ verdict: judged.verdict, status, score, messages }));
      },
    );
  };

const markRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/marks',
      {
        schema: {
          tags,
          operationId: 'listMarks',
          summary: 'What people said is meant to be so, or may wait',
          params: ClusterId,
          response: { 200: envelope(MarksData, NoMeta), ...failures },
        },
      },
      async (request) => answer({ marks: await fleet.marks(request.params.id) }),
    );
    app.post(
      '/clusters/:id/marks',
      {
        schema: {
          tags,
          operationId: 'createMark',
          summary: 'Say that something is meant to be so, or may wait',
          description:
            'The subject may be less exact than a finding’s: it covers all that it fits.',
          params: ClusterId,
          body: Mark,
          response: { 201: envelope(KeptMark, NoMeta), ...failures },
        },
      },
      async (request, reply) =>
        reply.code(201).send(answer(await fleet.mark(request.params.id, request.body))),
    );
    app.delete(
      '/clusters/:id/marks/:mark',
      {
        schema: {
          tags,
          operationId: 'deleteMark',
          summary: 'Take a mark back',
          params: ClusterId.extend({ mark: z.string().min(1).max(100) }),
          response: { 200: envelope(z.object({ id: z.string() }), NoMeta), ...failures },
        },
      },
      async (request) => {
        const { id, mark } = request.params;
        await fleet.unmark(id, mark);
        return answer({ id: mark });
      },
    );
  };

export const findingRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(findingReads(fleet));
    await app.register(probeRoute(fleet));
    await app.register(markRoutes(fleet));
  };
