import type { FastifyReply } from 'fastify';

/**
 * Sends an answer as text: rows are in the form of the contract already, and need not be checked
 * value by value against the schema once more.
 */
export const sendJson = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
