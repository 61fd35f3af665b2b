import type { ReactNode } from "react";
import { PageLink } from "./ui/page-link";
import { ChevronRight } from "lucide-react";
import { cn } from "@/lib/cn";
import { LiveUpdatesDot } from "./live-updates-dot";

type PageHeaderProps = {
  title: ReactNode;
  /** whether to show beside the title that the page receives live updates */
  isLive?: boolean;
  /** the breadcrumb: the parent pages, outermost first */
  parents?: readonly { label: string; href: string }[];
  /** content beside the title, such as a status or a badge */
  aside?: ReactNode;
  /** one minor fact beside the title, such as the version */
  meta?: ReactNode;
  /** a `TimeRangePicker`, on pages that show one time range */
  range?: ReactNode;
  /** the buttons at the right, at most one of them primary */
  actions?: ReactNode;
};

/**
 * The header of a page, with the page's only h1. In a wide window it is 48 px high, and stays visible while the content
 * scrolls.
 */
export function PageHeader({ title, isLive = false, parents = [], aside, meta, range, actions }: PageHeaderProps) {
  return (
    <header
      className={cn(
        "-mx-4 mb-4 flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-background px-4 py-1.5",
        "sm:-mx-6 sm:px-6 lg:sticky lg:top-0 lg:z-20 lg:h-12 lg:flex-nowrap lg:py-0 print:static",
      )}
    >
      <div
        className={cn(
          "flex min-w-0 flex-1 items-center gap-x-2.5",
          // On a phone the breadcrumb has a line of its own, so that the name has the whole width.
          parents.length > 0 && "max-sm:basis-56 max-sm:flex-wrap",
          range && "max-sm:basis-full",
        )}
      >
        {parents.length > 0 && (
          <nav aria-label="Breadcrumb" className="shrink-0 max-sm:basis-full">
            <ol className="flex items-center gap-1 text-sm text-muted">
              {parents.map((parent) => (
                <li key={parent.href} className="flex items-center gap-1">
                  <PageLink href={parent.href} prefetch={false} className="rounded-sm hover:text-foreground">
                    {parent.label}
                  </PageLink>
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
      {actions && <div className="flex flex-wrap items-center gap-2 print:hidden">{actions}</div>}
    </header>
  );
}
