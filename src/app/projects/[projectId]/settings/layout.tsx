import type { ReactNode } from "react";
import { SettingsFrame } from "@/features/settings/settings-frame";

type SettingsLayoutProps = { params: Promise<{ projectId: string }>; children: ReactNode };

export default async function SettingsLayout({ params, children }: SettingsLayoutProps) {
  const { projectId } = await params;
  return <SettingsFrame projectId={projectId}>{children}</SettingsFrame>;
}
