import type { ComponentProps, ReactNode } from "react";
import { ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";

type SidebarButtonProps = ComponentProps<"button"> & { icon: ReactNode; title: string; subtitle?: string };

/**
 * A button in the sidebar that opens a menu, such as the project menu or the user menu. Pass it to `DropdownMenu` as
 * `trigger`.
 */
export function SidebarButton({ icon, title, subtitle, className, ...props }: SidebarButtonProps) {
  return (
    <button
      type="button"
      className={cn(
        "flex h-9 w-full min-w-0 items-center gap-2.5 rounded-md px-1.5 text-left transition-colors",
        "hover:bg-hover data-popup-open:bg-hover",
        className,
      )}
      {...props}
    >
      {icon}
      <span className="min-w-0 flex-1 group-data-collapsed/sidebar:hidden">
        <span className="block truncate text-sm leading-4.5 font-medium">{title}</span>
        {subtitle && <span className="block truncate text-xs text-muted">{subtitle}</span>}
      </span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-subtle group-data-collapsed/sidebar:hidden" />
    </button>
  );
}
