import { redirect } from "next/navigation";
import { currentSession } from "./session";

export default async function HomePage() {
  const session = await currentSession();
  if (!session) redirect("/sign-in");
  const [first] = await session.projects();
  redirect(first ? `/projects/${first.id}` : "/projects");
}
