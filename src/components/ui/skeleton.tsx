import { cn } from "@/lib/cn";

/** A grey bar in place of a text that is still loading. Callers pass the expected width of the text. */
export function Skeleton({ className, width }: { className?: string; width?: string | number }) {
  return (
    <span
      aria-hidden
      style={width === undefined ? undefined : { width }}
      className={cn("block h-3 max-w-full animate-pulse rounded-sm bg-neutral-soft", className)}
    />
  );
}
