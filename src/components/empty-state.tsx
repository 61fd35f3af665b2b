import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  description?: ReactNode;
  /** buttons */
  actions?: ReactNode;
  /** an example to copy or look at, as wide as the text */
  children?: ReactNode;
  className?: string;
};

/** Replaces an empty list. It says what the list will hold and how to get the first entry. */
export function EmptyState({ icon, title, description, actions, children, className }: EmptyStateProps) {
  return (
    <div className={cn("mx-auto flex w-full max-w-xl flex-col items-center px-5 py-14 text-center", className)}>
      {icon && (
        <div className="mb-4 grid size-10 place-items-center rounded-lg border bg-surface text-muted [&_svg]:size-5 [&_svg]:stroke-[1.5]">
          {icon}
        </div>
      )}
      <h2 className="text-base font-semibold tracking-[-0.01em]">{title}</h2>
      {description && <p className="mt-1.5 max-w-md text-sm text-pretty text-muted">{description}</p>}
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
      {children && <div className="mt-6 w-full text-left">{children}</div>}
    </div>
  );
}
