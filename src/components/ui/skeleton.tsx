import { cn } from "@/lib/cn";

/** A grey placeholder for text that loads. Give it the width of that text. */
export function Skeleton({ className, width }: { className?: string; width?: string | number }) {
  return (
    <span
      aria-hidden
      style={width === undefined ? undefined : { width }}
      className={cn("block h-3 max-w-full animate-pulse rounded-sm bg-neutral-soft", className)}
    />
  );
}
