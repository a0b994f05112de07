/** Exit codes of the castellan command; docs/cli.md lists them. */
export const exitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  unreachable: 3,
  unauthorised: 4,
  invalidQuery: 5,
  dataFolder: 6,
  findings: 7,
  cannotTell: 8,
  archive: 9,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What each code means, for the help and the documentation. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'success',
  1: 'failure',
  2: 'wrong usage, or a configuration that does not hold',
  3: 'the server cannot be reached, or is not ready',
  4: 'the server wants an API token, or does not know this one',
  5: 'the query is not valid',
  6: 'the data folder cannot be used: in use, not writable, full or of a newer version',
  7: 'clusters check, alerts list: there is something as severe as --fail-on, or worse',
  8: 'clusters check: no cluster is watched, one cannot be reached, or too few of its checks have an answer',
  9: 'restore: the archive is not there, damaged, or of a newer version',
  130: 'stopped with Ctrl-C',
};
