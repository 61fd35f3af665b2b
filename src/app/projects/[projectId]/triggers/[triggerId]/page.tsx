import type { Metadata } from "next";
import { Backfills } from "@/features/backfills/backfills";
import { EditTriggerWithActions } from "../trigger-pages";

export const metadata: Metadata = { title: "Trigger" };

export default async function TriggerPage({ params }: { params: Promise<{ projectId: string; triggerId: string }> }) {
  const { projectId, triggerId } = await params;
  return (
    <EditTriggerWithActions
      key={triggerId}
      projectId={projectId}
      triggerId={triggerId}
      backfills={<Backfills projectId={projectId} triggerId={triggerId} />}
    />
  );
}
