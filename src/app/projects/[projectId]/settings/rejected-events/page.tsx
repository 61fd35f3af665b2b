import type { Metadata } from "next";
import { RejectedEvents } from "@/features/settings/rejected-events";

export const metadata: Metadata = { title: "Rejected events" };

export default async function RejectedEventsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <RejectedEvents projectId={projectId} />;
}
