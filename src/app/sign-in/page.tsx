import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NarrowCardPage } from "@/components/narrow-card-page";
import { ThemeMenu } from "@/components/theme-menu";
import { chooseSafePathAfterSignIn } from "@/features/auth/session";
import { SsoButton } from "@/features/auth/sso-button";
import { SignInForm } from "@/features/auth/sign-in-form";
import { readSignedInUser, readSingleSignOnProvider } from "../session";

export const metadata: Metadata = { title: "Sign in" };

type Parameter = string | string[] | undefined;
type SignInPageProps = { searchParams: Promise<Record<"next" | "email" | "error" | "password", Parameter>> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, email, error, password } = await searchParams;
  const sso = await readSingleSignOnProvider();
  const target = typeof next === "string" ? next : null;
  if (await readSignedInUser()) redirect(chooseSafePathAfterSignIn(target));
  return (
    <NarrowCardPage
      tools={<ThemeMenu />}
      title="Sign in"
      description="to Trigger System"
      footer={
        sso?.isRequired
          ? "Your organization decides who may sign in here."
          : "No account, or no password any more? An admin of your project can send you a link."
      }
    >
      <div className="flex flex-col gap-6">
        {sso && <SsoButton name={sso.name} next={target} error={typeof error === "string" ? error : null} />}
        {/* If everybody must use single sign-on, the password form appears only with `?password` in the URL. It helps
            while the provider is down; see docs/sso.md. */}
        {(!sso?.isRequired || password !== undefined) && (
          <SignInForm next={target} {...(typeof email === "string" ? { email } : {})} />
        )}
      </div>
    </NarrowCardPage>
  );
}
