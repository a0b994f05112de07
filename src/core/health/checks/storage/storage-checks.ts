import type { Check } from '../../check.ts';
import { diskForecast } from './disk-forecast.ts';
import { diskSpace } from './disk-space.ts';
import { diskState } from './disk-state.ts';
import { inodes } from './inodes.ts';
import { mergeHeadroom } from './merge-headroom.ts';
import { systemLogLeftovers } from './system-log-leftovers.ts';
import { systemLogSize } from './system-log-size.ts';
import { systemLogTtl } from './system-log-ttl.ts';

export const storageChecks: readonly Check[] = [
  diskSpace,
  diskForecast,
  mergeHeadroom,
  diskState,
  systemLogSize,
  systemLogTtl,
  systemLogLeftovers,
  inodes,
];
