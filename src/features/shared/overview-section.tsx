import type { ReactNode } from "react";

type OverviewPartProps = { title: string; description?: string; children: ReactNode };

/** One part of an overview. It has no frame, because nothing in it is a thing to act on. */
export function OverviewSection({ title, description, children }: OverviewPartProps) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-4">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 border-b pb-2">
        <h2 className="text-base font-medium">{title}</h2>
        {description && <p className="text-xs text-muted">{description}</p>}
      </header>
      {children}
    </section>
  );
}
