import type { ReactNode } from "react";
import { currentSession, projectContext } from "@/app/session";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { CommandMenuButton, ShortcutsButton } from "@/features/command-menu/buttons";
import { CommandMenuProvider } from "@/features/command-menu/command-menu-provider";
import { ProjectShell } from "@/features/shell/project-shell";
import { getProject, listProjects } from "@/server/services/projects";

type ProjectLayoutProps = { params: Promise<{ projectId: string }>; children: ReactNode };

export default async function ProjectLayout({ params, children }: ProjectLayoutProps) {
  const { projectId } = await params;
  const session = await currentSession();
  if (!session) return <SignInRedirect />;
  const context = await projectContext(session, projectId);
  const [project, projects] = await Promise.all([getProject(context), listProjects(session.runtime.context, session.user)]);
  const { name, email } = session.user;
  return (
    <CommandMenuProvider projectId={projectId} projects={projects} permissions={project.permissions}>
      <ProjectShell projectId={projectId} user={{ name, email }} projects={projects} search={<CommandMenuButton />} tools={<ShortcutsButton />}>
        {children}
      </ProjectShell>
    </CommandMenuProvider>
  );
}
