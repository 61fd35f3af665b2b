import type { Metadata } from "next";
import { publicAddress } from "@/app/session";
import { Sources } from "@/features/settings/sources";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <Sources projectId={projectId} appUrl={await publicAddress()} />;
}
