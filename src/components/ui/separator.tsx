import { cn } from "@/lib/cn";

/** A hairline. */
export function Separator({ isVertical = false, className }: { isVertical?: boolean; className?: string }) {
  return (
    <div
      role="separator"
      aria-orientation={isVertical ? "vertical" : "horizontal"}
      className={cn("shrink-0 bg-line", isVertical ? "w-px self-stretch" : "h-px w-full", className)}
    />
  );
}
