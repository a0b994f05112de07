import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
} from 'fastify-type-provider-zod';
import type { Logger } from '../../../base/log.ts';
import { type ApiError, type ErrorCode, errorStatus } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';

/** Errors of Fastify itself, in our words. */
const frameworkErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['too_large', 'the body is larger than this server accepts'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'the body must be application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_request', 'the body is empty; send a JSON object'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_request', 'the body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'Content-Length is not the body’s size'],
  FST_ERR_BAD_URL: ['invalid_request', 'the URL cannot be decoded'],
};

/** What `error` is to the caller: a code of the closed set and a message fit to be shown. */
function classifyError(error: unknown): { api: ApiError; retryAfterSeconds?: number } {
  if (error instanceof RequestFailure)
    return {
      api: { code: error.code, message: error.message, ...error.more },
      ...(error.retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: error.retryAfterSeconds }),
    };
  if (hasZodFastifySchemaValidationErrors(error)) return { api: describeInvalid(error) };
  const { code, statusCode, message } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : frameworkErrors[code];
  if (known) return { api: { code: known[0], message: known[1] } };
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError)
    return { api: { code: 'invalid_request', message: 'the body is not valid JSON' } };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && message)
    return { api: { code: 'invalid_request', message } };
  return { api: { code: 'internal', message: 'internal error' } };
}

function describeInvalid(error: {
  validation: readonly { instancePath: string; message?: string | undefined }[];
  validationContext?: string | undefined;
}): ApiError {
  const part = error.validationContext ?? 'body';
  const problems = error.validation.map((each) => {
    const path = each.instancePath.replace(/^\//, '').replaceAll('/', '.');
    return { path: path === '' ? part : `${part}.${path}`, message: each.message ?? 'is invalid' };
  });
  return {
    code: 'invalid_request',
    message: problems.map((each) => `${each.path}: ${each.message}`).join('; '),
    details: problems,
  };
}

/** Sends `error` in the envelope. What is not the caller's fault is logged under an id. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply {
  const { api, retryAfterSeconds } = classifyError(error);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const status = errorStatus[api.code];
  if (api.code === 'internal') {
    const id = randomUUID();
    api.details = { id };
    api.hint = `The log of the server has the details under ${id}.`;
    log.error('request_failed', {
      id,
      method: request.method,
      route: request.routeOptions.url,
      error,
      ...(isResponseSerializationError(error) ? { issues: error.cause.issues.slice(0, 5) } : {}),
    });
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ data: null, meta: {}, error: api });
}

/** Makes every failure of `app` an envelope. Unknown addresses are for `notFound`. */
export function registerErrorEnvelope(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
}
