import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { EnginePage } from "@/features/engine/engine-page";
import { ShellOutsideProjects } from "@/features/shell/shell-outside-projects";
import { readPageSession } from "../session";

export const metadata: Metadata = { title: "Engine" };

/** Shows the job engine with the runs of all projects. Only admins of the installation see this page. */
export default async function InstallationEnginePage() {
  const session = await readPageSession();
  if (!session) return <SignInRedirect />;
  if (!(await session.isInstallationAdmin())) notFound();
  const { name, email } = session.user;
  return (
    <ShellOutsideProjects user={{ name, email }} isWide>
      <h1 className="mb-6 text-xl font-semibold">Engine of this installation</h1>
      <EnginePage projectId={null} />
    </ShellOutsideProjects>
  );
}
