import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

type CardProps = {
  title?: ReactNode;
  description?: ReactNode;
  /** buttons at the right of the title */
  actions?: ReactNode;
  /** the last line of the card, below a border */
  footer?: ReactNode;
  /** whether the card has no padding, for tables and lists that touch its edges */
  isFlush?: boolean;
  headingLevel?: 2 | 3;
  className?: string;
  children?: ReactNode;
};

/** A section of a page in a frame, usually with a title. */
export function Card({
  title,
  description,
  actions,
  footer,
  isFlush = false,
  headingLevel = 2,
  className,
  children,
}: CardProps) {
  const Heading = `h${headingLevel}` as "h2" | "h3";
  return (
    <section className={cn("flex min-w-0 flex-col overflow-clip rounded-lg border bg-surface", className)}>
      {(title || actions) && (
        <header
          className={cn(
            "flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5",
            isFlush ? "border-b" : children ? "pb-0 sm:pt-4" : "sm:py-4",
          )}
        >
          <div className="min-w-0 flex-1">
            {title && <Heading className="text-base font-medium">{title}</Heading>}
            {description && <p className="mt-0.5 text-sm text-muted">{description}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      {children && <div className={cn(!isFlush && "px-4 py-4 sm:px-5")}>{children}</div>}
      {footer && (
        <footer
          className={cn(
            "mt-auto flex flex-wrap items-center justify-end gap-2 border-t",
            "bg-background/60 px-4 py-3 text-sm text-muted sm:px-5",
          )}
        >
          {footer}
        </footer>
      )}
    </section>
  );
}
