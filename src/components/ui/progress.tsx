"use client";

import { Progress as Base } from "@base-ui/react/progress";
import { cn } from "@/lib/cn";

type ProgressProps = { /** 0 to 100, null while it is not known */ value: number | null; label: string; isLabelHidden?: boolean; className?: string };

/** How far something is. */
export function Progress({ value, label, isLabelHidden = false, className }: ProgressProps) {
  return (
    <Base.Root value={value} className={cn("flex flex-col gap-1.5 text-xs", className)}>
      <span className={cn("flex justify-between", isLabelHidden && "sr-only")}>
        <Base.Label className="text-muted">{label}</Base.Label>
        <Base.Value className="tabular-nums">{(text) => (value === null ? "" : text)}</Base.Value>
      </span>
      <Base.Track className="h-1 overflow-hidden rounded-full bg-neutral-soft">
        <Base.Indicator className={cn("h-full rounded-full bg-accent transition-[width] duration-300", value === null && "w-1/4 animate-slide")} />
      </Base.Track>
    </Base.Root>
  );
}
