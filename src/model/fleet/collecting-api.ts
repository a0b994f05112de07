import { z } from 'zod';

/** `GET /clusters/{id}/cost`: what the monitor itself costs the cluster. */
export const CostData = z.object({
  nodes: z.array(
    z.object({
      node: z.string(),
      statementsPerMinute: z.number(),
      rowsReadPerMinute: z.number(),
      bytesReadPerMinute: z.number(),
      /** Share of one core that it takes at the present pace; null until it is known. */
      cpuShare: z.number().nullable(),
      /**
       * Where that is known from: processor time in the server's query log, the time that its
       * answers say they took, or the time until they came less that of a ping.
       */
      cpuFrom: z.enum(['cpu', 'elapsed', 'waiting']).nullable(),
      /** Factor by which cadences are stretched, 1 = not at all. */
      stretch: z.number(),
      /** Since when, and why; null where they are not. */
      stretchedSince: z.string().nullable(),
      stretchReason: z.string().nullable(),
    }),
  ),
});

/** `GET /clusters/{id}/history`: how far the logs of the servers were read back when they were added. */
export const HistoryData = z.object({
  nodes: z.array(
    z.object({
      node: z.string(),
      /** `failing`: it is tried again. `off`: by configuration. */
      state: z.enum(['off', 'waiting', 'reading', 'done', 'failing']),
      /** What is read, by the server's clock; null before it began. */
      from: z.string().nullable(),
      to: z.string().nullable(),
      /** All from here to `to` was read: the newest comes first. */
      readTo: z.string().nullable(),
      samples: z.int(),
      /** Tables of `system` that tell something of that time. */
      tables: z.array(z.string()),
      startedAt: z.string().nullable(),
      endedAt: z.string().nullable(),
      problem: z.string().nullable(),
    }),
  ),
});
