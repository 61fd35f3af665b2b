import { formatCappedCount, formatDuration, formatCountWithNoun } from "@/lib/format";

/** The names of the levers that act on a whole action: what a person can do when its endpoint has problems. */
export type ActionLeverName = "probe" | "send" | "pause" | "resume" | "off";

/** The server's counts from which the confirmation dialog describes the effect of a lever. */
export type ActionLeverEffectCounts = {
  health: { word: string; pausedBy: string | null };
  /** the number of waiting executions; counting stops at 10,000 */
  waiting: number;
  /** how many of the waiting executions wait for a delay or a retry */
  notDue: number;
  maxPerSecond: number | null;
};

const COUNTED_MAX = 10_000;
const executions = (count: number): string =>
  count >= COUNTED_MAX
    ? `${formatCappedCount(count, COUNTED_MAX)} executions`
    : formatCountWithNoun(count, "execution");

/**
 * Returns the texts of the confirmation dialog for a lever. The description names the effect and the number of
 * executions; before the counts have loaded, it says that they are being counted.
 */
export function describeLeverDialog(
  lever: ActionLeverName,
  name: string,
  counts: ActionLeverEffectCounts | undefined,
): { title: string; description: string; confirmLabel: string } {
  const description = counts ? effectOf(lever, counts) : "Counting the executions that wait…";
  switch (lever) {
    case "probe":
      return { title: `Probe ${name} now?`, description, confirmLabel: "Probe now" };
    case "send":
      return { title: `Deliver what waits for ${name}?`, description, confirmLabel: "Send now" };
    case "pause":
      return { title: `Pause ${name} and keep what waits?`, description, confirmLabel: "Pause and keep" };
    case "resume":
      return { title: `Let ${name} go on?`, description, confirmLabel: "Let it go on" };
    case "off":
      return { title: `Switch ${name} off?`, description, confirmLabel: "Switch off" };
    default:
      return lever satisfies never;
  }
}

function effectOf(lever: ActionLeverName, counts: ActionLeverEffectCounts): string {
  const { waiting, notDue, health } = counts;
  const others = Math.max(waiting - 1, 0);
  const isPausedByBreaker = health.word === "paused" && health.pausedBy === null;
  switch (lever) {
    case "probe":
      if (waiting === 0) return "No execution waits. The next one that comes is the probe.";
      return `The oldest of ${executions(waiting)} is sent now. ${
        others === 0
          ? ""
          : `If the endpoint answers, the other ${formatCappedCount(others, COUNTED_MAX)} follow${rateOf(counts)}. `
      }If it fails, the pause doubles, to 15 minutes at the most.`;
    case "send":
      if (waiting === 0) return "No execution waits.";
      return `${executions(waiting)} ${waiting === 1 ? "is" : "are"} sent now${rateOf(counts)}${
        notDue > 0 ? `; ${formatCappedCount(notDue, COUNTED_MAX)} of them without the rest of the delay` : ""
      }.${isPausedByBreaker ? " The oldest goes first, as a probe. The others follow once it succeeds." : ""}`;
    case "pause":
      return `Nothing is sent until somebody resumes it. ${
        waiting === 0 ? "New executions wait" : `${executions(waiting)} and all new ones wait`
      }; none is skipped.`;
    case "resume":
      return waiting === 0
        ? "No execution waits."
        : `${executions(waiting)} ${waiting === 1 ? "goes" : "go"} on${rateOf(counts)}.`;
    case "off":
      return `${
        waiting === 0
          ? "No execution waits."
          : `${executions(waiting)} that ${waiting === 1 ? "waits is" : "wait are"} skipped.`
      } Matches that come while it is off are skipped too. Skipped executions can be replayed later.`;
    default:
      return lever satisfies never;
  }
}

/**
 * Describes an action's rate limit and how long its waiting executions take: `at 10 a second, in about 15 s`. Empty
 * without a rate limit.
 */
function rateOf({ waiting, maxPerSecond }: ActionLeverEffectCounts): string {
  if (maxPerSecond === null) return "";
  const takesMs = (waiting / maxPerSecond) * 1_000;
  const time = takesMs >= 2_000 ? `, in about ${formatDuration(Math.round(takesMs / 1_000) * 1_000)}` : "";
  return ` at ${maxPerSecond} a second${time}`;
}
