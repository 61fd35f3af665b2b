import {
  Activity,
  CircleDollarSign,
  Eye,
  EyeOff,
  RadioTower,
  FolderPlus,
  KeyRound,
  LayoutDashboard,
  LayoutGrid,
  ListTree,
  Moon,
  Plus,
  ScrollText,
  Send,
  Settings,
  UserRound,
  Users,
  Zap,
  type LucideIcon,
} from "lucide-react";
import type { Permission } from "@/domain/access";
import { getEventNounForms } from "@/domain/event-source/event-noun";

/** The project and the functions that a running command may use. */
type CommandEnvironment = { projectId: string; go: (href: string) => void; toggleTheme: () => void };

export type Command = {
  id: string;
  label: string;
  group: "This page" | "Go to" | "Create" | "Levers" | "Preferences" | "Switch project";
  icon: LucideIcon;
  /** further words by which the search finds the command */
  keywords?: readonly string[];
  /** one key, or two keys that a person presses one after the other */
  keys?: readonly [string] | readonly [string, string];
  /** the permission that a person needs to see the command */
  permission?: Permission;
  run: (environment: CommandEnvironment) => void;
};

const page =
  (path: string) =>
  ({ projectId, go }: CommandEnvironment) =>
    go(`/projects/${projectId}${path}`);

/**
 * All commands that do not depend on the open page. The command menu, the keyboard shortcuts and the sheet of shortcuts
 * read this list.
 */
export const projectCommands: readonly Command[] = [
  {
    id: "go-overview",
    label: "Overview",
    group: "Go to",
    icon: LayoutDashboard,
    keys: ["g", "h"],
    keywords: ["home", "start"],
    run: page(""),
  },
  {
    id: "go-executions",
    label: "Executions",
    group: "Go to",
    icon: Activity,
    keys: ["g", "e"],
    keywords: ["deliveries", "failures"],
    run: page("/executions"),
  },
  {
    id: "go-decisions",
    label: "All decisions",
    group: "Go to",
    icon: ListTree,
    keys: ["g", "d"],
    keywords: ["sampled out", "skipped", "why not"],
    run: page("/executions/decisions"),
  },
  {
    id: "go-observations",
    label: getEventNounForms().headings,
    group: "Go to",
    icon: Eye,
    keys: ["g", "o"],
    keywords: ["events", "traces"],
    run: page("/observations"),
  },
  {
    id: "go-triggers",
    label: "Triggers",
    group: "Go to",
    icon: Zap,
    keys: ["g", "t"],
    keywords: ["filters", "rules"],
    run: page("/triggers"),
  },
  {
    id: "go-actions",
    label: "Actions",
    group: "Go to",
    icon: Send,
    keys: ["g", "a"],
    keywords: ["webhooks"],
    run: page("/actions"),
  },
  {
    id: "go-settings",
    label: "Settings",
    group: "Go to",
    icon: Settings,
    keys: ["g", "s"],
    keywords: ["retention", "name"],
    run: page("/settings"),
  },
  {
    id: "go-event-keys",
    label: "Event keys",
    group: "Go to",
    icon: KeyRound,
    keys: ["g", "k"],
    permission: "eventKey:manage",
    keywords: ["sdk", "curl", "settings"],
    run: page("/settings/event-keys"),
  },
  {
    id: "go-model-prices",
    label: "Model prices",
    group: "Go to",
    icon: CircleDollarSign,
    keywords: ["cost", "tokens", "settings"],
    run: page("/settings/model-prices"),
  },
  {
    id: "go-sources",
    label: "Sources",
    group: "Go to",
    icon: RadioTower,
    permission: "eventKey:manage",
    keywords: ["clients", "sdk", "opentelemetry", "langfuse", "settings"],
    run: page("/settings/sources"),
  },
  {
    id: "go-redaction",
    label: "Redaction",
    group: "Go to",
    icon: EyeOff,
    permission: "redaction:manage",
    keywords: ["mask", "hash", "pii", "settings"],
    run: page("/settings/redaction"),
  },
  {
    id: "go-api-tokens",
    label: "API tokens",
    group: "Go to",
    icon: KeyRound,
    permission: "token:manage",
    keywords: ["rest", "mcp", "agent", "settings"],
    run: page("/settings/api-tokens"),
  },
  {
    id: "go-members",
    label: "Members",
    group: "Go to",
    icon: Users,
    keys: ["g", "m"],
    permission: "member:manage",
    keywords: ["invite", "settings"],
    run: page("/settings/members"),
  },
  {
    id: "go-audit",
    label: "Audit log",
    group: "Go to",
    icon: ScrollText,
    permission: "audit:read",
    keywords: ["settings", "changes"],
    run: page("/settings/audit"),
  },
  {
    id: "create-trigger",
    label: "Create trigger",
    group: "Create",
    icon: Plus,
    keys: ["c", "t"],
    permission: "trigger:write",
    keywords: ["new"],
    run: page("/triggers/new"),
  },
  {
    id: "create-action",
    label: "Create action",
    group: "Create",
    icon: Plus,
    keys: ["c", "a"],
    permission: "action:write",
    keywords: ["new", "webhook"],
    run: page("/actions/new"),
  },
  {
    id: "create-project",
    label: "Create project",
    group: "Create",
    icon: FolderPlus,
    keywords: ["new"],
    run: ({ go }) => go("/projects?new=true"),
  },
  {
    id: "toggle-theme",
    label: "Switch between light and dark",
    group: "Preferences",
    icon: Moon,
    keywords: ["theme", "appearance"],
    run: ({ toggleTheme }) => toggleTheme(),
  },
  {
    id: "account",
    label: "Account",
    group: "Preferences",
    icon: UserRound,
    keywords: ["password"],
    run: ({ go }) => go("/account"),
  },
];

export type CommandMenuProject = { id: string; name: string };

/** Returns the commands that a person's permissions allow, and one command per other project that switches to it. */
export function listCommandsForPerson(input: {
  projectId: string;
  projects: readonly CommandMenuProject[];
  permissions: readonly Permission[];
}): Command[] {
  const allowed = projectCommands.filter(
    (command) => !command.permission || input.permissions.includes(command.permission),
  );
  const switches = input.projects
    .filter((project) => project.id !== input.projectId)
    .map((project): Command => ({
      id: `project-${project.id}`,
      label: project.name,
      group: "Switch project",
      icon: LayoutGrid,
      keywords: ["project", "switch"],
      run: ({ go }) => go(`/projects/${project.id}`),
    }));
  return [...allowed, ...switches];
}
