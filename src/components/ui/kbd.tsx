import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** Shows the name of a keyboard key in a small frame. */
export function Kbd({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <kbd
      className={cn(
        "inline-grid h-4.5 min-w-4.5 place-items-center rounded-sm border border-line-strong bg-surface px-1",
        "font-sans text-xs text-muted",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
