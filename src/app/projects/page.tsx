import type { Metadata } from "next";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { ProjectListPage } from "@/features/projects/project-list-page";
import { ShellOutsideProjects } from "@/features/shell/shell-outside-projects";
import { readPageSession } from "../session";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const session = await readPageSession();
  if (!session) return <SignInRedirect />;
  const { name, email } = session.user;
  return (
    <ShellOutsideProjects user={{ name, email }}>
      <ProjectListPage projects={await session.projects()} />
    </ShellOutsideProjects>
  );
}
