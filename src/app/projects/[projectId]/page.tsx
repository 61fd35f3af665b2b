import type { Metadata } from "next";
import { Overview } from "@/features/overview/overview";
import { publicAddress } from "@/app/session";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <Overview projectId={projectId} appUrl={await publicAddress()} />;
}
