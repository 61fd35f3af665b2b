import type { Metadata } from "next";
import { ActionList } from "@/features/actions/action-list";

export const metadata: Metadata = { title: "Actions" };

export default async function ActionsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <ActionList projectId={projectId} />;
}
