import { Status } from "@/components/status";
import type { Tone } from "@/components/ui/badge";
import type { Level } from "./search-params";

/** How each level is called and coloured. */
export const levelLooks: Record<Level, { label: string; tone: Tone; isHollow?: boolean }> = {
  ERROR: { label: "Error", tone: "danger" },
  WARNING: { label: "Warning", tone: "warning" },
  DEFAULT: { label: "Default", tone: "neutral" },
  DEBUG: { label: "Debug", tone: "neutral", isHollow: true },
};

/** The level of an observation: a dot and a word. */
export function LevelStatus({ level, className }: { level: string; className?: string }) {
  const look = levelLooks[level as Level] ?? { label: level, tone: "neutral" as const };
  return (
    <Status tone={look.tone} isHollow={look.isHollow} className={className}>
      {look.label}
    </Status>
  );
}
