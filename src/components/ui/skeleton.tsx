import { cn } from "@/lib/cn";

/** A grey bar where text will be. Give it the width of what comes. */
export function Skeleton({ className, width }: { className?: string; width?: string | number }) {
  return (
    <span
      aria-hidden
      style={width === undefined ? undefined : { width }}
      className={cn("block h-3 max-w-full animate-pulse rounded-sm bg-neutral-soft", className)}
    />
  );
}
