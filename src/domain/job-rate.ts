/** The highest rate of a job (a backfill or a bulk change of executions), in executions per minute. */
export const JOB_RATE_PER_MINUTE_MAX = 6_000;
export const JOB_RATE_PER_MINUTE_DEFAULT = 600;
