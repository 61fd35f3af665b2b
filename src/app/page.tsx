import { redirect } from "next/navigation";
import { readPageSession } from "./session";

export default async function HomePage() {
  const session = await readPageSession();
  if (!session) redirect("/sign-in");
  const [first] = await session.projects();
  redirect(first ? `/projects/${first.id}` : "/projects");
}
