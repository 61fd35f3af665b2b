import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export type ColorTone = "neutral" | "scheduled" | "running" | "success" | "warning" | "danger";

const tones: Record<ColorTone | "accent" | "outline", string> = {
  neutral: "bg-neutral-soft text-muted",
  scheduled: "bg-scheduled-soft text-scheduled-text",
  running: "bg-running-soft text-running-text",
  success: "bg-success-soft text-success-text",
  warning: "bg-warning-soft text-warning-text",
  danger: "bg-danger-soft text-danger-text",
  accent: "bg-accent-soft text-accent-text",
  outline: "border border-line-strong text-muted",
};

/** A word in a small frame, such as a type, a role or a count. For a state use `StatusLabel`. */
export function Badge({
  tone = "neutral",
  isMono = false,
  className,
  children,
}: {
  tone?: keyof typeof tones;
  isMono?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium",
        "whitespace-nowrap [&_svg]:size-3",
        tones[tone],
        isMono && "font-mono font-normal",
        className,
      )}
    >
      {children}
    </span>
  );
}
