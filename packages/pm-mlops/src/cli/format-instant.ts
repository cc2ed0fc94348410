import { formatTimestamp } from 'pm-core';

/** UTC milliseconds as `YYYY-MM-DDTHH:MM:SS`, empty where there are none. */
export const formatInstant = (ms: number | undefined): string =>
  ms === undefined ? '' : formatTimestamp(ms);
