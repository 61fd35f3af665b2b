import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** A plain table for a few rows inside a card. List pages use `DataTable`. */
export function Table({ className, ...props }: ComponentProps<"table">) {
  // The frame is positioned, so that it also clips the header texts for screen readers, which are positioned.
  return (
    <div className="relative w-full overflow-x-auto">
      <table className={cn("w-full border-collapse text-sm", className)} {...props} />
    </div>
  );
}

export function Th({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn(
        "h-9 px-4 text-left text-xs font-medium whitespace-nowrap text-muted first:sm:pl-5 last:sm:pr-5",
        className,
      )}
      {...props}
    />
  );
}

export function Td({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("h-10 px-4 py-2 first:sm:pl-5 last:sm:pr-5", className)} {...props} />;
}

export function Tr({ className, ...props }: ComponentProps<"tr">) {
  return <tr className={cn("border-b [tbody_&]:last:border-b-0", className)} {...props} />;
}
