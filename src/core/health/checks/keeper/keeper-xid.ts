import { measured, type NodeCheck, notApplicable } from '../../check.ts';
import { keeperSessions } from '../../readings/keeper.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { durationText } from '../../wording.ts';

const lastXid = 2 ** 31 - 1;
const noEndSeconds = 10 * 365 * 86_400;

/** When the numbers of a session's requests run out, so that it has to be made anew. */
export const keeperXid: NodeCheck = {
  id: 'keeper-xid',
  number: 39,
  title: 'The session with Keeper will be renewed soon',
  group: 'keeper',
  dimension: 'replication',
  scope: 'node',
  about: { objects: objectKinds.keeper },
  needs: [{ reading: keeperSessions, columns: ['xid', 'sessionSeconds'], absent: 'unknown' }],
  measure(node) {
    const sessions = node.rows(keeperSessions);
    // Beyond 32 bits the session has numbers of 64 bits, which do not run out.
    const counted = sessions.filter((each) => (each.xid ?? 0) <= lastXid);
    if (sessions.length > 0 && counted.length === 0)
      return notApplicable('The sessions number their requests with 64 bits.');
    return measured(
      counted.map(({ name, xid, sessionSeconds }) => {
        const perSecond = xid && sessionSeconds ? xid / sessionSeconds : 0;
        return {
          subject: { object: name ?? 'default' },
          values: {
            xid,
            perSecond,
            secondsLeft:
              xid === undefined || sessionSeconds === undefined
                ? undefined
                : Math.min(
                    noEndSeconds,
                    perSecond > 0 ? (lastXid - xid) / perSecond : noEndSeconds,
                  ),
          },
        };
      }),
    );
  },
  rules: [
    {
      severity: 'info',
      all: [{ value: 'secondsLeft', is: 'below', than: 86_400 }],
      source: 'ClickHouse/clickhouse-diagnostics: less than 24 hours',
      message: ({ subject, values }) =>
        `The session ${subject.object} has used ${values.xid} of ${lastXid} request numbers: it is made anew in about ${durationText(Number(values.secondsLeft))}.`,
    },
  ],
  explanation:
    'Requests of a session are numbered with 32 bits. When they run out the server makes a new session, and tables are read-only for a moment: it explains a blip that will come. With use_xid_64 they do not run out.',
  causes: ['A long session with very many requests'],
  proof: { kind: 'sql' },
};
