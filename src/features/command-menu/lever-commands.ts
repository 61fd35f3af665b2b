import { Activity, PauseCircle, Play, Power, Send } from "lucide-react";
import type { ActionHealthWord } from "@/domain/action-health";
import type { Permission } from "@/domain/access";
import type { Command } from "./project-commands";

type Action = { id: string; name: string; word: ActionHealthWord; waiting: number; pausedBy: string | null };

/** The most actions whose levers (pause, resume, probe …) the command menu offers. Actions with problems come first. */
const ACTIONS_MAX = 30;

/**
 * Makes menu commands for the levers of actions: probe, send, pause, resume, switch off. Each command opens a
 * confirmation dialog that shows the effects.
 */
export function makeLeverCommands(actions: readonly Action[], may: (permission: Permission) => boolean): Command[] {
  const levers = actions
    .slice(0, ACTIONS_MAX)
    .flatMap((action) => leversOf(action).map((lever) => ({ action, ...lever })));
  return levers
    .filter(({ permission }) => may(permission))
    .map(({ action, lever, label, icon }) => ({
      id: `lever-${lever}-${action.id}`,
      label: `${label}: ${action.name}`,
      group: "Levers",
      icon,
      keywords: ["endpoint", "webhook", action.id],
      run: ({ projectId, go }) => go(`/projects/${projectId}/actions/${action.id}?lever=${lever}`),
    }));
}

function leversOf({ word, waiting, pausedBy }: Action) {
  if (word === "off") return [];
  const isPausedByBreaker = word === "paused" && pausedBy === null;
  return [
    ...(isPausedByBreaker ? [{ lever: "probe", label: "Probe now", icon: Activity, permission: act }] : []),
    ...(waiting > 0 && pausedBy === null
      ? [{ lever: "send", label: "Send waiting executions now", icon: Send, permission: act }]
      : []),
    pausedBy === null
      ? { lever: "pause", label: "Pause and keep", icon: PauseCircle, permission: write }
      : { lever: "resume", label: "Let it go on", icon: Play, permission: write },
    { lever: "off", label: "Switch off", icon: Power, permission: write },
  ];
}

const act: Permission = "execution:act";
const write: Permission = "action:write";
