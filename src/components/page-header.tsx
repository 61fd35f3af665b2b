import type { ReactNode } from "react";
import Link from "next/link";
import { ChevronRight } from "lucide-react";
import { cn } from "@/lib/cn";
import { LiveUpdatesDot } from "./live-updates-dot";

type PageHeaderProps = {
  title: ReactNode;
  /** whether to show the state of the live connection beside the title, on pages that follow live updates */
  isLive?: boolean;
  /** the pages above this one, outermost first */
  parents?: readonly { label: string; href: string }[];
  /** content beside the title: a status, a badge */
  aside?: ReactNode;
  /** one minor fact beside the title: the version */
  meta?: ReactNode;
  /** the `TimeRangePicker` of a page that shows a time range */
  range?: ReactNode;
  /** the buttons at the right; at most one is primary */
  actions?: ReactNode;
};

/** The head of a page, with the page's only h1. It is one line of 48 px and stays above the scrolling content. */
export function PageHeader({ title, isLive = false, parents = [], aside, meta, range, actions }: PageHeaderProps) {
  return (
    <header className="-mx-4 mb-4 flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-background px-4 py-1.5 sm:-mx-6 sm:px-6 lg:sticky lg:top-0 lg:z-20 lg:h-12 lg:flex-nowrap lg:py-0">
      <div className={cn("flex min-w-0 flex-1 items-center gap-x-2.5", range && "max-sm:basis-full")}>
        {parents.length > 0 && (
          <nav aria-label="Breadcrumb" className="shrink-0">
            <ol className="flex items-center gap-1 text-sm text-muted">
              {parents.map((parent) => (
                <li key={parent.href} className="flex items-center gap-1">
                  <Link href={parent.href} prefetch={false} className="rounded-sm hover:text-foreground">
                    {parent.label}
                  </Link>
                  <ChevronRight aria-hidden className="size-3.5 text-subtle" />
                </li>
              ))}
            </ol>
          </nav>
        )}
        <h1 className="min-w-0 truncate text-xl font-semibold tracking-[-0.02em]">{title}</h1>
        {isLive && <LiveUpdatesDot />}
        {aside}
        {meta && <p className="min-w-0 truncate text-xs text-muted max-xl:hidden">{meta}</p>}
      </div>
      {range}
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
