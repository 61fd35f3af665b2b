import type { Metadata } from "next";
import { NewAction } from "@/features/actions/new-action";

export const metadata: Metadata = { title: "New action" };

export default async function NewActionPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <NewAction projectId={projectId} />;
}
