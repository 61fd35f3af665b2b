import type { Metadata } from "next";
import { NewActionPage } from "@/features/actions/new-action-page";

export const metadata: Metadata = { title: "New action" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <NewActionPage projectId={projectId} />;
}
