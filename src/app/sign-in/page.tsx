import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth-card";
import { safeNext } from "@/features/auth/session";
import { SignInForm } from "@/features/auth/sign-in-form";
import { currentUser } from "../session";

export const metadata: Metadata = { title: "Sign in" };

type SignInPageProps = { searchParams: Promise<{ next?: string | string[]; email?: string | string[] }> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, email } = await searchParams;
  const target = typeof next === "string" ? next : null;
  if (await currentUser()) redirect(safeNext(target));
  return (
    <AuthCard
      title="Sign in"
      description="to Trigger System"
      footer="No account, or no password any more? An admin of your project can send you a link."
    >
      <SignInForm next={target} {...(typeof email === "string" ? { email } : {})} />
    </AuthCard>
  );
}
