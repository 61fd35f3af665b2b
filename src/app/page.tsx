import { redirect } from "next/navigation";
import { listProjects } from "@/server/services/projects";
import { currentSession } from "./session";

export default async function HomePage() {
  const session = await currentSession();
  if (!session) redirect("/sign-in");
  const [first] = await listProjects(session.runtime.context, session.user);
  redirect(first ? `/projects/${first.id}` : "/projects");
}
