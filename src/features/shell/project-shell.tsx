"use client";

import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { AppShell } from "@/components/shell/app-shell";
import type { NavSection } from "@/components/shell/sidebar-nav";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatCappedCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { FRAME_QUERY_OPTIONS } from "@/lib/trpc/frame-query-options";
import { useRemoveSavedView, type SavedView } from "./use-remove-saved-view";
import { Activity, Eye, LayoutDashboard, Send, Settings, Star, Zap } from "lucide-react";
import { ProjectSwitcher, type ShellProject } from "./project-switcher";
import { PageNotices } from "./page-notices";
import { useLiveUpdates } from "./use-live-updates";
import { UserMenu } from "./user-menu";

type ProjectShellProps = {
  projectId: string;
  user: { name: string; email: string };
  /** the person's projects at the time when the server rendered the page */
  projects: ShellProject[];
  /** the search button beside the project's name */
  search: ReactNode;
  tools: ReactNode;
  isSidebarCollapsed: boolean;
  children: ReactNode;
};

/**
 * The frame of a project's pages: the sidebar, the bars of `PageNotices` and the page. It keeps the live connection
 * open across page changes.
 */
export function ProjectShell({
  projectId,
  user,
  projects: initialProjects,
  search,
  tools,
  isSidebarCollapsed,
  children,
}: ProjectShellProps) {
  useLiveUpdates(projectId);
  const trpc = useTRPC();
  const { data: projects = initialProjects } = useQuery(trpc.project.list.queryOptions(undefined, FRAME_QUERY_OPTIONS));
  const { data: views } = useQuery(trpc.view.list.queryOptions({ projectId }, FRAME_QUERY_OPTIONS));
  const { data: lastHour } = useQuery(
    trpc.execution.counts.queryOptions({ projectId, since: "1h" }, FRAME_QUERY_OPTIONS),
  );
  const { data: health } = useQuery(trpc.action.health.queryOptions({ projectId }, FRAME_QUERY_OPTIONS));
  const troubled = health?.filter(({ needsAttention }) => needsAttention).length ?? 0;
  const counts = { failed: lastHour?.counts.ERROR ?? 0, troubled };
  const removeView = useRemoveSavedView(projectId);
  const current =
    projects.find((project) => project.id === projectId) ?? initialProjects.find((project) => project.id === projectId);
  return (
    <AppShell
      project={
        <div className="flex items-center gap-0.5 group-data-collapsed/sidebar:flex-col">
          <div className="min-w-0 flex-1 group-data-collapsed/sidebar:w-full">
            {current && <ProjectSwitcher current={current} projects={projects} />}
          </div>
          {search}
        </div>
      }
      nav={navigation(`/projects/${projectId}`, counts, viewItems(`/projects/${projectId}`, views ?? [], removeView))}
      user={<UserMenu user={user} />}
      tools={tools}
      notice={<PageNotices />}
      isCollapsedAtFirst={isSidebarCollapsed}
    >
      {children}
    </AppShell>
  );
}

/** Shows a count in red in the sidebar; nothing for 0. */
const alarm = (count: number, what: string) =>
  count > 0 && (
    <span className="text-danger-text">
      {formatCappedCount(count)} <span className="sr-only">{what}</span>
    </span>
  );

function navigation(
  base: string,
  { failed, troubled }: { failed: number; troubled: number },
  views: NavSection["items"],
): NavSection[] {
  return [
    {
      items: [
        { href: base, label: "Overview", icon: <LayoutDashboard aria-hidden />, isExact: true },
        {
          href: `${base}/executions`,
          label: "Executions",
          icon: <Activity aria-hidden />,
          aside: alarm(failed, "failed in the last hour"),
        },
        { href: `${base}/observations`, label: getEventNounForms().headings, icon: <Eye aria-hidden /> },
      ],
    },
    {
      label: "Configure",
      items: [
        { href: `${base}/triggers`, label: "Triggers", icon: <Zap aria-hidden /> },
        {
          href: `${base}/actions`,
          label: "Actions",
          icon: <Send aria-hidden />,
          aside: alarm(troubled, "need a look"),
        },
        { href: `${base}/settings`, label: "Settings", icon: <Settings aria-hidden /> },
      ],
    },
    ...(views.length === 0 ? [] : [{ label: "Views", items: views }]),
  ];
}

const viewItems = (
  base: string,
  views: readonly SavedView[],
  onRemove: (view: SavedView) => void,
): NavSection["items"] =>
  views.map((view) => ({
    href: `${base}/executions${view.query ? `?${view.query}` : ""}`,
    label: view.name,
    icon: <Star aria-hidden />,
    isExact: true,
    onRemove: view.mayRemove ? () => onRemove(view) : undefined,
  }));
