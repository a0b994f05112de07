/** Begins the query id of each statement of the monitor, so that logs can tell them apart. */
export const monitorQueryPrefix = 'castellan-monitor-';
