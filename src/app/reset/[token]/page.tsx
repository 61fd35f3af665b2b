import type { Metadata } from "next";
import { PasswordResetPage } from "@/features/auth/password-reset-page";

export const metadata: Metadata = { title: "New password", referrer: "strict-origin" };

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return <PasswordResetPage token={token} />;
}
