import type { ReactNode } from "react";
import { cookies } from "next/headers";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readPageSession } from "@/app/session";
import { NoticesBell } from "@/features/shared/notices-bell";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { CommandMenuButton, ShortcutsButton } from "@/features/command-menu/buttons";
import { CommandMenuProvider } from "@/features/command-menu/command-menu-provider";
import { RunningJobsDock } from "@/features/executions/bulk/running-jobs-dock";
import { ProjectShell } from "@/features/shell/project-shell";
import { SIDEBAR_COOKIE } from "@/lib/look-cookies";

type ProjectLayoutProps = { params: Promise<{ projectId: string }>; children: ReactNode };

export default async function ProjectLayout({ params, children }: ProjectLayoutProps) {
  const { projectId } = await params;
  const session = await readPageSession();
  if (!session) return <SignInRedirect />;
  const [project, projects] = await Promise.all([session.project(projectId), session.projects()]);
  const { name, email } = session.user;
  return (
    // The HTML also contains the sidebar's data. Without it, an early answer could change the page before hydration.
    <PrefetchedQueries
      load={(trpc, queryClient) => {
        queryClient.setQueryData(trpc.project.get.queryKey({ projectId }), project);
        queryClient.setQueryData(trpc.project.list.queryKey(), projects);
        return [
          queryClient.prefetchQuery(trpc.account.me.queryOptions()),
          queryClient.prefetchQuery(trpc.view.list.queryOptions({ projectId })),
          queryClient.prefetchQuery(trpc.execution.counts.queryOptions({ projectId, since: "1h" })),
          queryClient.prefetchQuery(trpc.action.health.queryOptions({ projectId })),
          queryClient.prefetchQuery(trpc.notice.list.queryOptions({ projectId })),
          queryClient.prefetchQuery(trpc.bulk.list.queryOptions({ projectId })),
        ];
      }}
    >
      <CommandMenuProvider projectId={projectId} projects={projects} permissions={project.permissions}>
        <ProjectShell
          projectId={projectId}
          user={{ name, email }}
          projects={projects}
          search={<CommandMenuButton />}
          tools={
            <>
              <NoticesBell projectId={projectId} />
              <ShortcutsButton />
            </>
          }
          isSidebarCollapsed={(await cookies()).get(SIDEBAR_COOKIE)?.value === "collapsed"}
        >
          {children}
          <RunningJobsDock projectId={projectId} />
        </ProjectShell>
      </CommandMenuProvider>
    </PrefetchedQueries>
  );
}
