/** Returns the links of the two pages of a project's history: its executions, and all its decisions. */
export const listHistoryPageLinks = (projectId: string, current: "executions" | "decisions") => [
  { href: `/projects/${projectId}/executions`, label: "Executions", isCurrent: current === "executions" },
  { href: `/projects/${projectId}/executions/decisions`, label: "All decisions", isCurrent: current === "decisions" },
];
