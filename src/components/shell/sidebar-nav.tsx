import type { ReactNode } from "react";
import { PageLink } from "../ui/page-link";
import { X } from "lucide-react";
import { cn } from "@/lib/cn";

type NavItem = {
  href: string;
  label: string;
  icon: ReactNode;
  /** content at the right of the link, such as a count */
  aside?: ReactNode;
  /** called when the person removes the link from the sidebar; undefined for a permanent link */
  onRemove?: (() => void) | undefined;
  /** whether only the exact path marks the link as current, and not paths below it */
  isExact?: boolean;
};
export type NavSection = { label?: string; items: readonly NavItem[] };

export function SidebarNav({ sections, pathname }: { sections: readonly NavSection[]; pathname: string }) {
  return (
    <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-1.5">
      {sections.map((section, index) => (
        <div key={section.label ?? index}>
          {section.label && (
            <p className="px-2.5 pb-1 text-xs text-subtle group-data-collapsed/sidebar:sr-only">{section.label}</p>
          )}
          <ul className="flex flex-col gap-px">
            {section.items.map((item) => (
              <li key={item.href} className="group/item relative">
                <NavLink
                  item={item}
                  isCurrent={pathname === item.href || (!item.isExact && pathname.startsWith(`${item.href}/`))}
                />
                {item.onRemove && (
                  <button
                    type="button"
                    aria-label={`Remove ${item.label}`}
                    onClick={item.onRemove}
                    className={cn(
                      "absolute top-1 right-1 grid size-6 place-items-center rounded-sm bg-hover text-muted",
                      "opacity-0 group-focus-within/item:opacity-100 group-hover/item:opacity-100",
                      "group-data-collapsed/sidebar:hidden hover:text-foreground pointer-coarse:top-0",
                      "pointer-coarse:size-10 pointer-coarse:opacity-100",
                    )}
                  >
                    <X aria-hidden className="size-3.5" />
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavLink({ item, isCurrent }: { item: NavItem; isCurrent: boolean }) {
  return (
    <PageLink
      href={item.href}
      title={item.label}
      prefetch={false}
      aria-current={isCurrent ? "page" : undefined}
      className={cn(
        "group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm text-muted transition-colors",
        "hover:bg-hover hover:text-foreground pointer-coarse:h-10",
        "aria-[current=page]:bg-pressed aria-[current=page]:font-medium aria-[current=page]:text-foreground",
        "[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:stroke-[1.75]",
      )}
    >
      {item.icon}
      <span className="min-w-0 flex-1 truncate group-data-collapsed/sidebar:sr-only">{item.label}</span>
      {item.aside && (
        <span className="text-xs text-subtle tabular-nums group-data-collapsed/sidebar:hidden">{item.aside}</span>
      )}
    </PageLink>
  );
}
