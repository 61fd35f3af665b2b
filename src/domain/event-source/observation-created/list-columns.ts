import type { EventListColumn } from "../event-source";

/** The columns of the list of observations. */
export const columnsShownInObservationList: readonly EventListColumn[] = [
  { id: "name", header: "Name", kind: "name" },
  {
    id: "level",
    header: "Level",
    kind: "mark",
    width: "6.5rem",
    usual: "DEFAULT",
    looks: {
      ERROR: { label: "Error", tone: "danger" },
      WARNING: { label: "Warning", tone: "warning" },
      DEFAULT: { label: "Default", tone: "neutral" },
      DEBUG: { label: "Debug", tone: "neutral", isHollow: true },
    },
  },
  { id: "type", header: "Type", kind: "badge", width: "7.75rem" },
  { id: "model", header: "Model", kind: "text", width: "9rem", isOffPhones: true },
  {
    id: "environment",
    header: "Environment",
    kind: "text",
    width: "7rem",
    isOffPhones: true,
    isDesktopOnly: true,
  },
  { id: "latency", header: "Latency", kind: "duration", width: "5rem", isOffPhones: true },
  {
    id: "totalTokens",
    header: "Tokens",
    kind: "number",
    width: "4.5rem",
    isOffPhones: true,
    isDesktopOnly: true,
  },
  { id: "totalCost", header: "Cost", kind: "cost", width: "5.25rem", isOffPhones: true, isDesktopOnly: true },
];
