import type { Metadata } from "next";
import { PasswordReset } from "@/features/auth/password-reset";

export const metadata: Metadata = { title: "New password", referrer: "strict-origin" };

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return <PasswordReset token={token} />;
}
