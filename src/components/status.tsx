import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import type { Tone } from "./ui/badge";

const dots: Record<Tone, string> = {
  neutral: "bg-neutral",
  running: "bg-running",
  success: "bg-success",
  warning: "bg-warning",
  danger: "bg-danger",
};

/** The dot alone, where the word stands beside it anyway. */
export function StatusDot({
  tone,
  isHollow = false,
  className,
}: {
  tone: Tone;
  /** not begun, or left out */ isHollow?: boolean;
  className?: string;
}) {
  return (
    <span aria-hidden className={cn("relative inline-flex size-2 shrink-0", className)}>
      {tone === "running" && (
        <span className={cn("absolute inset-0 animate-ping rounded-full opacity-60", dots[tone])} />
      )}
      <span
        className={cn(
          "size-full rounded-full",
          dots[tone],
          isHollow && "bg-transparent inset-ring-[1.5px] inset-ring-neutral",
        )}
      />
    </span>
  );
}

type StatusProps = {
  tone: Tone;
  isHollow?: boolean;
  /** after the word, quieter: `next try in 40 s` */
  detail?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A state: a dot and a word. The dot carries the colour, the word the meaning. */
export function Status({ tone, isHollow, detail, className, children }: StatusProps) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-2 whitespace-nowrap", className)}>
      <StatusDot tone={tone} isHollow={isHollow} />
      <span className="truncate">
        {children}
        {detail && <span className="text-muted"> · {detail}</span>}
      </span>
    </span>
  );
}
