/** Retentions in days that no project can change. A project's own retentions are in its settings. */
export const unchangeableRetentionDays = {
  auditLog: 400,
  /** invitations, links for a new password, and ended jobs */
  linksAndJobs: 90,
  /** requests that a test endpoint received */
  testReceipts: 1,
  /** notices of the operational webhook and of the bell, and emails */
  notices: 30,
  /** the numbers of events that each client of an event key sent */
  sourceFigures: 7,
  /** hourly figures, which then become daily figures that stay */
  hourlyFigures: 90,
  /** figures of each minute, which are also part of the hourly figures */
  minuteFigures: 2,
  /**
   * versions that a newer version has replaced, if no stored execution is from their time and no backfill job used them
   */
  versions: 90,
} as const;
