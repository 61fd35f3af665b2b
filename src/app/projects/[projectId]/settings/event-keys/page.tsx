import type { Metadata } from "next";
import { publicAddress } from "@/app/session";
import { EventKeys } from "@/features/settings/event-keys";

export const metadata: Metadata = { title: "Event keys" };

export default async function EventKeysPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <EventKeys projectId={projectId} appUrl={await publicAddress()} />;
}
