import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { CopyButton } from "./ui/copy-button";

export type KeyValueItem = {
  label: string;
  value: ReactNode;
  /** the text that a copy button copies; without it there is no copy button */
  copy?: string;
  isMono?: boolean;
};

/** Lists names with their values, one pair a line. A missing value (null or undefined) shows a dash. */
export function KeyValueList({ items, className }: { items: readonly KeyValueItem[]; className?: string }) {
  return (
    <dl className={cn("grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-3 sm:gap-x-6 text-sm", className)}>
      {items.map((item) => (
        <div key={item.label} className="col-span-2 grid min-h-8 grid-cols-subgrid items-center py-1">
          <dt className="self-start pt-0.5 text-muted">{item.label}</dt>
          <dd
            className={cn(
              "flex min-w-0 items-center gap-1 self-start pt-0.5 tabular-nums",
              item.isMono && "font-mono text-xs",
            )}
          >
            <span className="min-w-0 break-words">{item.value ?? <span className="text-subtle">–</span>}</span>
            {item.copy !== undefined && (
              <CopyButton text={item.copy} label={`Copy ${item.label.toLowerCase()}`} className="-my-1" />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
