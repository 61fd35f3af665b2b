import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { toneFillClasses } from "./tone-fill-classes";
import type { ColorTone } from "./ui/badge";

const rings: Record<ColorTone, string> = {
  neutral: "inset-ring-neutral",
  scheduled: "inset-ring-scheduled",
  running: "inset-ring-running",
  success: "inset-ring-success",
  warning: "inset-ring-warning",
  danger: "inset-ring-danger",
};
const loudTexts: Record<ColorTone, string> = {
  neutral: "text-foreground",
  scheduled: "text-scheduled-text",
  running: "text-running-text",
  success: "text-success-text",
  warning: "text-warning-text",
  danger: "text-danger-text",
};

/** The coloured dot of a status, for use beside a text that already names the status. */
export function StatusDot({
  tone,
  isHollow = false,
  className,
}: {
  tone: ColorTone;
  /** whether the dot is an empty ring, for work that has not begun or is left out */
  isHollow?: boolean;
  className?: string;
}) {
  return (
    <span aria-hidden className={cn("relative inline-flex size-2 shrink-0 forced-color-adjust-none", className)}>
      {tone === "running" && !isHollow && (
        <span className={cn("absolute inset-0 animate-ping rounded-full opacity-60", toneFillClasses[tone])} />
      )}
      <span
        className={cn(
          "size-full rounded-full",
          toneFillClasses[tone],
          isHollow && cn("bg-transparent inset-ring-[1.5px]", rings[tone]),
        )}
      />
    </span>
  );
}

type StatusProps = {
  tone: ColorTone;
  isHollow?: boolean;
  /** whether the word has the colour too; only for states in which a person has to act */
  isLoud?: boolean;
  /** text after the word in a quieter colour, such as `next try in 40 s` */
  detail?: ReactNode;
  /** whether a long detail wraps onto further lines on a phone; by default it is cut */
  isWrapped?: boolean;
  className?: string;
  children: ReactNode;
};

/** Shows a status as a coloured dot and a word. */
export function StatusLabel(props: StatusProps) {
  const { tone, isHollow, isLoud = false, detail, isWrapped = false, className, children } = props;
  return (
    <span
      className={cn(
        "inline-flex min-w-0 items-center gap-2",
        isWrapped ? "sm:whitespace-nowrap" : "whitespace-nowrap",
        className,
      )}
    >
      <StatusDot tone={tone} isHollow={isHollow} />
      <span className={isWrapped ? "min-w-0 break-words sm:truncate" : "truncate"}>
        <span className={cn(isLoud && loudTexts[tone])}>{children}</span>
        {detail && <span className="text-muted"> · {detail}</span>}
      </span>
    </span>
  );
}
