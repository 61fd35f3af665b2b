import { Status } from "@/components/status";
import type { Tone } from "@/components/ui/badge";
import type { Level } from "./search-params";

/** The name and the colour of each level. */
export const levelLooks: Record<Level, { label: string; tone: Tone; isHollow?: boolean }> = {
  ERROR: { label: "Error", tone: "danger" },
  WARNING: { label: "Warning", tone: "warning" },
  DEFAULT: { label: "Default", tone: "neutral" },
  DEBUG: { label: "Debug", tone: "neutral", isHollow: true },
};

/** Shows the level of an observation: a dot and a word. */
export function LevelStatus({ level, className }: { level: string; className?: string }) {
  const look = levelLooks[level as Level] ?? { label: level, tone: "neutral" as const };
  return (
    <Status tone={look.tone} isHollow={look.isHollow} className={className}>
      {look.label}
    </Status>
  );
}
