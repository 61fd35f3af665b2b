import type { ReactNode } from "react";

type OverviewPartProps = { title: string; description?: string; children: ReactNode };

/** A titled section of an overview tab. It has no frame, because frames are for things that a person can act on. */
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
