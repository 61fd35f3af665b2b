import type { Metadata } from "next";
import { AccountPage } from "@/features/account/account-page";
import { PersonalTokens } from "@/features/api-tokens/personal-tokens";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { ShellOutsideProjects } from "@/features/shell/shell-outside-projects";
import { readSignedInUser, readInstallationUrl } from "../session";

export const metadata: Metadata = { title: "Account" };

export default async function Page() {
  const user = await readSignedInUser();
  if (!user) return <SignInRedirect />;
  const { name, email } = user;
  return (
    <ShellOutsideProjects user={{ name, email }}>
      <AccountPage user={{ name, email }}>
        <PersonalTokens appUrl={await readInstallationUrl()} />
      </AccountPage>
    </ShellOutsideProjects>
  );
}
