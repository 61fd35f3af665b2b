import { PageLink } from "./ui/page-link";
import { cn } from "@/lib/cn";

type LinkTabsProps = {
  /** the accessible name of the group of links */
  label: string;
  items: readonly { href: string; label: string; isCurrent: boolean }[];
};

/** Links that look like tabs, beside a page's title. Each link opens one of a few pages that belong together. */
export function LinkedPageTabs({ label, items }: LinkTabsProps) {
  return (
    <nav aria-label={label} className="flex shrink-0 gap-0.5">
      {items.map(({ href, label, isCurrent }) => (
        <PageLink
          key={href}
          href={href}
          prefetch={false}
          aria-current={isCurrent ? "page" : undefined}
          className={cn(
            "flex h-7 items-center rounded-md px-2 text-xs text-muted transition-colors hover:text-foreground",
            "aria-[current=page]:bg-pressed aria-[current=page]:text-foreground pointer-coarse:h-9",
          )}
        >
          {label}
        </PageLink>
      ))}
    </nav>
  );
}
