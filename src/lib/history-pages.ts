/** The two pages of a project's history: what became executions, and everything that was decided. */
export const historyPages = (projectId: string, current: "executions" | "decisions") => [
  { href: `/projects/${projectId}/executions`, label: "Executions", isCurrent: current === "executions" },
  { href: `/projects/${projectId}/executions/decisions`, label: "All decisions", isCurrent: current === "decisions" },
];
