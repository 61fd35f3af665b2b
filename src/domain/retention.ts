/** Retentions in days that no project can change. A project's own retentions are in its settings. */
export const retentionDays = {
  auditLog: 400,
  /** invitations, links for a new password, and jobs that have ended */
  linksAndJobs: 90,
  /** requests that a test endpoint received */
  testReceipts: 1,
  /** notices, to the operational webhook and behind the bell, and emails */
  notices: 30,
  /** counts of the events that each client of an event key sent */
  sourceFigures: 7,
  /** hourly figures; then they become daily figures, which stay */
  hourlyFigures: 90,
  /** figures by the minute; hourly figures hold the same counts */
  minuteFigures: 2,
  /** versions that a newer version has replaced and that no execution or decision names */
  versions: 90,
} as const;
