import type { Metadata } from "next";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { ProjectList } from "@/features/projects/project-list";
import { PlainShell } from "@/features/shell/plain-shell";
import { currentSession } from "../session";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const session = await currentSession();
  if (!session) return <SignInRedirect />;
  const { name, email } = session.user;
  return (
    <PlainShell user={{ name, email }}>
      <ProjectList projects={await session.projects()} />
    </PlainShell>
  );
}
