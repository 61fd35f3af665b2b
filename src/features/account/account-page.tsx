"use client";

import type { ReactNode } from "react";
import { KeyValueList } from "@/components/key-value-list";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { themeChoices, useThemeChoice } from "@/components/use-theme-choice";
import { ChangePasswordForm } from "./change-password-form";
import { EmailNoticeChoices } from "./email-notice-choices";

/**
 * Shows the account page of the signed-in person: name, email, theme, password and email notices.
 * @param props children: cards that other features provide, such as the person's API tokens
 */
export function AccountPage({ user, children }: { user: { name: string; email: string }; children: ReactNode }) {
  return (
    <>
      <PageHeader title="Account" />
      <div className="flex flex-col gap-6">
        <Card title="You">
          <KeyValueList
            items={[
              { label: "Name", value: user.name },
              { label: "Email", value: user.email, copy: user.email },
            ]}
          />
        </Card>
        <Card title="Theme" description="Of this browser." actions={<ThemeChoice />} />
        <EmailNoticeChoices />
        <ChangePasswordForm email={user.email} />
        {children}
      </div>
    </>
  );
}

function ThemeChoice() {
  const { theme, chooseTheme } = useThemeChoice();
  return <SegmentedControl aria-label="Theme" options={themeChoices} value={theme.value} onValueChange={chooseTheme} />;
}
