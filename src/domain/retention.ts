/** What no project can change. A project's own retentions are in its settings. */
export const retentionDays = {
  auditLog: 400,
  /** invitations, links for a new password, and jobs that have ended */
  linksAndJobs: 90,
  /** what the operational webhook was told */
  notices: 30,
  /** hourly figures; after that they are daily ones, which stay */
  hourlyFigures: 90,
  /** versions that a newer one has replaced, and that no execution or decision can name */
  versions: 90,
} as const;
