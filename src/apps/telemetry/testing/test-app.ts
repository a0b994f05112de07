import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { errorStatus } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { type TelemetryRoutesOptions, telemetryRoutes } from '../routes/telemetry-routes.ts';

/** The routes as the server mounts them, with the least of an error envelope. */
export async function createTestApp(options: TelemetryRoutesOptions) {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof RequestFailure;
    const { code, message, more } = known
      ? error
      : { code: 'invalid_request' as const, message: String(error), more: {} };
    const broken = !known && !(error as { validation?: unknown }).validation;
    return reply
      .code(broken ? 500 : errorStatus[code])
      .serializer(JSON.stringify)
      .send({
        data: null,
        meta: {},
        error: { code: broken ? 'internal' : code, message, ...more },
      });
  });
  await app.register(telemetryRoutes(options), { prefix: '/api/v1' });
  await app.ready();

  /** Calls the API; gives the status and the envelope. */
  async function call(path: string, body?: unknown) {
    const response = await app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `/api/v1${path}`,
      ...(body === undefined ? {} : { payload: body as object }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { status: response.statusCode, ...(response.json() as any) };
  }
  return { app, call };
}

export const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };
