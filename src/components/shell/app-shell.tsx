"use client";

import { useState, type ReactNode } from "react";
import { usePathname } from "next/navigation";
import { Menu, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { cn } from "@/lib/cn";
import { rememberSidebarState } from "@/lib/look-cookies";
import { PageChangeBar } from "../page-change-bar";
import { IconButton } from "../ui/icon-button";
import { Sheet } from "../ui/sheet";
import { SidebarNav, type NavSection } from "./sidebar-nav";
import { useKeptFocus } from "./use-kept-focus";

type AppShellProps = {
  /** the project switcher, at the top of the sidebar, or in the top bar of a narrow window */
  project: ReactNode;
  nav: readonly NavSection[];
  /** the user's menu, at the bottom of the sidebar */
  user: ReactNode;
  /** small buttons above the user's menu, such as the notices and the help */
  tools?: ReactNode;
  /** a message bar above the whole page */
  notice?: ReactNode;
  /** whether the sidebar starts collapsed, as the server read it from the cookie */
  isCollapsedAtFirst?: boolean;
  children: ReactNode;
};

/**
 * The frame of a project's pages: a sidebar at the left and the page's content. A narrow window has a top bar instead,
 * with a button that opens the sidebar.
 */
export function AppShell(props: AppShellProps) {
  const { project, nav, user, tools, notice, children } = props;
  const pathname = usePathname();
  useKeptFocus();
  const [isCollapsed, setIsCollapsed] = useState(props.isCollapsedAtFirst ?? false);
  // The path at which a person opened the sidebar in a narrow window. At any other path that sidebar is closed.
  const [openOn, setOpenOn] = useState<string | null>(null);
  const toggle = () => {
    rememberSidebarState(!isCollapsed);
    setIsCollapsed(!isCollapsed);
  };
  const foot = (collapse?: ReactNode) => (
    <div className="flex flex-col gap-0.5 border-t p-1.5">
      <div className="flex items-center gap-0.5 group-data-collapsed/sidebar:flex-col">
        {tools}
        <span className="ml-auto group-data-collapsed/sidebar:ml-0">{collapse}</span>
      </div>
      {user}
    </div>
  );
  return (
    <div className="isolate flex min-h-dvh flex-col lg:flex-row">
      <PageChangeBar />
      <a
        href="#main"
        className={cn(
          "fixed top-2 left-2 z-70 -translate-y-16 rounded-md bg-ink px-3 py-2 text-sm font-medium",
          "text-ink-foreground transition-transform focus:translate-y-0",
        )}
      >
        Skip to content
      </a>
      <aside
        data-collapsed={isCollapsed || undefined}
        className={cn(
          "group/sidebar sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-background lg:flex print:hidden",
          isCollapsed ? "w-13" : "w-55",
        )}
      >
        <div className="p-1.5">{project}</div>
        <SidebarNav sections={nav} pathname={pathname} />
        {foot(
          <IconButton label={isCollapsed ? "Expand the sidebar" : "Collapse the sidebar"} side="right" onClick={toggle}>
            {isCollapsed ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
          </IconButton>,
        )}
      </aside>
      <header
        className={cn(
          "sticky top-0 z-30 flex h-13 items-center",
          "gap-1.5 border-b bg-background/90 px-2 backdrop-blur lg:hidden print:hidden",
        )}
      >
        <IconButton label="Open navigation" onClick={() => setOpenOn(pathname)}>
          <Menu aria-hidden />
        </IconButton>
        <div className="min-w-0 flex-1">{project}</div>
      </header>
      <Sheet
        open={openOn === pathname}
        onOpenChange={(open) => setOpenOn(open ? pathname : null)}
        title="Navigation"
        side="left"
        size="sm"
      >
        <div className="flex h-full flex-col">
          <SidebarNav sections={nav} pathname={pathname} />
          {foot()}
        </div>
      </Sheet>
      <div className="flex min-w-0 flex-1 flex-col">
        {notice}
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-page flex-1 px-4 pb-16 outline-none sm:px-6">
          {children}
        </main>
      </div>
    </div>
  );
}
