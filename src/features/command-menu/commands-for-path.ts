import { Activity, Copy, Ellipsis, ExternalLink, Pencil, Power, RotateCw } from "lucide-react";
import { decodePathSegment } from "@/lib/decode-path-segment";
import type { Command } from "./project-commands";

/**
 * The command that opens the menu of the focused row. If no row has the focus, it opens the menu of the page or of its
 * open panel.
 */
const openMenu: Command = {
  id: "open-menu",
  label: "Its menu",
  group: "This page",
  icon: Ellipsis,
  keys: ["."],
  run: () => {
    const menus = [...document.querySelectorAll<HTMLElement>("[data-page-menu]")];
    const row = document.activeElement?.closest("tr");
    (row ? menus.find((menu) => row.contains(menu)) : menus.findLast((menu) => !menu.closest("tr")))?.click();
  },
};

/**
 * Returns the commands for the page at this path: that of an execution, an event, a trigger or an action. On the lists
 * of triggers and actions, the only command opens the menu of a row. Any other page has none.
 */
export function listCommandsForPath(pathname: string): Command[] {
  const [, base = "", kind, id] =
    /^(\/projects\/[^/]+)\/(executions|observations|triggers|actions)(?:\/([^/]+))?/.exec(pathname) ?? [];
  if (kind === undefined || id === "new" || id === "decisions") return [];
  if (id === undefined) return kind === "triggers" || kind === "actions" ? [openMenu] : [];
  const copy: Command = {
    id: "copy-id",
    label: "Copy the id",
    group: "This page",
    icon: Copy,
    run: () => void navigator.clipboard.writeText(decodePathSegment(id)),
  };
  if (kind === "executions") return [copy, openAsPage(base, id), resend];
  if (kind === "observations") return [copy, openMenu];
  return [copy, ...commandsOnConfiguration(base, kind === "triggers" ? "trigger" : "action", id), openMenu];
}

const openAsPage = (base: string, id: string): Command => ({
  id: "open-as-page",
  label: "Open this execution as a page",
  group: "This page",
  icon: ExternalLink,
  run: ({ go }) => go(`${base}/executions/${id}/page`),
});

/**
 * The command that clicks the page's resend button, which opens a confirmation dialog. The click waits until the
 * command menu has closed.
 */
const resend: Command = {
  id: "resend",
  label: "Send this execution again",
  group: "This page",
  icon: RotateCw,
  run: () => void setTimeout(() => document.querySelector<HTMLElement>("[data-key-r] button")?.click()),
};

function commandsOnConfiguration(base: string, one: "trigger" | "action", id: string): Command[] {
  const executions = `${base}/executions?${one}=${id}`;
  return [
    {
      id: "edit",
      label: `Edit this ${one}`,
      group: "This page",
      icon: Pencil,
      keys: ["e"],
      run: ({ go }) => go(`${base}/${one}s/${id}?tab=configuration`),
    },
    {
      id: "switch",
      label: `Switch this ${one} on or off`,
      group: "This page",
      icon: Power,
      run: () => document.querySelector<HTMLElement>("#main header [role=switch]")?.click(),
    },
    {
      id: "show-executions",
      label: `Executions of this ${one}`,
      group: "This page",
      icon: Activity,
      run: ({ go }) => go(executions),
    },
    {
      id: "show-failures",
      label: `Failures of this ${one}`,
      group: "This page",
      icon: Activity,
      run: ({ go }) => go(`${executions}&status=FAILED`),
    },
  ];
}
