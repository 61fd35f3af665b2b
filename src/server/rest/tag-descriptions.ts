/** Descriptions of the groups of endpoints in the reference. */
export const tagDescriptions: Record<string, string> = {
  Tokens: "The token of the call.",
  Projects: "The tenants. Everything below a path of a project belongs to it alone.",
  Triggers: "An event source, a filter, a sampling rate, a delay, and the actions that run.",
  Actions: "Signed webhooks. A secret never comes out; an answer with a new one shows it once.",
  Configuration: "All triggers and actions of a project as files, with their plan and their apply.",
  Executions: "One action run for one trigger and one observation, with its attempts.",
  Resends: "Jobs that send many finished executions again.",
  Observations: "The latest state of each observation, and why each trigger did or did not fire.",
  Backfills: "Jobs that run a trigger over stored observations.",
  "Event keys": "What applications send events with.",
  "Rejected events": "Events that could not be used, with the reason.",
  Members: "People of the project, and invitations.",
  Audit: "Who changed what.",
  Usage: "Counters by hour.",
  Drafts: "Triggers that an agent proposed and nobody has applied yet.",
};
