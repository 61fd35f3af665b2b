import Link from "next/link";

type LinkTabsProps = {
  /** the common name of the pages, for screen readers */
  label: string;
  items: readonly { href: string; label: string; isCurrent: boolean }[];
};

/** Links beside the title, between pages that show the same thing in two ways. */
export function LinkedPageTabs({ label, items }: LinkTabsProps) {
  return (
    <nav aria-label={label} className="flex shrink-0 gap-0.5">
      {items.map(({ href, label, isCurrent }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={isCurrent ? "page" : undefined}
          className="flex h-7 items-center rounded-md px-2 text-xs text-muted transition-colors hover:text-foreground aria-[current=page]:bg-pressed aria-[current=page]:text-foreground pointer-coarse:h-9"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
