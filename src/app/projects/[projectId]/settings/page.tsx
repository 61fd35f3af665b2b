import type { Metadata } from "next";
import { readSignedInUser } from "@/app/session";
import { GeneralSettings } from "@/features/settings/general-settings";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, user] = await Promise.all([params, readSignedInUser()]);
  // Without a session this page is empty, because the layout opens the sign-in page instead.
  return user && <GeneralSettings projectId={projectId} userId={user.id} />;
}
