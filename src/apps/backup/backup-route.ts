import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { StoreError } from '../../adapters/clickhouse/store.ts';
import type { Logger } from '../../base/log.ts';
import { failure } from '../../model/api/envelope.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import { BackupBody } from '../../model/backup/manifest.ts';
import { type BackupParts, makeBackup } from './make-backup.ts';

/** `POST /backup`: one archive of state and samples, while everything runs. */
export const backupRoute =
  (parts: BackupParts, log: Logger): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/backup',
      {
        schema: {
          tags: ['operation'],
          operationId: 'backup',
          summary: 'Make a backup of the state and the samples of the fleet',
          description:
            'The answer is a tar archive. Without `withKey` the stored passwords in it stay sealed.',
          body: BackupBody,
          response: {
            200: z.unknown().describe('application/x-tar'),
            '4xx': failure,
            '5xx': failure,
          },
        },
      },
      async (request, reply) => {
        const { withKey, withoutSamples } = request.body;
        const backup = await makeBackup(parts, { withKey, withoutSamples }).catch((cause) => {
          if (!(cause instanceof StoreError)) throw cause;
          throw new RequestFailure(
            'store_unavailable',
            `the samples cannot be read: ${cause.message}`,
            {
              hint: 'withoutSamples (--without-samples) leaves them out.',
              cause,
            },
          );
        });
        backup.archive.once('close', backup.remove);
        log.info('backup_made', { withKey, withoutSamples });
        return reply
          .type('application/x-tar')
          .header('content-disposition', 'attachment; filename="castellan-backup.tar"')
          .send(backup.archive);
      },
    );
  };
