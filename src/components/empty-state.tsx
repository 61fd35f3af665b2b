import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

type EmptyStateProps = {
  title: string;
  description?: ReactNode;
  /** the cells of one made-up row that shows what the list will look like */
  example?: readonly ReactNode[];
  /** a button under the text, such as one that creates the first item */
  actions?: ReactNode;
  /** further content below the text, such as commands to copy */
  children?: ReactNode;
  className?: string;
};

/**
 * Stands in place of an empty list. It says what the list will contain and how to get the first row, and can show a
 * made-up row.
 */
export function EmptyState({ title, description, example, actions, children, className }: EmptyStateProps) {
  return (
    <div className={cn("flex w-full flex-col", className)}>
      {example && <ExampleRow cells={example} />}
      <div className="mx-auto flex w-full max-w-xl flex-col items-center px-5 py-12 text-center">
        <h2 className="text-base font-medium">{title}</h2>
        {description && <p className="mt-1.5 max-w-md text-sm text-balance text-muted">{description}</p>}
        {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
        {children && <div className="mt-6 w-full text-left">{children}</div>}
      </div>
    </div>
  );
}

/** Draws a faint example row. Nobody can select or focus the row, and screen readers skip it. */
function ExampleRow({ cells }: { cells: readonly ReactNode[] }) {
  return (
    <div
      aria-hidden
      inert
      className={cn(
        "flex h-(--row-height) items-center gap-6 border-b px-4",
        "text-sm whitespace-nowrap opacity-40 select-none sm:px-6",
      )}
    >
      {cells.map((cell, index) => (
        <span
          key={index}
          className={
            index === 0 ? "min-w-0 flex-1 truncate font-medium" : cn("text-muted", index > 1 && "max-sm:hidden")
          }
        >
          {cell}
        </span>
      ))}
    </div>
  );
}
