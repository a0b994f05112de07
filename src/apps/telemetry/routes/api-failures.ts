import { failure } from '../../../model/api/envelope.ts';

/** What every route may answer beside its 200: the envelope with `error`. */
export const failures = { '4xx': failure, '5xx': failure } as const;
