import type { ReactNode } from "react";
import Link from "next/link";
import { ChevronRight } from "lucide-react";

type PageHeaderProps = {
  title: ReactNode;
  /** one quiet line under the title */
  description?: ReactNode;
  /** where this page belongs, outermost first */
  parents?: readonly { label: string; href: string }[];
  /** beside the title: a status, a badge */
  aside?: ReactNode;
  /** buttons at the right */
  actions?: ReactNode;
};

/** The head of a page, with its only h1. */
export function PageHeader({ title, description, parents = [], aside, actions }: PageHeaderProps) {
  return (
    <header className="mb-5 flex flex-col gap-2">
      {parents.length > 0 && (
        <nav aria-label="Breadcrumb">
          <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
            {parents.map((parent) => (
              <li key={parent.href} className="flex items-center gap-1">
                <Link href={parent.href} className="rounded-sm hover:text-foreground">
                  {parent.label}
                </Link>
                <ChevronRight aria-hidden className="size-3.5 text-subtle" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 text-xl font-semibold tracking-[-0.02em] break-words">{title}</h1>
            {aside}
          </div>
          {description && <p className="mt-0.5 max-w-2xl text-sm text-muted">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
