import type { Metadata } from "next";
import { publicAddress } from "@/app/session";
import { ProjectTokens } from "@/features/api-tokens/project-tokens";

export const metadata: Metadata = { title: "API tokens" };

export default async function ApiTokensPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <ProjectTokens projectId={projectId} appUrl={await publicAddress()} />;
}
