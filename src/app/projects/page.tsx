import type { Metadata } from "next";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { ProjectListPage } from "@/features/projects/project-list-page";
import { PlainShell } from "@/features/shell/plain-shell";
import { currentSession } from "../session";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const session = await currentSession();
  if (!session) return <SignInRedirect />;
  const { name, email } = session.user;
  return (
    <PlainShell user={{ name, email }}>
      <ProjectListPage projects={await session.projects()} />
    </PlainShell>
  );
}
