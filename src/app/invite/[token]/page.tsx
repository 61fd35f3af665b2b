import type { Metadata } from "next";
import { readSignedInUser } from "@/app/session";
import { InvitationPage } from "@/features/auth/invitation-page";

export const metadata: Metadata = { title: "Invitation", referrer: "strict-origin" };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const [{ token }, user] = await Promise.all([params, readSignedInUser()]);
  return <InvitationPage token={token} signedInAs={user?.email ?? null} />;
}
