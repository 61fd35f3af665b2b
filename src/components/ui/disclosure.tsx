import type { ReactNode } from "react";
import { ChevronRight } from "lucide-react";
import { cn } from "@/lib/cn";

type DisclosureProps = {
  title: string;
  /** a short summary of the hidden content, at the right of the title */
  hint?: ReactNode;
  /** whether the content becomes visible without a click, for example because a field inside has an error */
  isOpen?: boolean;
  children: ReactNode;
};

/** A title that shows or hides its content when clicked, for fields that few people need. */
export function Disclosure({ title, hint, isOpen = false, children }: DisclosureProps) {
  return (
    <details open={isOpen || undefined} className="group rounded-lg border">
      <summary
        className={cn(
          "flex h-10 list-none items-center gap-2 rounded-lg px-3 text-sm font-medium outline-offset-[-2px]",
          "select-none hover:bg-hover [&::-webkit-details-marker]:hidden",
        )}
      >
        <ChevronRight aria-hidden className="size-4 shrink-0 text-subtle transition-transform group-open:rotate-90" />
        {title}
        {hint && <span className="ml-auto truncate text-xs font-normal text-muted">{hint}</span>}
      </summary>
      <div className="border-t p-3">{children}</div>
    </details>
  );
}
